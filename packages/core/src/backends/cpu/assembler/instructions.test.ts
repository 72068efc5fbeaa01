import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Expression } from "./expression.ts";
import { f32, f32x4, f64, f64x2, i8x16, i16x8, i32, i32x4, i64x2, v128 } from "./instructions.ts";
import { ModuleBuilder } from "./module.ts";
import { compileRows, operands, resultAddress } from "./testing/compile-rows.ts";
import { saturate, toEven } from "./testing/rounding.ts";

type Lanes = Float32Array | Float64Array | Int32Array;
type Row<T> = readonly [value: Expression<"v128">, meaning: (a: T, b: T) => number | bigint];

/** Holds each row to its meaning, lane by lane, on drawn operands. */
function itComputes(
  rows: Readonly<Record<string, Row<number>>>,
  create: (buffer: ArrayBuffer, address: number) => Lanes,
  arbitrary: fc.Arbitrary<number>,
  createResult = create,
): void {
  const engine = compileRows(
    Object.fromEntries(Object.entries(rows).map(([name, [value]]) => [name, value])),
  );
  if (!engine) throw new Error("the module is not valid");
  it.each(Object.keys(rows))("%s", (name) => {
    const [a, b] = [create(engine.buffer, 0), create(engine.buffer, 16)];
    const result = createResult(engine.buffer, resultAddress);
    const lanes = fc.array(arbitrary, { minLength: a.length, maxLength: a.length });
    fc.assert(
      fc.property(lanes, lanes, (left, right) => {
        a.set(left);
        b.set(right);
        engine.run(name);
        const expected = createResult(new ArrayBuffer(64), 0);
        left.forEach((value, lane) => {
          if (lane < result.length) expected[lane] = Number(rows[name][1](value, right[lane]));
        });
        expect([...result]).toEqual([...expected]);
      }),
      { numRuns: 25 },
    );
  });
}

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const small = fc.integer({ min: -3, max: 3 });
const words = fc.oneof(word, small);
const singles = fc.oneof(fc.float(), small);
const doubles = fc.oneof(fc.double(), small);
const int32Lanes = (buffer: ArrayBuffer, address: number) => new Int32Array(buffer, address, 4);
const float32Lanes = (buffer: ArrayBuffer, address: number) => new Float32Array(buffer, address, 4);
const float64Lanes = (buffer: ArrayBuffer, address: number) => new Float64Array(buffer, address, 2);

/** A comparison's answer: all bits of the lane. */
const mask = (condition: boolean): number => (condition ? -1 : 0);
const [a, b, c] = operands;

describe("float32 vector instructions mean what they are named", () => {
  itComputes(
    {
      add: [f32x4.add(a, b), (x, y) => x + y],
      sub: [f32x4.sub(a, b), (x, y) => x - y],
      mul: [f32x4.mul(a, b), (x, y) => x * y],
      div: [f32x4.div(a, b), (x, y) => x / y],
      min: [f32x4.min(a, b), Math.min],
      max: [f32x4.max(a, b), Math.max],
      pmin: [f32x4.pmin(a, b), (x, y) => (y < x ? y : x)],
      pmax: [f32x4.pmax(a, b), (x, y) => (x < y ? y : x)],
      abs: [f32x4.abs(a), Math.abs],
      neg: [f32x4.neg(a), (x) => -x],
      sqrt: [f32x4.sqrt(a), Math.sqrt],
      ceil: [f32x4.ceil(a), Math.ceil],
      floor: [f32x4.floor(a), Math.floor],
      trunc: [f32x4.trunc(a), Math.trunc],
      nearest: [f32x4.nearest(a), toEven],
      splat: [f32x4.splat(f32x4.extract_lane(f32x4.splat(f32.constant(-2.5)), 3)), () => -2.5],
    },
    float32Lanes,
    singles,
  );
  itComputes(
    {
      eq: [f32x4.eq(a, b), (x, y) => mask(x === y)],
      ne: [f32x4.ne(a, b), (x, y) => mask(x !== y)],
      lt: [f32x4.lt(a, b), (x, y) => mask(x < y)],
      gt: [f32x4.gt(a, b), (x, y) => mask(x > y)],
      le: [f32x4.le(a, b), (x, y) => mask(x <= y)],
      ge: [f32x4.ge(a, b), (x, y) => mask(x >= y)],
      trunc_sat_f32x4_s: [i32x4.trunc_sat_f32x4_s(a), (x) => saturate(x, -(2 ** 31), 2 ** 31 - 1)],
      trunc_sat_f32x4_u: [i32x4.trunc_sat_f32x4_u(a), (x) => saturate(x, 0, 2 ** 32 - 1)],
    },
    float32Lanes,
    singles,
    int32Lanes,
  );
});

