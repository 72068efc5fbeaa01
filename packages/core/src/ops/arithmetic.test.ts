import { describe, expect, it } from "vitest";
import { grad } from "../autodiff/gradients.ts";
import { type Tensor, tensor } from "../tensor.ts";
import "./methods.ts";
import * as arithmetic from "./arithmetic.ts";
import { bitwiseAnd, bitwiseNot, bitwiseOr, bitwiseXor, leftShift, rightShift } from "./logic.ts";
import { expectValues } from "./testing/battery.ts";
import { everyWay, expectEveryWay } from "./testing/every-way.ts";
import * as transcendental from "./transcendental.ts";
import { atan2 } from "./transcendental.ts";

const signed = tensor([-2.3, -0.6, 0.4, 1.7, 3.2], undefined, "float64");
const positive = arithmetic.abs(signed);
const small = arithmetic.div(signed, 4);
const other = tensor([1.5, -2.5, 0.7, -3.1, 2], undefined, "float64");
const { exp, expm1, sin, cos, tan, sinh, cosh, tanh, asinh, atan, erf, erfc } = transcendental;
const { log, log1p, log2, lgamma, digamma, asin, acos, atanh, erfinv, acosh } = transcendental;
const { sqrt, rsqrt, reciprocal, pow, floorDiv, mod } = arithmetic;

// PyTorch 1.13 in float64, the functions of the same names; floorDiv and mod are torch.floor_divide and torch.remainder.
describe("elementwise functions give PyTorch's values:", () => {
  it.each([
    ["exp", exp(signed), [0.1002588437, 0.5488116361, 1.491824698, 5.473947392, 24.5325302]],
    ["expm1", expm1(signed), [-0.8997411563, -0.4511883639, 0.4918246976, 4.473947392, 23.5325302]],
    ["sin", sin(signed), [-0.7457052122, -0.5646424734, 0.3894183423, 0.9916648105, -0.05837414343]],
    ["cos", cos(signed), [-0.6662760213, 0.8253356149, 0.921060994, -0.1288444943, -0.9982947758]],
    ["tan", tan(signed), [1.119213642, -0.6841368083, 0.4227932187, -7.696602139, 0.05847385446]],
    ["sinh", sinh(signed), [-4.936961806, -0.6366535821, 0.4107523258, 2.645631934, 12.245884]],
    ["cosh", cosh(signed), [5.037220649, 1.185465218, 1.081072372, 2.828315458, 12.2866462]],
    ["tanh", tanh(signed), [-0.9800963963, -0.537049567, 0.3799489623, 0.9354090706, 0.9966823978]],
    ["asinh", asinh(signed), [-1.570278543, -0.5688248987, 0.3900353198, 1.300820427, 1.879863584]],
    ["atan", atan(signed), [-1.160668986, -0.5404195003, 0.3805063771, 1.03907226, 1.267911458]],
    ["erf", erf(signed), [-0.9988568234, -0.6038560908, 0.428392355, 0.9837904586, 0.9999939742]],
    ["erfc", erfc(signed), [1.998856823, 1.603856091, 0.571607645, 0.01620954141, 6.025761152e-6]],
    ["log", log(positive), [0.8329091229, -0.5108256238, -0.9162907319, 0.5306282511, 1.16315081]],
    ["log1p", log1p(positive), [1.193922468, 0.4700036292, 0.3364722366, 0.993251773, 1.435084525]],
    ["log2", log2(positive), [1.201633861, -0.7369655942, -1.321928095, 0.7655347464, 1.678071905]],
    ["sqrt", sqrt(positive), [1.516575089, 0.7745966692, 0.632455532, 1.303840481, 1.788854382]],
    ["rsqrt", rsqrt(positive), [0.6593804734, 1.290994449, 1.58113883, 0.7669649888, 0.5590169944]],
    ["reciprocal", reciprocal(positive), [0.4347826087, 1.666666667, 2.5, 0.5882352941, 0.3125]],
    ["lgamma", lgamma(positive), [0.154189455, 0.3982338581, 0.7966778177, -0.09580769741, 0.8854048272]],
    ["digamma", digamma(positive), [0.6000398804, -1.540619214, -2.561384545, 0.2085478749, 0.9988388913]],
    ["asin", asin(small), [-0.612604148, -0.1505682728, 0.1001674212, 0.4389618856, 0.927295218]],
    ["acos", acos(small), [2.183400475, 1.7213646, 1.470628906, 1.131834441, 0.6435011088]],
    ["atanh", atanh(small), [-0.6549606912, -0.1511404359, 0.1003353477, 0.453778526, 1.098612289]],
    ["erfinv", erfinv(small), [-0.5641134178, -0.1337269217, 0.08885599049, 0.3964769161, 0.9061938024]],
    ["acosh", acosh(positive.add(1)), [1.863279351, 1.046967915, 0.8670147265, 1.650193455, 2.113748231]],
    ["atan2", atan2(signed, other), [-0.9928943898, -2.906047673, 0.5191461142, 2.639988599, 1.012197011]],
    ["pow", pow(positive, other), [3.488122704, 3.586095691, 0.5265528817, 0.1930226811, 10.24]],
    ["floorDiv", floorDiv(signed, other), [-2, 0, 0, -1, 1]],
    ["mod", mod(signed, other), [0.7, -0.6, 0.4, -1.4, 1.2]],
  ])("%s", (_name, actual, expected) => {
    expectValues(actual, expected, 1e-9);
  });
});

