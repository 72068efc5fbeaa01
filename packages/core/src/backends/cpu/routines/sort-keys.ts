import type { DType } from "../../../dtype.ts";
import type { Expression, I32, I64, Statement } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function.ts";
import { f32, f64, i32, i64, select } from "../assembler/instructions.ts";

/** Unsigned integers whose order is that of a dtype's elements; of floats with NaN last, and 0 and −0 equal. */
export interface SortKey<T extends "i32" | "i64"> {
  /** How many low bits tell keys apart. */
  readonly bits: number;
  readonly bytes: number;
  readonly elementBytes: number;
  /** The key of the element at an address. */
  of(f: FunctionBuilder, address: I32): Expression<T>;
  load(address: I32): Expression<T>;
  store(address: I32, key: Expression<T>): Statement;
  greater(left: Expression<T>, right: Expression<T>): I32;
  /** So many bits of a key, from a position on. */
  digit(key: Expression<T>, shift: number, bits: number): I32;
}

const in32Bits = {
  bytes: 4,
  load: (address: I32) => i32.load(address),
  store: (address: I32, key: I32) => i32.store(address, key),
  greater: i32.gt_u,
  digit: (key: I32, shift: number, bits: number) =>
    i32.and(i32.shr_u(key, i32.constant(shift)), i32.constant(2 ** bits - 1)),
};

const in64Bits = {
  bytes: 8,
  load: (address: I32) => i64.load(address),
  store: (address: I32, key: I64) => i64.store(address, key),
  greater: i64.gt_u,
  digit: (key: I64, shift: number, bits: number) =>
    i32.and(i32.wrap_i64(i64.shr_u(key, i64.constant(BigInt(shift)))), i32.constant(2 ** bits - 1)),
};

/** Runs `body` with the keys of a dtype, whose order may be turned round. */
export function withSortKey<R>(
  dtype: DType,
  descending: boolean,
  body: <T extends "i32" | "i64">(key: SortKey<T>) => R,
): R {
  const turned32 = (key: I32): I32 => (descending ? i32.xor(key, i32.constant(-1)) : key);
  switch (dtype) {
    case "float32":
      return body({
        ...in32Bits,
        bits: 32,
        elementBytes: 4,
        of(f, address) {
          const value = f.let(f32.load(address));
          // Adding 0 makes 0 of −0.
          const bits = f.let(i32.reinterpret_f32(f32.add(value, f32.constant(0))));
          // Positive numbers get the highest bit, and of negative ones all bits are turned.
          const flipped = i32.or(i32.shr_s(bits, i32.constant(31)), i32.constant(-(2 ** 31)));
          return select(f32.eq(value, value), turned32(i32.xor(bits, flipped)), i32.constant(-1));
        },
      });
    case "float64":
      return body({
        ...in64Bits,
        bits: 64,
        elementBytes: 8,
        of(f, address) {
          const value = f.let(f64.load(address));
          const bits = f.let(i64.reinterpret_f64(f64.add(value, f64.constant(0))));
          const flipped = i64.or(i64.shr_s(bits, i64.constant(63n)), i64.constant(-(2n ** 63n)));
          const key = i64.xor(bits, flipped);
          const ordered = descending ? i64.xor(key, i64.constant(-1n)) : key;
          return select(f64.eq(value, value), ordered, i64.constant(-1n));
        },
      });
    case "int32":
      return body({
        ...in32Bits,
        bits: 32,
        elementBytes: 4,
        of: (_f, address) => turned32(i32.xor(i32.load(address), i32.constant(-(2 ** 31)))),
      });
    case "uint8":
    case "bool":
      return body({
        ...in32Bits,
        bits: 8,
        elementBytes: 1,
        of: (_f, address) => {
          const key = i32.load8_u(address);
          return descending ? i32.xor(key, i32.constant(255)) : key;
        },
      });
  }
}
