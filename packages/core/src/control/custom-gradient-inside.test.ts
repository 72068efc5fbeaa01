/** Gradients that the user says, of functions that loops and branches call. */
import { afterEach, describe, expect, it } from "vitest";
import {
  checkpoint,
  cond,
  cos,
  customGradient,
  grad,
  gradients,
  jit,
  map,
  notEqual,
  ones,
  round,
  scalar,
  scan,
  setBackend,
  sin,
  type Tensor,
  tanh,
  tensor,
  variable,
  where,
  zeros,
} from "../index.ts";

afterEach(() => setBackend("cpu"));

/** Rounds, with the gradient of the identity. */
const rounded = customGradient((x) => ({ value: round(x), gradient: (towardsValue) => towardsValue }));

/** sin x, whose rule says cos x out of what it computed, and of a tensor from outside that is 1. */
const one = tensor(1);
const sine = customGradient((x) => {
  const cosine = cos(x);
  return { value: sin(x), gradient: (towardsValue) => towardsValue.mul(cosine).mul(one) };
});

type Body = (f: (x: Tensor) => Tensor, x: Tensor) => Tensor;

const bodies: Readonly<Record<string, Body>> = {
  scan: (f, x) =>
    scan((carry: Tensor, y: Tensor) => [f(carry.mul(y)), null], x, tensor([0.5, 1.5, 0.7]))[0].sum(),
  "scan in scan": (f, x) =>
    scan(
      (outer: Tensor, y: Tensor) => [
        scan((inner: Tensor, z: Tensor) => [f(inner.mul(z)), null], outer, y)[0],
        null,
      ],
      x,
      tensor([
        [0.5, 1.1],
        [0.7, 0.9],
      ]),
    )[0].sum(),
  map: (f, x) => map((y: Tensor) => f(x.mul(y)), tensor([0.5, 1.5])).sum(),
  cond: (f, x) =>
    cond(
      scalar(true),
      () => f(x.mul(2)),
      () => x,
    ).sum(),
};

describe.each(["cpu", "reference"] as const)("a rule of the user's own holds on %s in", (backend) => {
  it.each(Object.entries(bodies))("%s, as a straight-through estimator", (_name, body) => {
    setBackend(backend);
    const x = tensor([0.3, 1.8]);
    const [actual] = gradients(body(rounded, x), [x]);
    const [expected] = gradients(
      body((each) => each, x),
      [x],
    );
    expect(actual.arraySync()).toEqual(expected.arraySync());
  });

  it.each(Object.entries(bodies))(
    "%s, with values that the function computed, to the third derivative",
    (_name, body) => {
      setBackend(backend);
      const derivatives = (f: (x: Tensor) => Tensor): number[][] => {
        const x = tensor([0.3, 1.8], [2], "float64");
        const ofFloat64 = (each: Tensor) => f(each.cast("float64"));
        const results: number[][] = [];
        let y = body(ofFloat64, x);
        for (let order = 1; order <= 3; order++) {
          [y] = gradients(y, [x]);
          results.push([...y.dataSync()]);
          y = y.sum();
        }
        return results;
      };
      const expected = derivatives((x) => sin(x));
      expect(derivatives(sine)).toEqual(
        expected.map((each) => each.map((value) => expect.closeTo(value, 6))),
      );
    },
  );

  it.each(Object.entries(bodies))("%s, that of checkpoint", (_name, body) => {
    setBackend(backend);
    const x = tensor([0.3, 1.8]);
    const f = (each: Tensor) => tanh(each.exp()).mul(each);
    const [actual] = gradients(body(checkpoint(f), x), [x]);
    const [expected] = gradients(body(f, x), [x]);
    expect(actual.arraySync()).toEqual([...expected.dataSync()].map((value) => expect.closeTo(value, 5)));
  });
});

describe("a rule of the user's own holds", () => {
  it("for what all iterations share, made of a Variable", () => {
    const weight = variable([0.3, 1.8]);
    const sum = (f: (x: Tensor) => Tensor) => map((y: Tensor) => f(weight.mul(2)).mul(y), ones([3])).sum();
    expect(gradients(sum(rounded), [weight])[0].arraySync()).toEqual([6, 6]);
    const inCond = cond(
      scalar(true),
      () => rounded(weight.mul(2)),
      () => zeros([2]),
    );
    expect(gradients(inCond.sum(), [weight])[0].arraySync()).toEqual([2, 2]);
  });

  it.each(["cpu", "reference"] as const)(
    "with what it computes of a value that all iterations share, on %s",
    (backend) => {
      setBackend(backend);
      const squareWhere = customGradient((y, shown) => ({
        value: where(notEqual(shown, 0), y.mul(y), 0),
        gradient: (towardsValue) => [where(notEqual(shown, 0), towardsValue.mul(y).mul(2), 0), null],
      }));
      const xs = tensor([
        [1, 2],
        [3, 4],
      ]);
      const shown = tensor([1, 0]);
      const ways = {
        map: (x: Tensor) => map((each: Tensor) => squareWhere(each, shown), x),
        "map in map": (x: Tensor) =>
          map((row: Tensor) => map((each: Tensor) => squareWhere(each, shown), row.expandDims(0)), x),
        scan: (x: Tensor) =>
          scan((sum: Tensor, each: Tensor) => [sum.add(squareWhere(each, shown)), null], zeros([2]), x)[0],
      };
      for (const way of Object.values(ways)) {
        const slope = grad((x: Tensor) => way(x).sum());
        for (const slopes of [slope(xs), jit(slope)(xs)]) {
          expect(slopes.arraySync()).toEqual([
            [2, 0],
            [6, 0],
          ]);
        }
      }
    },
  );

  it("with what the function read and only the rule uses", () => {
    const weight = variable(3);
    const scaled = (x: Tensor) => {
      const factor = weight.value;
      return customGradient((y) => ({ value: y, gradient: (towardsValue) => towardsValue.mul(factor) }))(x);
    };
    const x = tensor([1, 2]);
    const slope = jit((at: Tensor) => gradients(map(scaled, at).sum(), [at])[0]);
    expect(gradients(map(scaled, x).sum(), [x])[0].arraySync()).toEqual([3, 3]);
    expect(slope(x).arraySync()).toEqual([3, 3]);
    const y = map(scaled, x).sum();
    weight.assign(5);
    expect(gradients(y, [x])[0].arraySync()).toEqual([3, 3]);
    expect(slope(x).arraySync()).toEqual([5, 5]);
  });
});
