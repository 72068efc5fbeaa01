import { describe, expect, it } from "vitest";
import { DTypeError } from "../errors.ts";
import { decodeHalf, encodeHalf, type HalfDType, roundToHalf } from "./half-precision.ts";

/** A float32 and its bits as float16 (NumPy 1.24.2) and bfloat16 (PyTorch 1.13.0; NaN is any). */
const conversions: readonly (readonly [value: number, float16: number, bfloat16: number])[] = [
  [0.0, 0x0000, 0x0000],
  [-0.0, 0x8000, 0x8000],
  [1.0, 0x3c00, 0x3f80],
  [-2.0, 0xc000, 0xc000],
  [0.10000000149011612, 0x2e66, 0x3dcd],
  [-0.10000000149011612, 0xae66, 0xbdcd],
  [0.3333333432674408, 0x3555, 0x3eab],
  [65504.0, 0x7bff, 0x4780],
  [65519.98828125, 0x7bff, 0x4780],
  [65520.0, 0x7c00, 0x4780],
  [65536.0, 0x7c00, 0x4780],
  [-1.0000000150474662e30, 0xfc00, 0xf14a],
  [6.103515625e-5, 0x0400, 0x3880],
  [6.1005353927612305e-5, 0x0400, 0x3880],
  [2 ** -24, 0x0001, 0x3380],
  [2.9802322387695312e-8, 0x0000, 0x3300],
  [2.9805303114471826e-8, 0x0001, 0x3300],
  [8.940696716308594e-8, 0x0002, 0x33c0],
  [-1.4901161193847656e-8, 0x8000, 0xb280],
  [1.4901161193847656e-7, 0x0002, 0x3420],
  [6.0999998822808266e-5, 0x03ff, 0x3880],
  [1.000000013351432e-10, 0x0000, 0x2edc],
  [1.00048828125, 0x3c00, 0x3f80],
  [1.00146484375, 0x3c02, 0x3f80],
  [1.0004884004592896, 0x3c01, 0x3f80],
  [2049.0, 0x6800, 0x4500],
  [2051.0, 0x6802, 0x4500],
  [2050.0, 0x6801, 0x4500],
  [0.333251953125, 0x3555, 0x3eab],
  [1.00390625, 0x3c04, 0x3f80],
  [1.01171875, 0x3c0c, 0x3f82],
  [1.0039072036743164, 0x3c04, 0x3f81],
  [257.0, 0x5c04, 0x4380],
  [259.0, 0x5c0c, 0x4382],
  [3.3895313892515355e38, 0x7c00, 0x7f7f],
  [3.39617752923046e38, 0x7c00, 0x7f80],
  [3.3999999521443642e38, 0x7c00, 0x7f80],
  [1.1754943508222875e-38, 0x0000, 0x0080],
  [9.183549615799121e-41, 0x0000, 0x0001],
  [4.591774807899561e-41, 0x0000, 0x0000],
  [4.600042468839077e-41, 0x0000, 0x0001],
  [1.3775324423698682e-40, 0x0000, 0x0002],
  [1.401298464324817e-45, 0x0000, 0x0000],
  [Number.POSITIVE_INFINITY, 0x7c00, 0x7f80],
  [Number.NEGATIVE_INFINITY, 0xfc00, 0xff80],
  [Number.NaN, 0x7e00, 0x7fc0],
];

const layouts = {
  float16: { exponentBits: 5, fractionBits: 10 },
  bfloat16: { exponentBits: 8, fractionBits: 7 },
} as const satisfies Record<HalfDType, object>;

const allBits = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits);

/** What the bits stand for, by the definition in IEEE 754, section 3.4. */
function numberOf(dtype: HalfDType, bits: number): number {
  const { exponentBits, fractionBits } = layouts[dtype];
  const bias = 2 ** (exponentBits - 1) - 1;
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits & 0x7fff) >> fractionBits;
  const fraction = (bits & (2 ** fractionBits - 1)) / 2 ** fractionBits;
  if (exponent === 2 ** exponentBits - 1)
    return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias);
  return sign * (1 + fraction) * 2 ** (exponent - bias);
}

describe("numbers of 16 bits", () => {
  it("have the bits that NumPy and PyTorch give them", () => {
    const values = conversions.map(([value]) => value);
    expect([...encodeHalf(values, "float16")]).toEqual(conversions.map(([, float16]) => float16));
    expect([...encodeHalf(values, "bfloat16")]).toEqual(conversions.map(([, , bfloat16]) => bfloat16));
  });

  it("are rounded once from float64, as in NumPy 1.24.2, where float32 would fall on a tie", () => {
    const values = [1 + 2 ** -11 + 2 ** -40, 1 + 2 ** -11 - 2 ** -40, 65520 - 2 ** -30, 2 ** -25 + 2 ** -60];
    expect([...encodeHalf(values, "float16")]).toEqual([0x3c01, 0x3c00, 0x7bff, 0x0001]);
    expect([...encodeHalf(values.map(Math.fround), "float16")]).toEqual([0x3c00, 0x3c00, 0x7c00, 0x0000]);
  });

  for (const dtype of ["float16", "bfloat16"] as const) {
    it(`are the same after a round trip: ${dtype}, all 65,536 of them`, () => {
      const numbers = decodeHalf(allBits, dtype);
      expect(allBits.every((bits) => Object.is(numbers[bits], numberOf(dtype, bits)))).toBe(true);
      const back = encodeHalf(numbers, dtype);
      expect(allBits.every((bits) => back[bits] === bits || Number.isNaN(numbers[bits]))).toBe(true);
      expect([...encodeHalf(decodeHalf(back, dtype), dtype)]).toEqual([...back]);
    });

    it(`are the nearest ones, and the even one from the middle of two: ${dtype}`, () => {
      const largest = dtype === "float16" ? 0x7bff : 0x7f7f;
      for (let bits = 0; bits < largest; bits++) {
        const [below, above] = [numberOf(dtype, bits), numberOf(dtype, bits + 1)];
        const middle = (below + above) / 2;
        const even = bits % 2 === 0 ? below : above;
        const nearMiddle = middle * 2 ** -50;
        const rounded = [middle - nearMiddle, middle, middle + nearMiddle].map((x) => roundToHalf(dtype, x));
        if (rounded[0] === below && rounded[1] === even && rounded[2] === above) continue;
        throw new Error(`${bits}: ${rounded.join()} around ${middle}`);
      }
      expect(roundToHalf(dtype, -numberOf(dtype, largest) * (1 + 2 ** -20))).toBe(-numberOf(dtype, largest));
    });
  }

  it("are of two dtypes only", () => {
    // @ts-expect-error: not a dtype of 16 bits
    expect(() => encodeHalf([1], "float32")).toThrow(DTypeError);
    // @ts-expect-error: not a dtype of 16 bits
    expect(() => decodeHalf(new Uint16Array(1), "float8")).toThrow(
      'decodeHalf: "float8" is no dtype of 16 bits; accepted are "float16" or "bfloat16"',
    );
  });
});
