/** Checks that every public op goes through: cpu against reference, and gradients against finite differences. */
import { describe, expect, it } from "vitest";
import { gradients } from "../../autodiff/gradients.ts";
import { type DType, isFloat } from "../../dtype.ts";
import { type BackendName, getBackend, setBackend } from "../../evaluate.ts";
import { slopeOf, slopePoints } from "../../primitives/testing/derivatives.ts";
import { type Shape, sizeOf } from "../../shape.ts";
import { evaluate, type Tensor, tensor } from "../../tensor.ts";
import "../methods.ts";
import { add, mul } from "../arithmetic.ts";
import { sum } from "../reductions.ts";

/** How the values of an input are drawn. */
export interface InputOptions {
  readonly shape: Shape;
  /** Bounds of the values. Default: −2 and 2. */
  readonly from?: number;
  readonly to?: number;
  /** Integers between the bounds, as int32; they get no gradient. */
  readonly integer?: boolean;
}

/** An op applied to drawn inputs. */
export interface OpCase {
  readonly name: string;
  readonly inputs: readonly (InputOptions | Shape)[];
  readonly apply: (...inputs: Tensor[]) => Tensor;
  /** Whether it has gradients to check. Default: true. */
  readonly differentiable?: boolean;
  /** Whether its second derivatives are checked. Default: true. */
  readonly twice?: boolean;
  /** The error allowed between float32 on the cpu and the reference, relative above 1. Default: 2e-5. */
  readonly tolerance?: number;
}

/** Runs `body` on another backend. */
export function onBackend<T>(name: BackendName, body: () => T): T {
  const before = getBackend();
  setBackend(name);
  try {
    return body();
  } finally {
    setBackend(before);
  }
}

/** A stream of numbers in [0, 1) that is the same in every run (mulberry32). */
export function drawing(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
}

function isShape(input: InputOptions | Shape): input is Shape {
  return Array.isArray(input);
}

function drawInputs(cases: OpCase["inputs"], seed: number): { values: number[]; options: InputOptions }[] {
  const next = drawing(seed);
  return cases.map((input) => {
    const options: InputOptions = isShape(input) ? { shape: input } : input;
    const { from = -2, to = 2, integer = false, shape } = options;
    const values = Array.from({ length: sizeOf(shape) }, () => {
      const value = from + (to - from) * next();
      return integer ? Math.floor(value) : value;
    });
    return { values, options };
  });
}

function tensorOf({ values, options }: { values: number[]; options: InputOptions }, dtype: DType): Tensor {
  return tensor(values, options.shape, options.integer ? "int32" : dtype);
}

/** The largest difference between two lists, relative above 1. NaN, infinities and signs of 0 must agree. */
export function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  let worst = 0;
  for (let index = 0; index < expected.length; index++) {
    const [got, wanted] = [actual[index], expected[index]];
    if (Object.is(got, wanted) || got === wanted) continue;
    const error = Math.abs(got - wanted) / Math.max(1, Math.abs(wanted));
    worst = Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(worst, error);
  }
  return worst;
}

function checkBackends(op: OpCase): void {
  const inputs = drawInputs(op.inputs, 17);
  for (const dtype of ["float32", "float64"] as const) {
    const run = (): { shape: Shape; values: ArrayLike<number> } => {
      const result = op.apply(...inputs.map((input) => tensorOf(input, dtype)));
      return { shape: result.shape, values: result.dataSync() };
    };
    const expected = onBackend("reference", run);
    const actual = onBackend("cpu", run);
    expect(actual.shape).toEqual(expected.shape);
    const allowed = dtype === "float32" ? (op.tolerance ?? 2e-5) : 1e-11;
    expect(difference(actual.values, expected.values)).toBeLessThanOrEqual(allowed);
  }
}

/** A scalar function of the inputs: Σ w·f, with weights that differ from element to element. */
function weighted(result: Tensor): Tensor {
  const next = drawing(result.size + 5);
  const weights = Float64Array.from({ length: result.size }, () => 0.5 + next());
  return sum(mul(result, tensor(weights, result.shape)));
}

/** Gradients with respect to all float inputs, and the scalar that they belong to. */
function differentiate(op: OpCase, tensors: readonly Tensor[], order: 1 | 2): Tensor {
  const first = weighted(op.apply(...tensors));
  if (order === 1) return first;
  const floats = tensors.filter(({ dtype }) => isFloat(dtype));
  return gradients(first, floats)
    .map(weighted)
    .reduce((left, right) => add(left, right));
}

/** Compares the derivative in a drawn direction of all inputs at once with the finite difference. */
function checkGradient(op: OpCase, order: 1 | 2): void {
  const inputs = drawInputs(op.inputs, 23 + order);
  const next = drawing(29 + order);
  const directions = inputs.map(({ values, options }) =>
    values.map(() => (options.integer ? 0 : 2 * next() - 1)),
  );
  const tensorsAt = (t: number): Tensor[] =>
    inputs.map(({ values, options }, input) =>
      tensorOf(
        { values: values.map((value, index) => value + t * directions[input][index]), options },
        "float64",
      ),
    );
  onBackend("reference", () => {
    const tensors = tensorsAt(0);
    const moving = tensors.flatMap((each, input) =>
      isFloat(each.dtype) ? [{ each, direction: tensor(directions[input], each.shape, "float64") }] : [],
    );
    const slopes = gradients(
      differentiate(op, tensors, order),
      moving.map(({ each }) => each),
    );
    const along = slopes.map((slope, index) => sum(mul(slope, moving[index].direction)));
    const around = slopePoints.map((t) => differentiate(op, tensorsAt(t), order));
    evaluate(...along, ...around);
    const exact = along.reduce((total, each) => total + each.item(), 0);
    expect(difference([exact], [slopeOf(around.map((each) => each.item()))])).toBeLessThanOrEqual(1e-6);
  });
}

/** Declares the tests of one op for each case. */
export function testOps(family: string, cases: readonly OpCase[]): void {
  describe(family, () => {
    for (const op of cases) {
      it(`${op.name}: the cpu agrees with the reference`, () => checkBackends(op));
      if (op.differentiable === false) continue;
      it(`${op.name}: its gradient agrees with finite differences`, () => checkGradient(op, 1));
      if (op.twice === false) continue;
      it(`${op.name}: its second derivative agrees with finite differences`, () => checkGradient(op, 2));
    }
  });
}

/** The values of a tensor rounded to so many digits, to compare with numbers from elsewhere. */
export function expectValues(actual: Tensor, expected: readonly number[], tolerance = 1e-6): void {
  expect(difference(actual.dataSync(), expected)).toBeLessThanOrEqual(tolerance);
}
