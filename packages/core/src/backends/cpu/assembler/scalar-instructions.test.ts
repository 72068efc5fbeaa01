import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Expression, V128 } from "./expression.ts";
import { f32, f32x4, f64, f64x2, i32, i32x4, i64, i64x2, v128 } from "./instructions.ts";
import { compileRows, operands, resultAddress } from "./testing/compile-rows.ts";
import { saturate, toEven } from "./testing/rounding.ts";

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const words = fc.oneof(word, fc.integer({ min: -3, max: 3 }));
const [a, b] = operands;

describe("scalar instructions mean what they are named", () => {
  const integer = (value: Expression<"i32">) => i32x4.splat(value);
  const [x, y] = [i32x4.extract_lane(a, 0), i32x4.extract_lane(b, 0)];
  const [wideX, wideY] = [i64x2.extract_lane(a, 0), i64x2.extract_lane(b, 0)];
  const [floatX, doubleX] = [f32x4.extract_lane(a, 0), f64x2.extract_lane(a, 0)];
  const integerRows: Record<string, readonly [V128, (x: number, y: number) => number]> = {
    add: [integer(i32.add(x, y)), (p, q) => (p + q) | 0],
    sub: [integer(i32.sub(x, y)), (p, q) => (p - q) | 0],
    mul: [integer(i32.mul(x, y)), Math.imul],
    div_s: [integer(i32.div_s(x, i32.or(y, i32.constant(2)))), (p, q) => Math.trunc(p / (q | 2)) | 0],
    div_u: [integer(i32.div_u(x, i32.or(y, i32.constant(1)))), (p, q) => ((p >>> 0) / ((q | 1) >>> 0)) | 0],
    rem_s: [integer(i32.rem_s(x, i32.or(y, i32.constant(1)))), (p, q) => (p % (q | 1)) | 0],
    rem_u: [integer(i32.rem_u(x, i32.or(y, i32.constant(1)))), (p, q) => ((p >>> 0) % ((q | 1) >>> 0)) | 0],
    shl: [integer(i32.shl(x, y)), (p, q) => p << q],
    shr_s: [integer(i32.shr_s(x, y)), (p, q) => p >> q],
    shr_u: [integer(i32.shr_u(x, y)), (p, q) => (p >>> q) | 0],
    rotl: [integer(i32.rotl(x, i32.constant(7))), (p) => (p << 7) | (p >>> 25)],
    rotr: [integer(i32.rotr(x, i32.constant(7))), (p) => (p >>> 7) | (p << 25)],
    eqz: [integer(i32.eqz(x)), (p) => Number(p === 0)],
    clz: [integer(i32.clz(x)), Math.clz32],
    lt_u: [integer(i32.lt_u(x, y)), (p, q) => Number(p >>> 0 < q >>> 0)],
    ge_s: [integer(i32.ge_s(x, y)), (p, q) => Number(p >= q)],
    le_s: [integer(i32.le_s(x, y)), (p, q) => Number(p <= q)],
    gt_u: [integer(i32.gt_u(x, y)), (p, q) => Number(p >>> 0 > q >>> 0)],
    "i64.add and shr_u": [
      integer(i32.wrap_i64(i64.shr_u(i64.add(wideX, wideY), i64.constant(0n)))),
      (p, q) => (p + q) | 0,
    ],
    "i64.extend and mul": [
      integer(i32.wrap_i64(i64.shr_u(i64.mul(i64.extend_i32_u(x), i64.extend_i32_u(y)), i64.constant(32n)))),
      (p, q) => Number(BigInt.asIntN(32, (BigInt(p >>> 0) * BigInt(q >>> 0)) >> 32n)),
    ],
    "i64.lt_s of extend_i32_s": [
      integer(i64.lt_s(i64.extend_i32_s(x), i64.extend_i32_s(y))),
      (p, q) => Number(p < q),
    ],
    "reinterpret there and back": [
      integer(i32.reinterpret_f32(f32.reinterpret_i32(i32.and(x, i32.constant(0xffffff))))),
      (p) => p & 0xffffff,
    ],
    "f64.convert_i32_s, sqrt, trunc_sat_s": [
      integer(i32.trunc_sat_f64_s(f64.sqrt(f64.abs(f64.convert_i32_s(x))))),
      (p) => Math.trunc(Math.sqrt(Math.abs(p))),
    ],
    "f64.demote, f32.promote": [
      integer(i32.trunc_sat_f64_s(f64.promote_f32(f32.demote_f64(f64.convert_i32_s(x))))),
      (p) => saturate(Math.fround(p), -(2 ** 31), 2 ** 31 - 1),
    ],
    "f32.lt": [integer(f32.lt(floatX, f32.constant(0.5))), (p) => Number(asFloat32(p) < 0.5)],
    "f64.nearest of i64 bits": [
      integer(f64.ge(f64.nearest(f64.reinterpret_i64(i64.reinterpret_f64(doubleX))), f64.constant(0))),
      () => Number(doubleAtZero() >= 0),
    ],
  };
  const engine = compileRows(
    Object.fromEntries(Object.entries(integerRows).map(([name, [value]]) => [name, value])),
  );
  const doubleAtZero = (): number => toEven(new Float64Array(engine?.buffer ?? new ArrayBuffer(8), 0, 1)[0]);

  function asFloat32(bits: number): number {
    return new Float32Array(Int32Array.of(bits).buffer)[0];
  }

  it.each(Object.entries(integerRows))("%s", (name, [, meaning]) => {
    if (!engine) throw new Error("the module is not valid");
    fc.assert(
      fc.property(words, words, (p, q) => {
        new Int32Array(engine.buffer, 0, 8).set([p, 0, 0, 0, q, 0, 0, 0]);
        engine.run(name);
        expect(new Int32Array(engine.buffer, resultAddress, 1)[0]).toBe(meaning(p, q));
      }),
      { numRuns: 25 },
    );
  });

  it("tell whether lanes are set", () => {
    const lanes = compileRows({
      bitmask: i32x4.splat(i32x4.bitmask(a)),
      all: i32x4.splat(i32x4.all_true(a)),
      any: i32x4.splat(v128.any_true(a)),
    });
    if (!lanes) throw new Error("the module is not valid");
    new Int32Array(lanes.buffer, 0, 4).set([-1, 0, 5, -7]);
    const answers = ["bitmask", "all", "any"].map((name) => {
      lanes.run(name);
      return new Int32Array(lanes.buffer, resultAddress, 1)[0];
    });
    expect(answers).toEqual([0b1001, 0, 1]);
  });
});