describe("float64 vector instructions mean what they are named", () => {
  itComputes(
    {
      add: [f64x2.add(a, b), (x, y) => x + y],
      sub: [f64x2.sub(a, b), (x, y) => x - y],
      mul: [f64x2.mul(a, b), (x, y) => x * y],
      div: [f64x2.div(a, b), (x, y) => x / y],
      min: [f64x2.min(a, b), Math.min],
      max: [f64x2.max(a, b), Math.max],
      pmin: [f64x2.pmin(a, b), (x, y) => (y < x ? y : x)],
      pmax: [f64x2.pmax(a, b), (x, y) => (x < y ? y : x)],
      abs: [f64x2.abs(a), Math.abs],
      neg: [f64x2.neg(a), (x) => -x],
      sqrt: [f64x2.sqrt(a), Math.sqrt],
      ceil: [f64x2.ceil(a), Math.ceil],
      floor: [f64x2.floor(a), Math.floor],
      trunc: [f64x2.trunc(a), Math.trunc],
      nearest: [f64x2.nearest(a), toEven],
      promote_low_demote_zero: [f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(a)), Math.fround],
      splat: [f64x2.splat(f64x2.extract_lane(f64x2.splat(f64.constant(-2.5)), 1)), () => -2.5],
    },
    float64Lanes,
    doubles,
  );
  const [eq, lt] = [f64x2.eq(a, b), f64x2.lt(a, b)];
  itComputes(
    {
      eq: [v128.and(eq, f64x2.constant(1)), (x, y) => Number(x === y)],
      ne: [v128.and(f64x2.ne(a, b), f64x2.constant(1)), (x, y) => Number(x !== y)],
      lt: [v128.and(lt, f64x2.constant(1)), (x, y) => Number(x < y)],
      gt: [v128.and(f64x2.gt(a, b), f64x2.constant(1)), (x, y) => Number(x > y)],
      le: [v128.and(f64x2.le(a, b), f64x2.constant(1)), (x, y) => Number(x <= y)],
      ge: [v128.and(f64x2.ge(a, b), f64x2.constant(1)), (x, y) => Number(x >= y)],
      trunc_sat_zero_s: [
        f64x2.convert_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(a)),
        (x) => saturate(x, -(2 ** 31), 2 ** 31 - 1),
      ],
      trunc_sat_zero_u: [
        f64x2.convert_low_i32x4_u(i32x4.trunc_sat_f64x2_u_zero(a)),
        (x) => saturate(x, 0, 2 ** 32 - 1),
      ],
    },
    float64Lanes,
    doubles,
  );
});

