/**
 * The instructions of WebAssembly as typed functions, named as in the specification's text format:
 * `f32x4.add(a, b)` builds what the text format writes as `(f32x4.add a b)`.
 * Opcodes: WebAssembly core specification 3.0, appendix "Index of Instructions".
 */
import type { ByteWriter } from "./bytes.ts";
import {
  type Expression,
  effect,
  type F32,
  type F64,
  type I32,
  type I64,
  instruction,
  type Opcode,
  type Statement,
  type V128,
  type ValueType,
} from "./expression.ts";

type Unary<A extends ValueType, R extends ValueType> = (operand: Expression<A>) => Expression<R>;
type Binary<A extends ValueType, B extends ValueType, R extends ValueType> = (
  left: Expression<A>,
  right: Expression<B>,
) => Expression<R>;

/** Instructions of the first version of WebAssembly. */
function plain(number: number): Opcode {
  return [number];
}

/** Vector instructions: the prefix 0xfd, then the number in LEB128. */
function simd(number: number): Opcode {
  return [0xfd, ...leb(number)];
}

/** Saturating conversions and bulk memory: the prefix 0xfc. */
function miscellaneous(number: number): Opcode {
  return [0xfc, ...leb(number)];
}

function leb(number: number): number[] {
  const bytes: number[] = [];
  let rest = number;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return bytes;
}

function mapTable<N extends string, F>(
  table: Readonly<Record<N, number>>,
  encode: (number: number) => Opcode,
  make: (opcode: Opcode) => F,
): Record<N, F> {
  const entries = Object.entries<number>(table).map(([name, number]) => [name, make(encode(number))]);
  return Object.fromEntries(entries) as Record<N, F>;
}

function scalarUnary<N extends string, A extends ValueType, R extends ValueType>(
  _operand: A,
  result: R,
  table: Readonly<Record<N, number>>,
): Record<N, Unary<A, R>> {
  return mapTable(
    table,
    plain,
    (opcode) => (operand: Expression<A>) => instruction(result, opcode, [operand]),
  );
}

function scalarBinary<N extends string, A extends ValueType, R extends ValueType>(
  _operand: A,
  result: R,
  table: Readonly<Record<N, number>>,
): Record<N, Binary<A, A, R>> {
  return mapTable(
    table,
    plain,
    (opcode) => (left: Expression<A>, right: Expression<A>) => instruction(result, opcode, [left, right]),
  );
}

function vectorUnary<N extends string>(table: Readonly<Record<N, number>>): Record<N, Unary<"v128", "v128">> {
  return mapTable(table, simd, (opcode) => (operand: V128) => instruction("v128", opcode, [operand]));
}

function vectorTest<N extends string>(table: Readonly<Record<N, number>>): Record<N, Unary<"v128", "i32">> {
  return mapTable(table, simd, (opcode) => (operand: V128) => instruction("i32", opcode, [operand]));
}

function vectorBinary<N extends string>(
  table: Readonly<Record<N, number>>,
): Record<N, Binary<"v128", "v128", "v128">> {
  return mapTable(
    table,
    simd,
    (opcode) => (left: V128, right: V128) => instruction("v128", opcode, [left, right]),
  );
}

function vectorTernary<N extends string>(
  table: Readonly<Record<N, number>>,
): Record<N, (a: V128, b: V128, c: V128) => V128> {
  return mapTable(
    table,
    simd,
    (opcode) => (a: V128, b: V128, c: V128) => instruction("v128", opcode, [a, b, c]),
  );
}

function vectorShift<N extends string>(
  table: Readonly<Record<N, number>>,
): Record<N, Binary<"v128", "i32", "v128">> {
  return mapTable(
    table,
    simd,
    (opcode) => (vector: V128, count: I32) => instruction("v128", opcode, [vector, count]),
  );
}

/** The memory argument: alignment as a power of two (a hint; 0 is always allowed), then the offset. */
function memoryArgument(offset: number, alignment = 0) {
  return (code: ByteWriter): void => {
    code.unsigned(alignment);
    code.unsigned(offset);
  };
}

