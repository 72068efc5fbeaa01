import { describe, expect, it } from "vitest";
import { promote } from "../dtype.ts";
import {
  Adam,
  add,
  argMin,
  averagePool2d,
  cast,
  concat,
  conv2d,
  cumsum,
  type DType,
  decodeHalf,
  encodeHalf,
  evaluate,
  exp,
  full,
  Generator,
  gamma,
  gather,
  gradients,
  type HalfDType,
  jit,
  layerNorm,
  logSumExp,
  matmul,
  memoryUse,
  norm,
  normal,
  ones,
  pad,
  SGD,
  scaledDotProductAttention,
  scan,
  scatter,
  scatterND,
  slice,
  softmax,
  softmaxCrossEntropy,
  sort,
  std,
  type Tensor,
  tensor,
  topK,
  uniform,
  variable,
  variance,
  where,
} from "../index.ts";
import { roundToHalf } from "../special/half-precision.ts";
import { onBackend } from "../testing/backends.ts";

const halves = ["float16", "bfloat16"] as const;

function rounded(values: ArrayLike<number>, dtype: HalfDType): Float32Array {
  return Float32Array.from(values, (value) => roundToHalf(dtype, value));
}

/** What an op makes of float32, rounded once, and what it makes of the same numbers in 16 bits. */
function bothWays(
  dtype: HalfDType,
  op: (x: Tensor) => Tensor,
  x: Tensor,
): [ArrayLike<number>, ArrayLike<number>] {
  const narrow = cast(x, dtype);
  const result = op(narrow);
  expect(result.dtype).toBe(dtype);
  return [rounded(op(cast(narrow, "float32")).dataSync(), dtype), result.dataSync()];
}

const wave = tensor(
  Float32Array.from({ length: 60 }, (_, index) => 3 * Math.sin(index * index)),
  [5, 12],
);

describe("what dtypes meet in", () => {
  const rows: readonly (readonly [DType, DType, DType])[] = [
    ["float16", "float32", "float32"],
    ["bfloat16", "float32", "float32"],
    ["float16", "bfloat16", "float32"],
    ["float16", "float64", "float64"],
    ["int32", "bfloat16", "bfloat16"],
    ["uint8", "float16", "float16"],
    ["bool", "float16", "float16"],
    ["float16", "float16", "float16"],
  ];
  it.each(rows)("%s and %s: %s", (left, right, expected) => {
    expect(promote(left, right)).toBe(expected);
    expect(promote(right, left)).toBe(expected);
    expect(add(full([2], 1, left), full([2], 1, right)).dtype).toBe(expected);
  });

  it("adopts what numbers and arrays are, in its own digits", () => {
    const x = tensor([1, 2], [2], "bfloat16").mul(0.1).add([0, 1]);
    expect(x.dtype).toBe("bfloat16");
    expect(x.arraySync()).toEqual([0.10009765625, 1.203125]);
  });
});

describe("tensors of 16 bits", () => {
  it("are rounded when they are made, and read as the numbers that they hold", async () => {
    const x = tensor([1 / 3, 65519, 65520, 1e-8, -0], [5], "float16");
    expect(await x.data()).toEqual(Float32Array.of(0.333251953125, 65504, Number.POSITIVE_INFINITY, 0, -0));
    expect(tensor(Float64Array.of(1 + 2 ** -11 + 2 ** -40), [], "float16").item()).toBe(1 + 2 ** -10);
    expect(tensor(1 / 3, [], "bfloat16").toString()).toBe("Tensor bfloat16 [] 0.334");
  });

  it("take and give bits", () => {
    const bits = Uint16Array.of(0x3c00, 0x8001, 0x7bff);
    const x = tensor(decodeHalf(bits, "float16"), [3], "float16");
    expect(encodeHalf(x.mul(1).dataSync(), "float16")).toEqual(bits);
  });

  it("take two bytes an element in a Variable", () => {
    const bytesOf = (dtype: DType): number => {
      const before = memoryUse().storageBytes;
      const held = variable(ones([3000], dtype));
      evaluate(held);
      const bytes = memoryUse().storageBytes - before;
      expect(held.size).toBe(3000);
      return bytes;
    };
    const single = bytesOf("float32");
    for (const dtype of halves) expect(single - bytesOf(dtype)).toBeCloseTo(6000, -2);
  });
});

