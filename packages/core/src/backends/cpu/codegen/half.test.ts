import { describe, expect, it } from "vitest";
import type { DType, TypedArray } from "../../../dtype.ts";
import { valuesOf } from "../../../evaluate.ts";
import { dataNode, type GraphNode } from "../../../graph/node.ts";
import { build } from "../../../primitives/apply.ts";
import { decodeHalf, type HalfDType, roundToHalf } from "../../../special/half-precision.ts";

const allBits = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits);

/** Every number of the dtype, the middle between it and the next, and what lies beside that. */
function hardNumbers(dtype: HalfDType, epsilon: number): number[] {
  const numbers = decodeHalf(allBits, dtype);
  return Array.from(numbers).flatMap((number, bits) => {
    const next = numbers[bits + 1] ?? number;
    const middle = Number.isFinite(next) ? number + (next - number) / 2 : number;
    return [number, middle, middle * (1 - epsilon), middle * (1 + epsilon)];
  });
}

/** The first number that the cpu backend's cast rounds in another way than JavaScript. */
function wrongCast(values: TypedArray, from: DType, to: HalfDType): string | null {
  const actual = valuesOf(build.cast(dataNode(values, { shape: [values.length], dtype: from }), to));
  return firstDifference(actual, (at) => roundToHalf(to, values[at]));
}

function firstDifference(actual: TypedArray, expected: (position: number) => number): string | null {
  const position = actual.findIndex((value, at) => !Object.is(value, expected(at)));
  return position < 0 ? null : `element ${position}: ${actual[position]}, not ${expected(position)}`;
}

describe("conversions in vectors", () => {
  for (const dtype of ["float16", "bfloat16"] as const) {
    it(`round float32 to ${dtype} as JavaScript does, at every tie and beside it`, () => {
      const values = Float32Array.from(hardNumbers(dtype, 2 ** -22));
      expect(wrongCast(values, "float32", dtype)).toBeNull();
    });

    it(`round float64 to ${dtype} once`, () => {
      const values = Float64Array.from(hardNumbers(dtype, 2 ** -48));
      expect(wrongCast(values, "float64", dtype)).toBeNull();
    });

    it(`round int32 to ${dtype} once`, () => {
      const values = Int32Array.of(
        0,
        -1,
        255,
        257,
        2049,
        65519,
        65520,
        2 ** 30 + 2 ** 22 + 1,
        2 ** 31 - 1,
        -(2 ** 31),
      );
      expect(wrongCast(values, "int32", dtype)).toBeNull();
    });

    it(`read and write every ${dtype} unchanged, from any place and to any place`, () => {
      const numbers = decodeHalf(allBits, dtype);
      const node = dataNode(numbers, { shape: [2 ** 16], dtype });
      const reversed = build.slice(node, [2 ** 16 - 1], [2 ** 16], [-1]);
      const table = build.transpose(build.reshape(node, [256, 256]), [1, 0]);
      const odd = build.slice(node, [1], [2 ** 16 - 3], [1]);
      const wrong = (part: GraphNode, source: (position: number) => number): string | null =>
        firstDifference(valuesOf(build.neg(part)), (at) => -numbers[source(at)]);
      expect(wrong(reversed, (at) => 2 ** 16 - 1 - at)).toBeNull();
      expect(wrong(table, (at) => (at % 256) * 256 + (at >> 8))).toBeNull();
      expect(wrong(odd, (at) => at + 1)).toBeNull();
    });
  }
});