function load<T extends ValueType>(type: T, opcode: Opcode) {
  return (address: I32, offset = 0): Expression<T> =>
    instruction(type, opcode, [address], memoryArgument(offset));
}

function store<T extends ValueType>(opcode: Opcode) {
  return (address: I32, value: Expression<T>, offset = 0): Statement =>
    effect(opcode, [address, value], memoryArgument(offset));
}

function loadLane(number: number) {
  const opcode = simd(number);
  return (address: I32, vector: V128, lane: number, offset = 0): V128 =>
    instruction("v128", opcode, [address, vector], (code) => {
      memoryArgument(offset)(code);
      code.byte(lane);
    });
}

function storeLane(number: number) {
  const opcode = simd(number);
  return (address: I32, vector: V128, lane: number, offset = 0): Statement =>
    effect(opcode, [address, vector], (code) => {
      memoryArgument(offset)(code);
      code.byte(lane);
    });
}

function extractLane<T extends ValueType>(type: T, number: number) {
  const opcode = simd(number);
  return (vector: V128, lane: number): Expression<T> =>
    instruction(type, opcode, [vector], (code) => code.byte(lane));
}

function replaceLane<T extends ValueType>(number: number) {
  const opcode = simd(number);
  return (vector: V128, lane: number, value: Expression<T>): V128 =>
    instruction("v128", opcode, [vector, value], (code) => code.byte(lane));
}

function splat<T extends ValueType>(number: number) {
  const opcode = simd(number);
  return (value: Expression<T>): V128 => instruction("v128", opcode, [value]);
}

function atomic<T extends ValueType>(type: T, opcode: number, alignment: number) {
  return (address: I32, ...operands: Expression<ValueType>[]): Expression<T> =>
    instruction(type, [0xfe, opcode], [address, ...operands], memoryArgument(0, alignment));
}

/** `condition ? whenTrue : whenFalse`, both computed. */
export function select<T extends ValueType>(
  condition: I32,
  whenTrue: Expression<T>,
  whenFalse: Expression<T>,
): Expression<T> {
  // The untyped form serves numbers and vectors alike.
  return instruction(whenTrue.type, [0x1b], [whenTrue, whenFalse, condition]);
}

export const i32 = {
  constant: (value: number): I32 => instruction("i32", [0x41], [], (code) => code.signed32(value)),
  load: load("i32", [0x28]),
  load8_s: load("i32", [0x2c]),
  load8_u: load("i32", [0x2d]),
  load16_u: load("i32", [0x2f]),
  store: store<"i32">([0x36]),
  store8: store<"i32">([0x3a]),
  store16: store<"i32">([0x3b]),
  ...scalarUnary("i32", "i32", { eqz: 0x45, clz: 0x67, ctz: 0x68, popcnt: 0x69 }),
  ...scalarBinary("i32", "i32", {
    eq: 0x46,
    ne: 0x47,
    lt_s: 0x48,
    lt_u: 0x49,
    gt_s: 0x4a,
    gt_u: 0x4b,
    le_s: 0x4c,
    le_u: 0x4d,
    ge_s: 0x4e,
    ge_u: 0x4f,
    add: 0x6a,
    sub: 0x6b,
    mul: 0x6c,
    div_s: 0x6d,
    div_u: 0x6e,
    rem_s: 0x6f,
    rem_u: 0x70,
    and: 0x71,
    or: 0x72,
    xor: 0x73,
    shl: 0x74,
    shr_s: 0x75,
    shr_u: 0x76,
    rotl: 0x77,
    rotr: 0x78,
  }),
  ...scalarUnary("i64", "i32", { wrap_i64: 0xa7 }),
  ...scalarUnary("f32", "i32", { reinterpret_f32: 0xbc }),
  trunc_sat_f32_s: (value: F32): I32 => instruction("i32", miscellaneous(0), [value]),
  trunc_sat_f32_u: (value: F32): I32 => instruction("i32", miscellaneous(1), [value]),
  trunc_sat_f64_s: (value: F64): I32 => instruction("i32", miscellaneous(2), [value]),
  trunc_sat_f64_u: (value: F64): I32 => instruction("i32", miscellaneous(3), [value]),
  atomic: {
    /** Wakes up to `count` waiters; pushes how many. Operands: address, count. */
    notify: atomic("i32", 0x00, 2),
    /** Sleeps while the cell holds `expected`. Operands: address, expected, timeout in ns (i64, -1 for none). */
    wait32: atomic("i32", 0x01, 2),
    load: atomic("i32", 0x10, 2),
    store: (address: I32, value: I32): Statement =>
      effect([0xfe, 0x17], [address, value], memoryArgument(0, 2)),
    rmw_add: atomic("i32", 0x1e, 2),
    rmw_sub: atomic("i32", 0x25, 2),
  },
};

