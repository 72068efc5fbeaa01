import type { I32 } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function.ts";
import { i32 } from "../assembler/instructions.ts";
import type { BatchedProduct } from "./batched-product.ts";

/** A block of the output, and the factors' addresses for it. */
export interface ProductBlock {
  readonly left: I32;
  readonly right: I32;
  readonly output: I32;
  readonly rows: I32;
  readonly columns: I32;
}

/** How a batch of products is cut into pieces for threads. */
export interface ProductCut {
  /** "batch": along its first dimension. */
  readonly along: "batch" | "rows" | "columns";
  readonly pieces: number;
  /** Rows or columns of a piece; the last one may have fewer. */
  readonly size: number;
}

/** A piece of fewer multiplications takes less time than it takes to share it. */
const leastPieceWork = 2 ** 17;

/** Pieces begin at multiples of so many rows or columns, so that no piece has ragged tiles but the last. */
const multiple = 16;

export function cutProduct({ rows, columns, inner, batch }: BatchedProduct, threads: number): ProductCut {
  const products = batch.reduce((total, { size }) => total * size, 1);
  const work = products * rows * columns * inner;
  const whole: ProductCut = { along: "rows", pieces: 1, size: rows };
  if (threads === 1 || work < 2 * leastPieceWork) return whole;
  if (batch.length > 0 && batch[0].size >= 2 * threads) {
    return { along: "batch", pieces: batch[0].size, size: 1 };
  }
  // What crosses from core to core, where each has written its rows of both factors: cut along rows, the right factor
  // (each thread reads the other's half of it); along columns, the left one, half of the right one, and half of the
  // output, which is read by rows later.
  const along = columns * inner <= 2 * rows * inner + rows * columns ? "rows" : "columns";
  const extent = along === "rows" ? rows : columns;
  const size = Math.ceil(extent / threads / multiple) * multiple;
  const pieces = Math.ceil(extent / size);
  return pieces === 1 ? whole : { along, pieces, size };
}

/** Runs `body` for the blocks of the output that are the pieces from `begin` to before `end`. */
export function forEachPiece(
  f: FunctionBuilder,
  { rows, columns, left, right }: BatchedProduct,
  { along, pieces, size }: ProductCut,
  bytes: number,
  [leftStart, rightStart, outputStart]: readonly I32[],
  begin: I32,
  end: I32,
  body: (block: ProductBlock) => void,
): void {
  const whole: ProductBlock = {
    left: leftStart,
    right: rightStart,
    output: outputStart,
    rows: i32.constant(rows),
    columns: i32.constant(columns),
  };
  if (pieces === 1) {
    body(whole);
    return;
  }
  const piece = f.let(begin);
  const [start, count] = [f.local("i32"), f.local("i32")];
  f.loopWhileBelow(piece, end, 1, () => {
    f.set(start, i32.mul(piece, i32.constant(size)));
    f.set(count, i32.sub(i32.constant(along === "rows" ? rows : columns), start));
    f.if(i32.gt_s(count, i32.constant(size)), () => f.set(count, i32.constant(size)));
    const moved = (address: I32, stride: number): I32 =>
      f.let(i32.add(address, i32.mul(start, i32.constant(stride * bytes))));
    if (along === "rows") {
      body({ ...whole, left: moved(whole.left, left[0]), output: moved(whole.output, columns), rows: count });
    } else {
      body({ ...whole, right: moved(whole.right, right[1]), output: moved(whole.output, 1), columns: count });
    }
  });
}
