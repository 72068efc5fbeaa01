import type { Operand } from "../../../compiler/program.ts";
import { bytesPerElement } from "../../../dtype.ts";
import { mostSweeps, orthogonalCosine, smallestLength } from "../../../primitives/singular-values.ts";
import { sizeOf } from "../../../shape.ts";
import type { F64, I32, V128 } from "../assembler/expression.ts";
import type { FunctionBuilder, Local } from "../assembler/function.ts";
import { f64, f64x2, i32, i64, memory, select, v128 } from "../assembler/instructions.ts";
import { countTo, elementAddress } from "./count.ts";
import { countFrom, forEachMatrix, narrow, widen } from "./matrix.ts";
import type { RoutineLowering } from "./routine.ts";

const zero = f64.constant(0);
const one = f64.constant(1);
const exponentBits = 0x7ff0_0000_0000_0000n;

/** The bytes of so many numbers in float64, filled up to whole vectors, for what fills them stays 0. */
function rowBytes(length: number): number {
  return Math.ceil(length / 2) * 16;
}

/** Rows of a right part and a left part, each filled up to whole vectors. */
class Rows {
  readonly base: I32;
  /** Numbers in a right part. */
  readonly length: number;
  readonly rightBytes: number;
  readonly bytes: number;

  constructor(base: I32, count: number, length: number) {
    this.base = base;
    this.length = length;
    this.rightBytes = rowBytes(length);
    this.bytes = this.rightBytes + rowBytes(count);
  }

  right(row: I32): I32 {
    return elementAddress(this.base, row, this.bytes);
  }

  left(row: I32): I32 {
    return i32.add(this.right(row), i32.constant(this.rightBytes));
  }
}

export const singularTriplets: RoutineLowering = {
  functions: () => [],
  // The rows, one more right part to make the result's in, and one number.
  workspaceBytes: ({ inputs: [{ shape }] }) =>
    shape[1] * (rowBytes(shape[1]) + rowBytes(shape[2])) + rowBytes(shape[2]) + 8,
  emit({ inputs: [input], output }, context) {
    const { f, workspace } = context;
    if (sizeOf(output.shape) === 0) return;
    const [, count, length] = input.shape;
    const bytes = bytesPerElement(output.dtype);
    const rows = new Rows(f.let(workspace), count, length);
    const vector = f.let(i32.add(rows.base, i32.constant(count * rows.bytes)));
    const cell = f.let(i32.add(vector, i32.constant(rows.rightBytes)));
    const result = (to: I32, row: I32, column: number): I32 =>
      elementAddress(to, i32.add(i32.mul(row, i32.constant(output.shape[2])), i32.constant(column)), bytes);
    const putValue = (to: I32, row: I32, value: F64): void => {
      f.run(f64.store(cell, value));
      narrow(f, output, cell, result(to, row, 0), 1);
    };
    forEachMatrix(context, [input, output], ([from, to]) => {
      f.run(memory.fill(rows.base, i32.constant(0), i32.constant(count * rows.bytes)));
      const largest = spread(f, rows, input, from);
      // A power of two, so that nothing is rounded; infinite if an element is infinite or NaN.
      const power = f64.reinterpret_i64(i64.and(i64.reinterpret_f64(largest), i64.constant(exponentBits)));
      const scale = f.let(f64.max(power, f64.constant(2 ** -1022)));
      f.if(
        f64.lt(scale, f64.constant(Number.POSITIVE_INFINITY)),
        () => {
          countTo(f, count, (row) => scaleBy(f, rows.right(row), rows.rightBytes, f64.div(one, scale)));
          orthogonalize(f, rows, count);
          countTo(f, count, (row) => {
            const right = f.let(rows.right(row));
            const { squares } = products(f, rows.rightBytes, right, right);
            putValue(to, row, f64.mul(f64.sqrt(squares), scale));
            narrow(f, output, f.let(rows.left(row)), result(to, row, 1), count);
          });
          makeReflectors(f, rows, count);
          countTo(f, output.shape[1], (row) => {
            reflectAxis(f, rows, count, row, vector);
            narrow(f, output, vector, result(to, row, 1 + count), length);
          });
          // The vectors that complete the basis belong to nothing.
          countFrom(f, i32.constant(count), i32.constant(output.shape[1]), (row) => {
            const start = f.let(result(to, row, 0));
            f.run(memory.fill(start, i32.constant(0), i32.constant((1 + count) * bytes)));
          });
        },
        () => {
          f.run(f64.store(cell, f64.constant(Number.NaN)));
          countTo(f, sizeOf(output.shape.slice(1)), (index) => {
            narrow(f, output, cell, elementAddress(to, index, bytes), 1);
          });
        },
      );
    });
  },
};