export const i64 = {
  constant: (value: bigint): I64 => instruction("i64", [0x42], [], (code) => code.signed64(value)),
  load: load("i64", [0x29]),
  store: store<"i64">([0x37]),
  ...scalarUnary("i64", "i32", { eqz: 0x50 }),
  ...scalarBinary("i64", "i32", { eq: 0x51, ne: 0x52, lt_s: 0x53, lt_u: 0x54, gt_s: 0x55, gt_u: 0x56 }),
  ...scalarBinary("i64", "i64", {
    add: 0x7c,
    sub: 0x7d,
    mul: 0x7e,
    div_s: 0x7f,
    div_u: 0x80,
    rem_u: 0x82,
    and: 0x83,
    or: 0x84,
    xor: 0x85,
    shl: 0x86,
    shr_s: 0x87,
    shr_u: 0x88,
  }),
  ...scalarUnary("i32", "i64", { extend_i32_s: 0xac, extend_i32_u: 0xad }),
  ...scalarUnary("f64", "i64", { reinterpret_f64: 0xbd }),
  atomic: {
    load: atomic("i64", 0x11, 3),
    store: (address: I32, value: I64): Statement =>
      effect([0xfe, 0x18], [address, value], memoryArgument(0, 3)),
    /** Stores where the cell holds what is expected; pushes what it held. Operands: address, expected, new value. */
    rmw_cmpxchg: atomic("i64", 0x49, 3),
  },
};

export const f32 = {
  constant: (value: number): F32 => instruction("f32", [0x43], [], (code) => code.float32(value)),
  load: load("f32", [0x2a]),
  store: store<"f32">([0x38]),
  ...scalarUnary("f32", "f32", {
    abs: 0x8b,
    neg: 0x8c,
    ceil: 0x8d,
    floor: 0x8e,
    trunc: 0x8f,
    nearest: 0x90,
    sqrt: 0x91,
  }),
  ...scalarBinary("f32", "f32", { add: 0x92, sub: 0x93, mul: 0x94, div: 0x95, min: 0x96, max: 0x97 }),
  ...scalarBinary("f32", "i32", { eq: 0x5b, ne: 0x5c, lt: 0x5d, gt: 0x5e, le: 0x5f, ge: 0x60 }),
  ...scalarUnary("i32", "f32", { convert_i32_s: 0xb2, convert_i32_u: 0xb3, reinterpret_i32: 0xbe }),
  ...scalarUnary("f64", "f32", { demote_f64: 0xb6 }),
};

export const f64 = {
  constant: (value: number): F64 => instruction("f64", [0x44], [], (code) => code.float64(value)),
  load: load("f64", [0x2b]),
  store: store<"f64">([0x39]),
  ...scalarUnary("f64", "f64", {
    abs: 0x99,
    neg: 0x9a,
    ceil: 0x9b,
    floor: 0x9c,
    trunc: 0x9d,
    nearest: 0x9e,
    sqrt: 0x9f,
  }),
  ...scalarBinary("f64", "f64", { add: 0xa0, sub: 0xa1, mul: 0xa2, div: 0xa3, min: 0xa4, max: 0xa5 }),
  ...scalarBinary("f64", "i32", { eq: 0x61, ne: 0x62, lt: 0x63, gt: 0x64, le: 0x65, ge: 0x66 }),
  ...scalarUnary("i32", "f64", { convert_i32_s: 0xb7, convert_i32_u: 0xb8 }),
  ...scalarUnary("i64", "f64", { reinterpret_i64: 0xbf }),
  ...scalarUnary("f32", "f64", { promote_f32: 0xbb }),
};

