/** Quads to and from memory. */
import { bytesPerElement, type DType, isHalf } from "../../../dtype.ts";
import type { I32, Statement, V128 } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function.ts";
import { i32, i32x4, v128 } from "../assembler/instructions.ts";
import { fromHalfBits, toHalfBits } from "./half.ts";
import { displaced, extendBytes, lanes, packBytes, type Quad } from "./quad.ts";

/** The place of a quad: its first element, the distance between neighbours, and how many of them there are. */
export interface QuadPlace {
  readonly address: I32;
  /** Added to `address`, in bytes. */
  readonly displacement: number;
  /** From lane to lane, in elements. */
  readonly stride: number;
  /** How many of the four lanes exist in memory. */
  readonly count: number;
}

/**
 * Lanes beyond `count` are anything: neighbours of stride 1 are read in one go, which may reach past the end of a
 * buffer (every block has slack behind it); others are read one by one, up to `count`.
 */
export function loadQuad(f: FunctionBuilder, dtype: DType, place: QuadPlace): Quad {
  if (place.stride === 0) return loadSplat(f, dtype, place);
  return place.stride === 1 ? loadContiguous(f, dtype, place) : loadGathered(f, dtype, place);
}

/** The element at `place` in all lanes. */
export function loadSplat(f: FunctionBuilder, dtype: DType, { address, displacement }: QuadPlace): Quad {
  const [base, offset] = displaced(address, displacement);
  switch (dtype) {
    case "float32":
    case "int32":
      return [v128.load32_splat(base, offset)];
    case "float64":
      return [v128.load64_splat(base, offset), v128.load64_splat(base, offset)];
    case "bool":
      return [maskOf(i32x4.splat(i32.load8_u(base, offset)))];
    case "uint8":
      return [i32x4.splat(i32.load8_u(base, offset))];
    case "float16":
    case "bfloat16":
      return [fromHalfBits(f, dtype, i32x4.splat(i32.load16_u(base, offset)))];
  }
}

function loadContiguous(f: FunctionBuilder, dtype: DType, { address, displacement }: QuadPlace): Quad {
  const [base, offset] = displaced(address, displacement);
  switch (dtype) {
    case "float32":
    case "int32":
      return [v128.load(base, offset)];
    case "float64":
      return [v128.load(base, offset), v128.load(base, offset + 16)];
    case "bool":
      return [maskOf(extendBytes(v128.load32_zero(base, offset)))];
    case "uint8":
      return [extendBytes(v128.load32_zero(base, offset))];
    case "float16":
    case "bfloat16":
      return [fromHalfBits(f, dtype, i32x4.extend_low_i16x8_u(v128.load64_zero(base, offset)))];
  }
}

function loadGathered(f: FunctionBuilder, dtype: DType, place: QuadPlace): Quad {
  const { count, stride } = place;
  const addressOf = (lane: number) =>
    displaced(place.address, place.displacement + lane * stride * bytesPerElement(dtype));
  switch (dtype) {
    case "float32":
    case "int32": {
      let vector = v128.load32_zero(...addressOf(0));
      for (let lane = 1; lane < count; lane++) {
        const [base, offset] = addressOf(lane);
        vector = v128.load32_lane(base, vector, lane, offset);
      }
      return [vector];
    }
    case "float64":
      return [0, 2].map((first) => {
        const vector = v128.load64_zero(...addressOf(Math.min(first, count - 1)));
        if (first + 1 >= count) return vector;
        const [base, offset] = addressOf(first + 1);
        return v128.load64_lane(base, vector, 1, offset);
      });
    case "bool":
    case "uint8":
    case "float16":
    case "bfloat16": {
      const load = isHalf(dtype) ? i32.load16_u : i32.load8_u;
      let vector = i32x4.splat(load(...addressOf(0)));
      for (let lane = 1; lane < count; lane++) {
        vector = i32x4.replace_lane(vector, lane, load(...addressOf(lane)));
      }
      if (isHalf(dtype)) return [fromHalfBits(f, dtype, vector)];
      return [dtype === "bool" ? maskOf(vector) : vector];
    }
  }
}

/** Bytes 0 and 1, widened, as masks. */
function maskOf(zeroOrOne: V128): V128 {
  return i32x4.neg(zeroOrOne);
}

/** Writes the first `count` lanes, and nothing else. */
export function storeQuad(f: FunctionBuilder, dtype: DType, quad: Quad, place: QuadPlace): void {
  if (place.stride === 1 && (place.count === lanes || bytesPerElement(dtype) > 1)) {
    for (const statement of storeContiguous(f, dtype, quad, place)) f.run(statement);
  } else {
    storeScattered(f, dtype, quad, place);
  }
}

function storeContiguous(
  f: FunctionBuilder,
  dtype: DType,
  quad: Quad,
  { address, displacement, count }: QuadPlace,
): Statement[] {
  const [base, offset] = displaced(address, displacement);
  switch (dtype) {
    case "float32":
    case "int32":
      if (count === lanes) return [v128.store(base, quad[0], offset)];
      if (count === 1) return [v128.store32_lane(base, quad[0], 0, offset)];
      return [
        v128.store64_lane(base, quad[0], 0, offset),
        ...(count === 3 ? [v128.store32_lane(base, quad[0], 2, offset + 8)] : []),
      ];
    case "float64":
      return [0, 1].flatMap((part) => {
        const left = count - part * 2;
        if (left <= 0) return [];
        const at = offset + part * 16;
        return left === 1 ? [v128.store64_lane(base, quad[part], 0, at)] : [v128.store(base, quad[part], at)];
      });
    case "bool":
    case "uint8":
      return [v128.store32_lane(base, packBytes(asBytes(dtype, quad[0])), 0, offset)];
    case "float16":
    case "bfloat16": {
      const bits = f.let(toHalfBits(f, dtype, quad[0]));
      if (count === lanes) return [v128.store64_lane(base, bits, 0, offset)];
      if (count === 1) return [v128.store16_lane(base, bits, 0, offset)];
      return [
        v128.store32_lane(base, bits, 0, offset),
        ...(count === 3 ? [v128.store16_lane(base, bits, 2, offset + 4)] : []),
      ];
    }
  }
}

function storeScattered(f: FunctionBuilder, dtype: DType, quad: Quad, place: QuadPlace): void {
  const packed = isHalf(dtype) ? toHalfBits(f, dtype, quad[0]) : asBytes(dtype, quad[0]);
  const narrow = bytesPerElement(dtype) < 4 ? f.let(packed) : quad[0];
  for (let lane = 0; lane < place.count; lane++) {
    const [base, offset] = displaced(
      place.address,
      place.displacement + lane * place.stride * bytesPerElement(dtype),
    );
    switch (dtype) {
      case "float32":
      case "int32":
        f.run(v128.store32_lane(base, quad[0], lane, offset));
        break;
      case "float64":
        f.run(v128.store64_lane(base, quad[lane >> 1], lane & 1, offset));
        break;
      case "bool":
      case "uint8":
        f.run(v128.store8_lane(base, narrow, lane * 4, offset));
        break;
      case "float16":
      case "bfloat16":
        f.run(v128.store16_lane(base, narrow, lane, offset));
        break;
    }
  }
}

/** A mask as 0 and 1. */
function asBytes(dtype: DType, vector: V128): V128 {
  return dtype === "bool" ? i32x4.neg(vector) : vector;
}