/** Copies a matrix into the rows, with the identity as their left parts; its largest absolute value. */
function spread(f: FunctionBuilder, rows: Rows, input: Operand, from: I32): Local<"f64"> {
  const [, count, length] = input.shape;
  const largest = f.let(zero);
  countTo(f, count, (row) => {
    const right = f.let(rows.right(row));
    const start = elementAddress(from, i32.mul(row, i32.constant(length)), bytesPerElement(input.dtype));
    widen(f, input, f.let(start), right, length);
    countTo(f, length, (column) => {
      f.set(largest, f64.max(largest, f64.abs(f64.load(elementAddress(right, column, 8)))));
    });
    f.run(f64.store(elementAddress(rows.left(row), row, 8), one));
  });
  return largest;
}

/** Runs `body` with the offset of each vector of two numbers. */
function forEachVector(f: FunctionBuilder, bytes: number, body: (offset: I32) => void): void {
  const offset = f.let(i32.constant(0));
  f.loopWhileBelow(offset, i32.constant(bytes), 16, () => body(offset));
}

function vectorAt(address: I32, offset: I32): V128 {
  return v128.load(i32.add(address, offset));
}

function scaleBy(f: FunctionBuilder, address: I32, bytes: number, factor: F64): void {
  const factors = f.let(f64x2.splat(factor));
  const start = f.let(address);
  forEachVector(f, bytes, (offset) => {
    f.run(v128.store(i32.add(start, offset), f64x2.mul(vectorAt(start, offset), factors)));
  });
}

/** x·x, y·y and x·y. */
function products(f: FunctionBuilder, bytes: number, x: I32, y: I32) {
  const sums = [f.local("v128"), f.local("v128"), f.local("v128")];
  for (const sum of sums) f.set(sum, f64x2.constant(0));
  const [left, right] = [f.local("v128"), f.local("v128")];
  forEachVector(f, bytes, (offset) => {
    f.set(left, vectorAt(x, offset));
    f.set(right, vectorAt(y, offset));
    const terms = [f64x2.mul(left, left), f64x2.mul(right, right), f64x2.mul(left, right)];
    sums.forEach((sum, index) => {
      f.set(sum, f64x2.add(sum, terms[index]));
    });
  });
  const [squares, otherSquares, product] = sums.map((sum) =>
    f.let(f64.add(f64x2.extract_lane(sum, 0), f64x2.extract_lane(sum, 1))),
  );
  return { squares, otherSquares, product };
}

/** Rotates the rows until they are orthogonal and in descending order of length. */
function orthogonalize(f: FunctionBuilder, rows: Rows, count: number): void {
  const isDone = f.let(i32.constant(0));
  countTo(f, mostSweeps, () => {
    f.if(i32.eqz(isDone), () => {
      f.set(isDone, i32.constant(1));
      countTo(f, count, (p) => {
        countFrom(f, i32.add(p, i32.constant(1)), i32.constant(count), (q) => {
          rotate(f, rows, f.let(rows.right(p)), f.let(rows.right(q)), isDone);
        });
      });
    });
  });
}