export const v128 = {
  /** A constant of sixteen bytes. */
  constant: (bytes: Uint8Array): V128 => ({ type: "v128", emit: (code) => code.vectorConstant(bytes) }),
  load: load("v128", simd(0)),
  store: store<"v128">(simd(11)),
  load32_splat: load("v128", simd(9)),
  load64_splat: load("v128", simd(10)),
  load32_zero: load("v128", simd(92)),
  load64_zero: load("v128", simd(93)),
  load8x8_s: load("v128", simd(1)),
  load8x8_u: load("v128", simd(2)),
  load8_lane: loadLane(84),
  load16_lane: loadLane(85),
  load32_lane: loadLane(86),
  load64_lane: loadLane(87),
  store8_lane: storeLane(88),
  store16_lane: storeLane(89),
  store32_lane: storeLane(90),
  store64_lane: storeLane(91),
  ...vectorUnary({ not: 77 }),
  ...vectorBinary({ and: 78, andnot: 79, or: 80, xor: 81 }),
  /** Bits of `whenOne` where `mask` is 1, of `whenZero` elsewhere. */
  bitselect: (whenOne: V128, whenZero: V128, mask: V128): V128 =>
    instruction("v128", simd(82), [whenOne, whenZero, mask]),
  ...vectorTest({ any_true: 83 }),
};

export const i8x16 = {
  /** Bytes picked from the 32 bytes of `low` then `high` by sixteen constant indices. */
  shuffle: (low: V128, high: V128, indices: readonly number[]): V128 =>
    instruction("v128", simd(13), [low, high], (code) => code.bytes(indices)),
  splat: splat<"i32">(15),
  ...vectorUnary({ abs: 96, neg: 97 }),
  ...vectorBinary({ swizzle: 14, eq: 35, narrow_i16x8_s: 101, narrow_i16x8_u: 102, add: 110, sub: 113 }),
  ...vectorTest({ all_true: 99, bitmask: 100 }),
};

export const i16x8 = {
  splat: splat<"i32">(16),
  ...vectorUnary({ extend_low_i8x16_s: 135, extend_low_i8x16_u: 137, extend_high_i8x16_u: 138 }),
  ...vectorBinary({ narrow_i32x4_s: 133, narrow_i32x4_u: 134 }),
};

export const i32x4 = {
  constant: (lanes: readonly number[]): V128 => v128.constant(new Uint8Array(Int32Array.from(lanes).buffer)),
  splat: splat<"i32">(17),
  extract_lane: extractLane("i32", 27),
  replace_lane: replaceLane<"i32">(28),
  ...vectorBinary({
    eq: 55,
    ne: 56,
    lt_s: 57,
    lt_u: 58,
    gt_s: 59,
    gt_u: 60,
    le_s: 61,
    le_u: 62,
    ge_s: 63,
    ge_u: 64,
    add: 174,
    sub: 177,
    mul: 181,
    min_s: 182,
    min_u: 183,
    max_s: 184,
    max_u: 185,
  }),
  ...vectorUnary({
    abs: 160,
    neg: 161,
    extend_low_i16x8_s: 167,
    extend_high_i16x8_s: 168,
    extend_low_i16x8_u: 169,
    extend_high_i16x8_u: 170,
    trunc_sat_f32x4_s: 248,
    trunc_sat_f32x4_u: 249,
    trunc_sat_f64x2_s_zero: 252,
    trunc_sat_f64x2_u_zero: 253,
  }),
  ...vectorTest({ all_true: 163, bitmask: 164 }),
  ...vectorShift({ shl: 171, shr_s: 172, shr_u: 173 }),
  /** The lanes of a where the mask is all ones, and of b where it is zero (relaxed SIMD: check before use). */
  ...vectorTernary({ relaxed_laneselect: 0x10b }),
};