describe("integer vector instructions mean what they are named", () => {
  const unsigned = (value: number): number => value >>> 0;
  itComputes(
    {
      add: [i32x4.add(a, b), (x, y) => (x + y) | 0],
      sub: [i32x4.sub(a, b), (x, y) => (x - y) | 0],
      mul: [i32x4.mul(a, b), Math.imul],
      min_s: [i32x4.min_s(a, b), Math.min],
      max_s: [i32x4.max_s(a, b), Math.max],
      min_u: [i32x4.min_u(a, b), (x, y) => Math.min(unsigned(x), unsigned(y)) | 0],
      max_u: [i32x4.max_u(a, b), (x, y) => Math.max(unsigned(x), unsigned(y)) | 0],
      eq: [i32x4.eq(a, b), (x, y) => mask(x === y)],
      ne: [i32x4.ne(a, b), (x, y) => mask(x !== y)],
      lt_s: [i32x4.lt_s(a, b), (x, y) => mask(x < y)],
      lt_u: [i32x4.lt_u(a, b), (x, y) => mask(unsigned(x) < unsigned(y))],
      gt_s: [i32x4.gt_s(a, b), (x, y) => mask(x > y)],
      gt_u: [i32x4.gt_u(a, b), (x, y) => mask(unsigned(x) > unsigned(y))],
      le_s: [i32x4.le_s(a, b), (x, y) => mask(x <= y)],
      le_u: [i32x4.le_u(a, b), (x, y) => mask(unsigned(x) <= unsigned(y))],
      ge_s: [i32x4.ge_s(a, b), (x, y) => mask(x >= y)],
      ge_u: [i32x4.ge_u(a, b), (x, y) => mask(unsigned(x) >= unsigned(y))],
      abs: [i32x4.abs(a), (x) => Math.abs(x) | 0],
      neg: [i32x4.neg(a), (x) => -x | 0],
      shl: [i32x4.shl(a, i32.constant(5)), (x) => x << 5],
      shr_s: [i32x4.shr_s(a, i32.constant(5)), (x) => x >> 5],
      shr_u: [i32x4.shr_u(a, i32.constant(5)), (x) => (x >>> 5) | 0],
      and: [v128.and(a, b), (x, y) => x & y],
      andnot: [v128.andnot(a, b), (x, y) => x & ~y],
      or: [v128.or(a, b), (x, y) => x | y],
      xor: [v128.xor(a, b), (x, y) => x ^ y],
      not: [v128.not(a), (x) => ~x],
      bitselect: [
        v128.bitselect(a, b, i32x4.splat(i32.constant(0xff00))),
        (x, y) => (x & 0xff00) | (y & ~0xff00),
      ],
      narrow_words: [
        i32x4.extend_low_i16x8_s(i16x8.narrow_i32x4_s(a, b)),
        (x) => saturate(x, -(2 ** 15), 2 ** 15 - 1),
      ],
      narrow_words_unsigned: [
        i32x4.extend_high_i16x8_u(i16x8.narrow_i32x4_u(b, a)),
        (x) => saturate(x, 0, 2 ** 16 - 1),
      ],
      narrow_bytes: [
        i32x4.extend_low_i16x8_u(
          i16x8.extend_low_i8x16_u(i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), b)),
        ),
        (x) => saturate(x, 0, 255),
      ],
      splat: [i32x4.splat(i32x4.extract_lane(i32x4.replace_lane(a, 2, i32.constant(9)), 2)), () => 9],
      products: [
        i8x16.shuffle(
          i64x2.extmul_low_i32x4_u(a, b),
          i64x2.extmul_high_i32x4_u(a, b),
          [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31],
        ),
        (x, y) => BigInt.asIntN(32, (BigInt(unsigned(x)) * BigInt(unsigned(y))) >> 32n),
      ],
      signed_products: [
        i8x16.shuffle(
          i64x2.extmul_low_i32x4_s(a, b),
          i64x2.extmul_high_i32x4_s(a, b),
          [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31],
        ),
        (x, y) => BigInt.asIntN(32, (BigInt(x) * BigInt(y)) >> 32n),
      ],
    },
    int32Lanes,
    words,
  );
  itComputes(
    {
      convert_i32x4_s: [f32x4.convert_i32x4_s(a), (x) => x],
      convert_i32x4_u: [f32x4.convert_i32x4_u(a), unsigned],
    },
    int32Lanes,
    words,
    float32Lanes,
  );
});

