import type { I32 } from "../../assembler/expression.ts";
import type { FunctionBuilder, Local } from "../../assembler/function.ts";
import { i32 } from "../../assembler/instructions.ts";
import { alignUp } from "../../memory/allocator.ts";
import { advance, countTo, elementAddress, minimum } from "../count.ts";
import { type Matrix, productWorkspaceBytes } from "./products.ts";
import { type ConvolutionShape, isPointwise } from "./shape.ts";

/**
 * Patches are laid out and multiplied a tile at a time, which stays in the cache, but not in fewer rows than a product
 * is efficient with. Measured.
 */
const tileBytes = 2 ** 18;
const fewestRows = 48;

/** Windows that are worked on together. */
export interface Tile {
  readonly begin: I32;
  readonly end: I32;
  readonly rows: I32;
}

function tileRows(shape: ConvolutionShape): number {
  const { examples, windowsOfImage, patch, bytes } = shape;
  const rows = examples * windowsOfImage;
  if (isPointwise(shape)) return rows;
  return Math.min(rows, Math.max(fewestRows, Math.floor(tileBytes / (patch * bytes))));
}

/** The bytes of a tile's patches, a multiple of 64. */
export function patchBytes(shape: ConvolutionShape): number {
  if (isPointwise(shape)) return 0;
  return alignUp(tileRows(shape) * shape.patch * shape.bytes);
}

export function forEachTile(
  f: FunctionBuilder,
  shape: ConvolutionShape,
  begin: I32,
  end: I32,
  body: (tile: Tile) => void,
): void {
  const first = f.let(begin);
  const most = i32.constant(tileRows(shape));
  const rows = f.local("i32");
  f.loopWhileBelow(first, end, rows, () => {
    f.set(rows, minimum(f, i32.sub(end, first), most));
    body({ begin: first, end: f.let(i32.add(first, rows)), rows });
  });
}

/** Addresses of the images, the kernel and the results. */
export type Places = Readonly<Record<"images" | "weights" | "results", Local<"i32">>>;

/** Runs `body` for each group, with the addresses moved on to the group's first channel or feature. */
export function forEachGroup(
  f: FunctionBuilder,
  { groups, channels, features, bytes }: ConvolutionShape,
  { images, weights, results }: Places,
  body: () => void,
): void {
  if (groups === 1) {
    body();
    return;
  }
  countTo(f, groups, () => {
    body();
    advance(f, images, channels * bytes);
    advance(f, weights, features * bytes);
    advance(f, results, features * bytes);
  });
}

/** The tile's patches: the image itself where that is the matrix of its patches, and else in the workspace. */
export function patchMatrix(shape: ConvolutionShape, images: I32, { begin }: Tile, workspace: I32): Matrix {
  const { patch, channels, groups, bytes } = shape;
  if (isPointwise(shape)) {
    const leading = channels * groups;
    return { address: elementAddress(images, begin, leading * bytes), transposed: false, leading };
  }
  const address = i32.add(workspace, i32.constant(productWorkspaceBytes(shape)));
  return { address, transposed: false, leading: patch };
}

/** The kernel as a matrix with a row for each place of a patch. */
export function kernelMatrix({ features, groups }: ConvolutionShape, weights: I32): Matrix {
  return { address: weights, transposed: false, leading: features * groups };
}

/** The tile's results as a matrix with a row for each window. */
export function resultMatrix(
  { features, groups, bytes }: ConvolutionShape,
  results: I32,
  { begin }: Tile,
): Matrix {
  const leading = features * groups;
  return { address: elementAddress(results, begin, leading * bytes), transposed: false, leading };
}