export const i64x2 = {
  constant: (lanes: readonly bigint[]): V128 =>
    v128.constant(new Uint8Array(BigInt64Array.from(lanes).buffer)),
  splat: splat<"i64">(18),
  extract_lane: extractLane("i64", 29),
  replace_lane: replaceLane<"i64">(30),
  ...vectorBinary({
    add: 206,
    sub: 209,
    mul: 213,
    eq: 214,
    ne: 215,
    lt_s: 216,
    gt_s: 217,
    le_s: 218,
    ge_s: 219,
    extmul_low_i32x4_s: 220,
    extmul_high_i32x4_s: 221,
    extmul_low_i32x4_u: 222,
    extmul_high_i32x4_u: 223,
  }),
  ...vectorUnary({
    abs: 192,
    neg: 193,
    extend_low_i32x4_s: 199,
    extend_high_i32x4_s: 200,
    extend_low_i32x4_u: 201,
    extend_high_i32x4_u: 202,
  }),
  ...vectorTest({ all_true: 195, bitmask: 196 }),
  ...vectorShift({ shl: 203, shr_s: 204, shr_u: 205 }),
  ...vectorTernary({ relaxed_laneselect: 0x10c }),
};

export const f32x4 = {
  /** The same constant in every lane. */
  constant: (value: number): V128 =>
    v128.constant(new Uint8Array(Float32Array.of(value, value, value, value).buffer)),
  splat: splat<"f32">(19),
  extract_lane: extractLane("f32", 31),
  replace_lane: replaceLane<"f32">(32),
  ...vectorBinary({
    eq: 65,
    ne: 66,
    lt: 67,
    gt: 68,
    le: 69,
    ge: 70,
    add: 228,
    sub: 229,
    mul: 230,
    div: 231,
    min: 232,
    max: 233,
    pmin: 234,
    pmax: 235,
  }),
  ...vectorUnary({
    ceil: 103,
    floor: 104,
    trunc: 105,
    nearest: 106,
    abs: 224,
    neg: 225,
    sqrt: 227,
    demote_f64x2_zero: 94,
    convert_i32x4_s: 250,
    convert_i32x4_u: 251,
  }),
  /** a·b + c and c − a·b in one rounding where the engine has it (relaxed SIMD: check before use). */
  ...vectorTernary({ relaxed_madd: 0x105, relaxed_nmadd: 0x106 }),
};

export const f64x2 = {
  /** The same constant in both lanes. */
  constant: (value: number): V128 => v128.constant(new Uint8Array(Float64Array.of(value, value).buffer)),
  splat: splat<"f64">(20),
  extract_lane: extractLane("f64", 33),
  replace_lane: replaceLane<"f64">(34),
  ...vectorBinary({
    eq: 71,
    ne: 72,
    lt: 73,
    gt: 74,
    le: 75,
    ge: 76,
    add: 240,
    sub: 241,
    mul: 242,
    div: 243,
    min: 244,
    max: 245,
    pmin: 246,
    pmax: 247,
  }),
  ...vectorUnary({
    ceil: 116,
    floor: 117,
    trunc: 122,
    nearest: 148,
    abs: 236,
    neg: 237,
    sqrt: 239,
    promote_low_f32x4: 95,
    convert_low_i32x4_s: 254,
    convert_low_i32x4_u: 255,
  }),
  ...vectorTernary({ relaxed_madd: 0x107, relaxed_nmadd: 0x108 }),
};

export const memory = {
  /** Fills `length` bytes from `address` with the low byte of `value`. */
  fill: (address: I32, value: I32, length: I32): Statement =>
    effect(miscellaneous(11), [address, value, length], (code) => code.byte(0)),
  /** Copies `length` bytes; the ranges may overlap. */
  copy: (destination: I32, source: I32, length: I32): Statement =>
    effect(miscellaneous(10), [destination, source, length], (code) => code.bytes([0, 0])),
};