// NumPy 1.24: np.bitwise_and, …, np.invert.
it("bits are NumPy's", () => {
  const [twelve, ten, five] = [12, 10, 5].map((value) => tensor(value, [], "int32"));
  expect([bitwiseAnd, bitwiseOr, bitwiseXor].map((f) => f(twelve, ten).item())).toEqual([8, 14, 6]);
  expect(
    [leftShift(five, 3), rightShift(tensor(-17, [], "int32"), 2), bitwiseNot(ten)].map((x) => x.item()),
  ).toEqual([40, -5, -11]);
});

it("`where` has the gradient of what is taken, if the other one's operand is chosen too", () => {
  const isRight = (x: Tensor): Tensor => x.greater(0);
  const passesOn = (x: Tensor): Tensor => arithmetic.where(isRight(x), log(x), 0).sum();
  const chooses = (x: Tensor): Tensor =>
    arithmetic.where(isRight(x), log(arithmetic.where(isRight(x), x, 1)), 0).sum();
  const x = tensor([0, 2, -1]);
  expectEveryWay((y) => grad(passesOn)(y), [x], [Number.NaN, 0.5, 0]);
  expectEveryWay((y) => grad(chooses)(y), [x], [0, 0.5, 0]);
});

// IEEE 754-2019, section 9.2.1: pow is +0 at ±0 and ∞ at −∞ for a positive exponent that is no odd integer.
it("powers with an exponent that has a shorter form are those of pow at zeros and infinities", () => {
  const x = tensor([-0, 0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 4]);
  for (const exponent of [0.5, 2, 1 / 3, 0.25, -0.5, -1, 3, 1, 0]) {
    const expected = [...x.dataSync()].map((value) => value ** exponent).map(Math.fround);
    for (const values of everyWay((each) => pow(each, exponent), x))
      expectValues(tensor(values), expected, 1e-6);
  }
  for (const slopes of everyWay(
    grad((each) => arithmetic.add(pow(each, 0.5), 0).sum()),
    x,
  )) {
    expect(slopes).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0, 0.25]);
  }
});

describe("a number or an array that meets floats takes their dtype, and loses no digits on the way,", () => {
  const { add, sub, mul, div, divNoNan, pow, maximum, minimum, floorDiv, mod, squaredDifference } =
    arithmetic;
  const ops = {
    add,
    sub,
    mul,
    div,
    divNoNan,
    pow,
    maximum,
    minimum,
    floorDiv,
    mod,
    squaredDifference,
    atan2,
  };

  it.each(Object.entries(ops))("in %s", (_name, f) => {
    for (const dtype of ["float16", "bfloat16", "float32", "float64"] as const) {
      const x = tensor([1, 2], [2], dtype);
      expect([f(x, 3), f(3, x), f(x, [3, 3]), f([3, 3], x)].map((result) => result.dtype)).toEqual(
        new Array(4).fill(dtype),
      );
    }
    const [x, tenth] = [tensor([1.7], [1], "float64"), tensor([0.1], [1], "float64")];
    expect(everyWay((each) => f(each, 0.1), x)).toEqual(everyWay((each) => f(each, tenth), x));
    expect(everyWay((each) => f(0.1, each), x)).toEqual(everyWay((each) => f(tenth, each), x));
  });

  it("in divNoNan, where a number that rounds to 0 counts as 0", () => {
    expectEveryWay((x) => divNoNan(x, 1e-10), [tensor([1, -1], [2], "float16")], [0, 0]);
    expectEveryWay((x) => divNoNan(x, 0.5), [tensor([1, 0], [2], "int32")], [2, 0]);
  });
});

describe("an integer that meets bools makes int32 of them:", () => {
  const bools = tensor([true, false]);
  const { add, sub, mul, maximum, minimum, where } = arithmetic;

  it.each([
    ["add", add, [8, 7]],
    ["sub", sub, [-6, -7]],
    ["mul", mul, [7, 0]],
    ["maximum", maximum, [7, 7]],
    ["minimum", minimum, [1, 0]],
    ["where", (x: Tensor, y: number) => where(bools, x, y), [1, 7]],
  ] as const)("%s", (_name, f, expected) => {
    expect(f(bools, 7).dtype).toBe("int32");
    expect(f(bools, 0.5).dtype).toBe("float32");
    for (const values of everyWay((x) => f(x, 7), bools)) expect(values).toEqual(expected);
  });

  it("comparisons", () => {
    for (const values of everyWay((x) => arithmetic.less(x, 1), bools)) expect(values).toEqual([0, 1]);
    for (const values of everyWay((x) => arithmetic.equal(x, 7), bools)) expect(values).toEqual([0, 0]);
  });
});