describe("operations of 16 bits", () => {
  it("are rounded after each step, fused or not, on every backend", () => {
    for (const dtype of halves) {
      const x = cast(wave, dtype);
      const steps = (wait: (step: Tensor) => void): ArrayLike<number> => {
        let y = x;
        for (const step of [() => exp(y), () => y.mul(1.1), () => y.sub(x), () => y.mul(y), () => y.sum(1)]) {
          y = step();
          wait(y);
        }
        return y.dataSync();
      };
      const fused = steps(() => {});
      expect(steps((y) => evaluate(y))).toEqual(fused);
      expect(onBackend("reference", () => steps(() => {}))).toEqual(fused);
    }
  });

  it("sum in float32", () => {
    expect(ones([4099], "bfloat16").sum().item()).toBe(4096);
    // Cut in two, with parts of 1028, which would be 1024.
    expect(ones([12, 4, 257, 6], "bfloat16").sum([0, 1, 2]).arraySync()).toEqual(Array(6).fill(12_352));
    expect(
      cumsum(ones([1000], "bfloat16"))
        .max()
        .item(),
    ).toBe(1000);
    expect(ones([3, 100_000], "float16").mean(1).arraySync()).toEqual([1, 1, 1]);
    expect(norm(full([4], 300, "float16")).item()).toBe(600);
    expect(averagePool2d(full([1, 19, 19, 1], 7, "bfloat16"), 19).item()).toBe(7);
  });

  const image = wave.reshape([1, 5, 6, 2]);
  const kernel = tensor(
    Float32Array.from({ length: 36 }, (_, index) => (index % 7) / 4),
    [3, 3, 2, 2],
  );
  const composed: readonly (readonly [string, (x: Tensor) => Tensor])[] = [
    ["a matrix product", (x) => matmul(x, x.transpose())],
    ["a convolution", (x) => conv2d(x.reshape(image.shape), cast(kernel, x.dtype))],
    ["a softmax", (x) => softmax(x)],
    ["logSumExp", (x) => logSumExp(x, 1)],
    ["a variance", (x) => variance(x.mul(30), 0)],
    ["a layer normalization", (x) => layerNorm(x)],
    ["a cross-entropy", (x) => softmaxCrossEntropy(softmax(x), x)],
  ];
  it.each(composed)("round %s once", (_name, op) => {
    for (const dtype of halves) {
      // Products of float32 and the softmax that is itself rounded make the last unit uncertain.
      const [expected, actual] = bothWays(dtype, op, wave);
      const unit = dtype === "float16" ? 2 ** -10 : 2 ** -7;
      for (let at = 0; at < expected.length; at++) {
        expect(Math.abs(actual[at] - expected[at])).toBeLessThanOrEqual(
          unit * Math.max(1, Math.abs(expected[at])),
        );
      }
    }
  });

  it("hide keys from float16 queries", () => {
    const x = tensor(
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      undefined,
      "float16",
    );
    const seen = scaledDotProductAttention(x, x, x, { causal: true });
    expect(seen.dtype).toBe("float16");
    expect(seen.arraySync()).toEqual(
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ].map((row) => row.map((value) => expect.closeTo(value, 1))),
    );
    const nothing = scaledDotProductAttention(x, x, x, { mask: tensor([[false, false, false]]) });
    expect(nothing.arraySync()).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
  });

  it("move elements: choose, sort, look up, join, pad, cut", () => {
    for (const dtype of halves) {
      const x = tensor([3, -1, Number.NaN, 0.5, 2], [5], dtype);
      expect(where(x.greater(0), x, -2).arraySync()).toEqual([3, -2, -2, 0.5, 2]);
      expect(sort(x).arraySync()).toEqual([-1, 0.5, 2, 3, Number.NaN]);
      expect(topK(slice(x, [[0, 2]]), 2).indices.arraySync()).toEqual([0, 1]);
      expect([x.argMax().item(), argMin(slice(x, [[0, 2]])).item()]).toEqual([2, 1]);
      expect(gather(x, tensor([4, -5, 9], [3], "int32")).arraySync()).toEqual([2, 3, Number.NaN]);
      expect(concat([slice(x, [[3, 5]]), tensor([7], [1], dtype)]).arraySync()).toEqual([0.5, 2, 7]);
      expect(pad(slice(x, [[0, 2]]), [[1, 2]], { value: 0.1 }).dataSync()).toEqual(
        rounded([0.1, 3, -1, 0.1, 0.1], dtype),
      );
      expect(slice(x, [[4, 0, -2]]).arraySync()).toEqual([2, Number.NaN]);
      const indices = tensor([1, 1], [2], "int32");
      const updates = tensor([0.25, 0.5], [2], dtype);
      expect(scatter(slice(x, [[0, 2]]), indices, updates).arraySync()).toEqual([3, 0.5]);
      const repeated = Array<number>(37).fill(0.1).with(1, 0.5);
      expect(scatter(full([37], 0.1, dtype), indices, updates).dataSync()).toEqual(rounded(repeated, dtype));
      expect(scatterND([[1], [1]], updates, [2]).arraySync()).toEqual([0, 0.75]);
      for (const each of [sort(x), gather(x, [0]), concat([x, x]), pad(x, [[1, 1]])])
        expect(each.dtype).toBe(dtype);
    }
  });

  it("draw random numbers below the upper bound, with the moments that are asked for", () => {
    for (const dtype of halves) {
      const generator = new Generator(5);
      const unit = uniform([5000], { dtype, generator });
      expect([unit.dtype, unit.max().item() < 1, unit.min().item() >= 0]).toEqual([dtype, true, true]);
      expect(unit.mean().item()).toBeCloseTo(0.5, 1);
      const bell = normal([5000], { dtype, generator, mean: 1 });
      expect([bell.dtype, bell.mean().item(), std(bell).item()]).toEqual([
        dtype,
        expect.closeTo(1, 1),
        expect.closeTo(1, 1),
      ]);
      expect(gamma([5], tensor(2, [], dtype)).dtype).toBe(dtype);
    }
  });
});

