import type { Arithmetic, GemmFeatures } from "./arithmetic.ts";

/** A tile of C that a kernel holds in registers: rows by vectors. */
export interface Tile {
  readonly rows: number;
  readonly vectors: number;
}

/** The block sizes of the five loops around the kernel, in elements. */
export interface Blocking {
  readonly tile: Tile;
  /** Columns of a tile: the width of a packed panel of B. */
  readonly columns: number;
  /** How many k one round of the kernel's inner loop takes. */
  readonly unroll: number;
  /** Rows of A that are packed at once (a multiple of the tile's rows): the block stays in the L2 cache. */
  readonly rowBlock: number;
  /** Length of k that is packed at once: one panel of B stays in the L1 cache. */
  readonly innerBlock: number;
  /** Columns of B that are packed at once (a multiple of the tile's columns). */
  readonly columnBlock: number;
}

/**
 * V8 gives a function 15 vector registers on x64. The fused kernel fills them: 12 sums, 2 vectors of B, 1 of A.
 * Without fused multiply-add a product needs a register of its own until it is added: 10 sums, 2 of B, 1 of A, 1
 * product; and one k a round, because Node 20's compiler computes the products of all k of a round before it adds
 * the first, and spills.
 */
export function blockingOf({ lanes, size }: Arithmetic, { relaxedSimd }: GemmFeatures): Blocking {
  const tile = relaxedSimd ? { rows: 6, vectors: 2 } : { rows: 5, vectors: 2 };
  return {
    tile,
    columns: tile.vectors * lanes,
    unroll: relaxedSimd ? 4 : 1,
    rowBlock: (tile.rows * 96) / size,
    innerBlock: 256,
    columnBlock: 4096 / size,
  };
}