describe("64-bit lanes, loads and stores of one lane", () => {
  const address = i32.constant(resultAddress);
  const rows = {
    add: i64x2.add(a, b),
    sub: i64x2.sub(a, b),
    mul: i64x2.mul(a, b),
    shl: i64x2.shl(a, i32.constant(9)),
    shr_s: i64x2.shr_s(a, i32.constant(9)),
    shr_u: i64x2.shr_u(a, i32.constant(9)),
    eq: i64x2.eq(a, b),
    lt_s: i64x2.lt_s(a, b),
    gt_s: i64x2.gt_s(a, b),
  };
  const engine = compileRows(rows);
  const meanings: Record<keyof typeof rows, (x: bigint, y: bigint) => bigint> = {
    add: (x, y) => x + y,
    sub: (x, y) => x - y,
    mul: (x, y) => x * y,
    shl: (x) => x << 9n,
    shr_s: (x) => x >> 9n,
    shr_u: (x) => BigInt.asUintN(64, x) >> 9n,
    eq: (x, y) => (x === y ? -1n : 0n),
    lt_s: (x, y) => (x < y ? -1n : 0n),
    gt_s: (x, y) => (x > y ? -1n : 0n),
  };

  it.each(Object.entries(meanings))("i64x2.%s", (name, meaning) => {
    if (!engine) throw new Error("the module is not valid");
    const [left, right] = [0, 16].map((start) => new BigInt64Array(engine.buffer, start, 2));
    const result = new BigInt64Array(engine.buffer, resultAddress, 2);
    const value = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), small.map(BigInt));
    fc.assert(
      fc.property(value, value, value, (x, y, z) => {
        left.set([x, y]);
        right.set([z, x]);
        engine.run(name);
        expect([...result]).toEqual([meaning(x, z), meaning(y, x)].map((exact) => BigInt.asIntN(64, exact)));
      }),
      { numRuns: 25 },
    );
  });

  it("read and write single lanes at an offset", () => {
    const module = new ModuleBuilder({ initial: 1, maximum: 1, shared: false });
    const f = module.function("main");
    f.run(v128.store(address, v128.load32_zero(i32.constant(0), 4)));
    f.run(v128.store(address, v128.load64_zero(i32.constant(0), 8), 16));
    f.run(v128.store(address, v128.load32_splat(i32.constant(0), 8), 32));
    f.run(v128.store(address, v128.load64_splat(i32.constant(0), 8), 48));
    f.run(v128.store(address, v128.load32_lane(i32.constant(0), i32x4.constant([9, 9, 9, 9]), 2, 12), 64));
    f.run(v128.store64_lane(address, i32x4.constant([5, 6, 7, 8]), 1, 80));
    f.run(v128.store32_lane(address, i32x4.constant([5, 6, 7, 8]), 2, 88));
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), {
      env: { memory },
    });
    new Int32Array(memory.buffer).set([1, 2, 3, 4]);
    if (typeof exports.main !== "function") throw new Error("main is not exported");
    exports.main();
    const written = [...new Int32Array(memory.buffer, resultAddress, 24)];
    expect(written.slice(0, 8)).toEqual([2, 0, 0, 0, 3, 4, 0, 0]);
    expect(written.slice(8, 16)).toEqual([3, 3, 3, 3, 3, 4, 3, 4]);
    expect(written.slice(16)).toEqual([9, 9, 4, 9, 7, 8, 7, 0]);
  });
});

describe("relaxed SIMD", () => {
  const engine = compileRows({
    f32: f32x4.relaxed_madd(a, b, c),
    f32n: f32x4.relaxed_nmadd(a, b, c),
    f64: f64x2.relaxed_madd(a, b, c),
    f64n: f64x2.relaxed_nmadd(a, b, c),
    i32: i32x4.relaxed_laneselect(a, b, c),
    i64: i64x2.relaxed_laneselect(a, b, c),
  });

  it.skipIf(!engine)("adds to and subtracts from the third operand", () => {
    if (!engine) throw new Error("no relaxed SIMD");
    new Float32Array(engine.buffer, 0, 12).set([1, 2, 3, 4, 5, 6, 7, 8, 100, 200, 300, 400]);
    engine.run("f32");
    expect([...new Float32Array(engine.buffer, resultAddress, 4)]).toEqual([105, 212, 321, 432]);
    engine.run("f32n");
    expect([...new Float32Array(engine.buffer, resultAddress, 4)]).toEqual([95, 188, 279, 368]);
    new Float64Array(engine.buffer, 0, 6).set([1, 2, 3, 4, 10, 20]);
    engine.run("f64");
    expect([...new Float64Array(engine.buffer, resultAddress, 2)]).toEqual([13, 28]);
    engine.run("f64n");
    expect([...new Float64Array(engine.buffer, resultAddress, 2)]).toEqual([7, 12]);
  });

  it.skipIf(!engine)("chooses by the lanes of a mask", () => {
    if (!engine) throw new Error("no relaxed SIMD");
    new Int32Array(engine.buffer, 0, 12).set([1, 2, 3, 4, 5, 6, 7, 8, -1, 0, 0, -1]);
    engine.run("i32");
    expect([...new Int32Array(engine.buffer, resultAddress, 4)]).toEqual([1, 6, 7, 4]);
    new BigInt64Array(engine.buffer, 0, 6).set([1n, 2n, 3n, 4n, -1n, 0n]);
    engine.run("i64");
    expect([...new BigInt64Array(engine.buffer, resultAddress, 2)]).toEqual([1n, 4n]);
  });
});