/** Makes two rows orthogonal, and puts the longer one first. */
function rotate(f: FunctionBuilder, rows: Rows, x: I32, y: I32, isDone: Local<"i32">): void {
  const { squares, otherSquares, product } = products(f, rows.rightBytes, x, y);
  const lengths = f64.mul(f64.sqrt(squares), f64.sqrt(otherSquares));
  const bound = f64.mul(f64.constant(orthogonalCosine(rows.length)), lengths);
  const isOblique = f.let(f64.gt(f64.abs(product), bound));
  const isSwapped = f.let(f64.lt(squares, otherSquares));
  f.if(isOblique, () => f.set(isDone, i32.constant(0)));
  f.if(i32.or(isOblique, isSwapped), () => {
    const half = f.let(f64.mul(f64.abs(f64.sub(squares, otherSquares)), f64.constant(0.5)));
    const root = f64.sqrt(f64.add(f64.mul(half, half), f64.mul(product, product)));
    const quotient = f64.div(product, f64.max(f64.add(half, root), f64.abs(product)));
    const tangent = f.let(select(isOblique, quotient, zero));
    const cosine = f.let(f64.div(one, f64.sqrt(f64.add(one, f64.mul(tangent, tangent)))));
    const sine = f.let(f64.mul(tangent, cosine));
    const own = f.let(f64x2.splat(select(isSwapped, sine, cosine)));
    const other = f.let(f64x2.splat(select(isSwapped, cosine, sine)));
    const sign = f.let(f64x2.splat(select(isSwapped, one, f64.constant(-1))));
    const [first, second] = [f.local("v128"), f.local("v128")];
    forEachVector(f, rows.bytes, (offset) => {
      f.set(first, vectorAt(x, offset));
      f.set(second, vectorAt(y, offset));
      const longer = f64x2.add(f64x2.mul(own, first), f64x2.mul(other, second));
      const shorter = f64x2.sub(f64x2.mul(other, first), f64x2.mul(own, second));
      f.run(v128.store(i32.add(x, offset), longer));
      f.run(v128.store(i32.add(y, offset), f64x2.mul(sign, shorter)));
    });
  });
}

/** y −= 2 (x·y) / (x·x) x; nothing for x = 0. */
function reflect(f: FunctionBuilder, bytes: number, x: I32, y: I32): void {
  const { squares, product } = products(f, bytes, x, y);
  const ratio = f64.div(f64.mul(product, f64.constant(2)), squares);
  const factor = f.let(f64x2.splat(select(f64.gt(squares, zero), ratio, zero)));
  forEachVector(f, bytes, (offset) => {
    const changed = f64x2.sub(vectorAt(y, offset), f64x2.mul(factor, vectorAt(x, offset)));
    f.run(v128.store(i32.add(y, offset), changed));
  });
}

/** Replaces the right parts by the reflectors that turn them to the axes one after the other. */
function makeReflectors(f: FunctionBuilder, rows: Rows, count: number): void {
  countTo(f, count, (row) => {
    const right = f.let(rows.right(row));
    const corner = f.let(elementAddress(right, row, 8));
    f.run(memory.fill(right, i32.constant(0), i32.mul(row, i32.constant(8))));
    const { squares } = products(f, rows.rightBytes, right, right);
    const size = f.let(f64.sqrt(squares));
    const value = f.let(f64.load(corner));
    const moved = select(f64.lt(value, zero), f64.sub(value, size), f64.add(value, size));
    f.run(f64.store(corner, moved));
    f.if(f64.lt(size, f64.constant(smallestLength)), () => {
      f.run(memory.fill(right, i32.constant(0), i32.constant(rows.rightBytes)));
    });
    countFrom(f, i32.add(row, i32.constant(1)), i32.constant(count), (later) => {
      reflect(f, rows.rightBytes, right, f.let(rows.right(later)));
    });
  });
}

/** An axis as the reflectors turn it, with the sign of the row that it belongs to. */
function reflectAxis(f: FunctionBuilder, rows: Rows, count: number, axis: I32, vector: I32): void {
  const { rightBytes } = rows;
  f.run(memory.fill(vector, i32.constant(0), i32.constant(rightBytes)));
  const place = f.let(elementAddress(vector, axis, 8));
  f.run(f64.store(place, one));
  const isOfRow = f.let(i32.lt_s(axis, i32.constant(count)));
  f.if(isOfRow, () => {
    const corner = f64.load(elementAddress(rows.right(axis), axis, 8));
    f.run(f64.store(place, select(f64.gt(corner, zero), f64.constant(-1), one)));
  });
  const last = f.let(select(isOfRow, axis, i32.constant(count - 1)));
  countTo(f, i32.add(last, i32.constant(1)), (step) => {
    reflect(f, rightBytes, f.let(rows.right(i32.sub(last, step))), vector);
  });
}