describe("training in 16 bits", () => {
  it("has gradients of the operands' own dtypes, also through casts", () => {
    const x = tensor([1, 2, 3], [3], "bfloat16");
    const weight = variable([0.5, 0.25, 2]);
    const [dx, dweight] = gradients(x.mul(cast(weight, "bfloat16")).square().sum(), [x, weight]);
    expect([dx.dtype, dweight.dtype]).toEqual(["bfloat16", "float32"]);
    expect(dx.arraySync()).toEqual([0.5, 0.25, 24]);
    expect(dweight.arraySync()).toEqual([1, 2, 36]);
  });

  it("keeps Variables of 16 bits through jit and loops", () => {
    for (const dtype of halves) {
      const total = variable(tensor([0, 1000], [2], dtype));
      const step = jit((x: Tensor) => total.assign(total.add(x)).value.mul(2));
      const x = tensor([0.1, 3], [2], dtype);
      step(x);
      const twice = step(x);
      const one = rounded([0.1, 1003], dtype);
      const two = rounded([one[0] + one[0], one[1] + 3], dtype);
      expect(total.dataSync()).toEqual(two);
      expect(twice.dataSync()).toEqual(two.map((value) => 2 * value));
      const [last, all] = scan(
        (carry: Tensor, each: Tensor) => [carry.add(each), carry],
        tensor(0, [], dtype),
        x,
      );
      expect([last.dtype, all.dtype]).toEqual([dtype, dtype]);
      expect(last.item()).toBe(roundToHalf(dtype, roundToHalf(dtype, 0.1) + 3));
    }
  });

  it("steps in float32, so that Adam's decay rates are not rounded to 1", () => {
    for (const dtype of halves) {
      const weight = variable(tensor([3, -2], [2], dtype), { name: "weight" });
      const single = variable([3, -2]);
      const optimizer = new Adam({ learningRate: 0.125 });
      const step = jit(() =>
        optimizer.minimize(() => weight.square().sum().cast("float32").add(single.square().sum())),
      );
      for (let count = 0; count < 20; count++) step();
      expect(optimizer.variables.filter(({ rank }) => rank > 0).map((slot) => slot.dtype)).toEqual(
        Array(4).fill("float32"),
      );
      expect(weight.dtype).toBe("bfloat16" === dtype ? "bfloat16" : "float16");
      const [first, second] = single.dataSync();
      const tolerance = dtype === "float16" ? 0.01 : 0.05;
      expect(Math.abs(weight.dataSync()[0] - first)).toBeLessThan(tolerance);
      expect(Math.abs(weight.dataSync()[1] - second)).toBeLessThan(tolerance);
    }
  });

  it("takes weights of float32 that are cast where they are used: small steps add up", () => {
    const pure = variable(tensor(1, [], "bfloat16"));
    const master = variable(1);
    const loss = (weight: Tensor): Tensor => weight.mul(tensor(0.5, [], "bfloat16"));
    const optimizer = new SGD({ learningRate: 2 ** -10 });
    for (let count = 0; count < 64; count++) {
      optimizer.minimize(() => loss(pure.value));
      optimizer.minimize(() => loss(cast(master, "bfloat16")));
    }
    expect([pure.item(), master.item()]).toEqual([1, 1 - 64 * 2 ** -11]);
  });
});
