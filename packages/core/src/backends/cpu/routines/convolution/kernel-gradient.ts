/** The gradient of a convolution's kernel: the sum over windows of their patches times the gradients of their results. */
import type { I32 } from "../../assembler/expression.ts";
import { i32 } from "../../assembler/instructions.ts";
import { alignUp } from "../../memory/allocator.ts";
import { countTo, elementAddress, minimum } from "../count.ts";
import type { RoutineContext } from "../routine.ts";
import { addRun } from "../runs.ts";
import { gatherPatches } from "./patches.ts";
import { multiply, productFunction } from "./products.ts";
import { type ConvolutionShape, isPointwise, kernelBytes, threadsFor, windowsOfAll } from "./shape.ts";
import { forEachGroup, forEachTile, kernelMatrix, type Places, patchMatrix, resultMatrix } from "./tiles.ts";

/** Pieces that have features of their own have multiples of so many. */
const featuresTogether = 16;

/**
 * How the sum is cut for threads. Pieces of the windows have sums of their own, which are added up at the end; pieces
 * of the features all read the patches. The first is less work where there are more windows than features.
 */
interface SumCut {
  readonly along: "windows" | "features";
  readonly pieces: number;
  /** Windows or features of a piece; the last one may have fewer. */
  readonly size: number;
}

function cutSum(shape: ConvolutionShape, threads: number): SumCut {
  const { features } = shape;
  const windows = windowsOfAll(shape);
  if (windows > 2 * features) {
    const size = Math.ceil(windows / threads);
    return { along: "windows", pieces: Math.ceil(windows / size), size };
  }
  const size = Math.ceil(features / threads / featuresTogether) * featuresTogether;
  return { along: "features", pieces: Math.ceil(features / size), size };
}

export function piecesOfSum(shape: ConvolutionShape, threads: number): number {
  return cutSum(shape, threads).pieces;
}

/** The first piece's sum lies where the whole sum will, those of the others in memory that the pieces share. */
export function partialSumsBytes(shape: ConvolutionShape, threads: number): number {
  const { along, pieces } = cutSum(shape, threads);
  return along === "windows" ? (pieces - 1) * alignUp(kernelBytes(shape)) : 0;
}

/** Computes pieces of the sum. */
export function sumProducts(context: RoutineContext, shape: ConvolutionShape, places: Places): void {
  const { f, begin, end, shared, providers } = context;
  const cut = cutSum(shape, threadsFor(shape, providers));
  const all = {
    firstWindow: i32.constant(0),
    endWindow: i32.constant(windowsOfAll(shape)),
    columns: i32.constant(shape.features),
  };
  if (cut.along === "features") {
    const first = f.let(i32.mul(begin, i32.constant(cut.size)));
    const last = minimum(f, i32.mul(end, i32.constant(cut.size)), i32.constant(shape.features));
    const moved = (address: I32) => f.let(elementAddress(address, first, shape.bytes));
    const own = { ...places, weights: moved(places.weights), results: moved(places.results) };
    sumBlock(context, shape, own, { ...all, columns: f.let(i32.sub(last, first)) });
    return;
  }
  countTo(f, i32.sub(end, begin), (counter) => {
    const piece = f.let(i32.add(begin, counter));
    const firstWindow = f.let(i32.mul(piece, i32.constant(cut.size)));
    const endWindow = minimum(f, i32.add(firstWindow, i32.constant(cut.size)), all.endWindow);
    // Groups move on from where a piece begins.
    const [images, results, weights] = [places.images, places.results, places.weights].map((at) => f.let(at));
    f.if(piece, () => f.set(weights, partialSum(shape, shared, i32.sub(piece, i32.constant(1)))));
    sumBlock(context, shape, { images, results, weights }, { ...all, firstWindow, endWindow });
  });
}

function partialSum(shape: ConvolutionShape, shared: I32, index: I32): I32 {
  return i32.add(shared, i32.mul(index, i32.constant(alignUp(kernelBytes(shape)))));
}

/** Some of the windows, and how many neighbouring features. */
interface SumBlock {
  readonly firstWindow: I32;
  readonly endWindow: I32;
  readonly columns: I32;
}

/** The sum over tiles of patches, transposed, times those of the results. */
function sumBlock(
  context: RoutineContext,
  shape: ConvolutionShape,
  places: Places,
  { firstWindow, endWindow, columns }: SumBlock,
): void {
  const { f, workspace } = context;
  const name = productFunction(shape, context.providers);
  const isFirst = f.local("i32");
  forEachGroup(f, shape, places, () => {
    f.set(isFirst, i32.constant(1));
    forEachTile(f, shape, firstWindow, endWindow, (tile) => {
      const patches = patchMatrix(shape, places.images, tile, workspace);
      if (!isPointwise(shape)) gatherPatches(f, shape, places.images, tile, patches.address);
      const add = (accumulates: boolean) => () =>
        multiply(shape, name, context, {
          rows: shape.patch,
          columns,
          inner: tile.rows,
          left: { ...patches, transposed: true },
          right: resultMatrix(shape, places.results, tile),
          result: kernelMatrix(shape, places.weights),
          accumulates,
        });
      f.if(isFirst, add(false), add(true));
      f.set(isFirst, i32.constant(0));
    });
  });
}

/** Adds the sums of the other pieces to the first one's, in order, so that it does not matter who computed them. */
export function addPartialSums(context: RoutineContext, shape: ConvolutionShape, output: I32): void {
  const { f, shared, providers } = context;
  const { along, pieces } = cutSum(shape, threadsFor(shape, providers));
  if (along === "features" || pieces < 2) return;
  const total = f.let(output);
  countTo(f, pieces - 1, (index) => {
    addRun(f, shape.dtype, total, f.let(partialSum(shape, shared, index)), kernelBytes(shape) / shape.bytes);
  });
}
