/** Numbers, values and shapes drawn from a seed. */
import fc from "fast-check";
import { allocateArray, type DType, isFloat, isHalf, roundTo, type TypedArray } from "../dtype.ts";
import { broadcastShapes, type Shape, sizeOf } from "../shape.ts";
import { decodeHalf } from "../special/half-precision.ts";

/** Numbers from a seed, the same in every run. G. Steele, D. Lea, C. Flood, "Fast splittable generators" (2014). */
export class Draw {
  private state: number;

  constructor(seed: number) {
    this.state = seed;
  }

  /** In [0, 1). */
  uniform(): number {
    return this.word() / 2 ** 32;
  }

  /** 32 bits, unsigned. */
  word(): number {
    this.state = (this.state + 0x9e3779b9) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  }

  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  between(lowest: number, highest: number): number {
    return lowest + this.below(highest - lowest + 1);
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  of<T>(values: readonly T[]): T {
    return values[this.below(values.length)];
  }

  shuffled<T>(values: readonly T[]): T[] {
    const result = [...values];
    for (let end = result.length - 1; end > 0; end--) {
      const other = this.below(end + 1);
      [result[end], result[other]] = [result[other], result[end]];
    }
    return result;
  }
}

const specialFloats = [0, -0, 1, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const specialIntegers = [0, 1, -1, 2, 2 ** 31 - 1, -(2 ** 31)];

/** Fills an input of a call. */
export type ValueDraw = (draw: Draw, dtype: DType, shape: Shape) => TypedArray;

/** Numbers of all kinds and sizes, special values among them. */
export const anyValues: ValueDraw = (draw, dtype, shape) =>
  filled(dtype, shape, () => (isFloat(dtype) ? drawFloat(draw, dtype) : drawInteger(draw, dtype)));

/** Floats between two bounds, so that sums and products of them are no overflow; integers of all sizes. */
export function valuesBetween(lowest: number, highest: number): ValueDraw {
  return (draw, dtype, shape) =>
    filled(dtype, shape, () =>
      isFloat(dtype) ? lowest + (highest - lowest) * draw.uniform() : drawInteger(draw, dtype),
    );
}

export const moderateValues = valuesBetween(-3, 3);

export function filled(dtype: DType, shape: Shape, value: () => number): TypedArray {
  const values = allocateArray(dtype, sizeOf(shape));
  for (let position = 0; position < values.length; position++) values[position] = roundTo(dtype, value());
  return values;
}

function drawInteger(draw: Draw, dtype: DType): number {
  if (dtype === "bool") return draw.below(2);
  if (dtype === "uint8") return draw.below(256);
  if (draw.chance(0.1)) return draw.of(specialIntegers);
  return draw.chance(0.5) ? draw.between(-20, 20) : draw.word() | 0;
}

const doubles = new Float64Array(1);
const doubleWords = new Int32Array(doubles.buffer);
const singles = new Float32Array(1);
const singleWords = new Int32Array(singles.buffer);

function drawFloat(draw: Draw, dtype: DType): number {
  if (draw.chance(0.5)) return 6 * draw.uniform() - 3;
  if (draw.chance(0.3)) return draw.of(specialFloats);
  if (draw.chance(0.3)) return draw.between(-300, 300);
  if (isHalf(dtype)) return decodeHalf(Uint16Array.of(draw.word()), dtype)[0];
  if (dtype === "float32") {
    singleWords[0] = draw.word();
    return singles[0];
  }
  doubleWords[0] = draw.word();
  doubleWords[1] = draw.word();
  return doubles[0];
}

/** Odd, prime, powers of two and their neighbours, one and none. */
const sizes = [1, 1, 2, 3, 4, 5, 7, 8, 13, 16, 17, 31, 33, 64, 127];
const mostElements = 3000;

export const size: fc.Arbitrary<number> = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...sizes) },
  { weight: 1, arbitrary: fc.constant(0) },
);

export interface Ranks {
  readonly minRank?: number;
  readonly maxRank?: number;
}

/** Draws shapes: `shapes` or `smallShapes`. */
export type ShapeDraw = (ranks?: Ranks) => fc.Arbitrary<Shape>;

/** Shapes of up to a few thousand elements. */
export function shapes({ minRank = 0, maxRank = 5 }: Ranks = {}): fc.Arbitrary<Shape> {
  return fc.array(size, { minLength: minRank, maxLength: maxRank }).map(bounded);
}

/** Shapes for what is evaluated often, as for finite differences. */
export function smallShapes({ minRank = 0, maxRank = 3 }: Ranks = {}): fc.Arbitrary<Shape> {
  return fc.array(fc.constantFrom(1, 2, 3), { minLength: minRank, maxLength: maxRank });
}

/** The shape with its largest dimensions halved until it is small enough for the oracle. */
export function bounded(shape: readonly number[]): number[] {
  const result = [...shape];
  while (sizeOf(result) > mostElements) {
    const largest = result.indexOf(Math.max(...result));
    result[largest] >>= 1;
  }
  return result;
}

/** Shapes that broadcast to `shape`: some of its dimensions are 1, some leading ones are left out. */
export function broadcastable(shape: Shape): fc.Arbitrary<Shape> {
  const flags = fc.tuple(
    fc.nat(shape.length),
    fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }),
    fc.boolean(),
  );
  return flags.map(([dropped, ones, isWhole]) =>
    isWhole ? shape : shape.map((length, axis) => (ones[axis] ? 1 : length)).slice(dropped),
  );
}

/** `count` shapes that broadcast together. */
export function broadcastGroup(whole: fc.Arbitrary<Shape>, count: number): fc.Arbitrary<readonly Shape[]> {
  return whole.chain((shape) =>
    fc.tuple(...Array.from({ length: count }, () => broadcastable(shape))).filter((group) => {
      return sizeOf(group.reduce((left, right) => broadcastShapes("test", left, right))) <= mostElements;
    }),
  );
}
