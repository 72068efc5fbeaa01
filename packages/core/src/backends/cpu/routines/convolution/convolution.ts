import type { Routine } from "../../../../compiler/program.ts";
import { sizeOf } from "../../../../shape.ts";
import type { I32 } from "../../assembler/expression.ts";
import type { FunctionBuilder, Local } from "../../assembler/function.ts";
import { i32, memory } from "../../assembler/instructions.ts";
import { advance, countTo, elementAddress } from "../count.ts";
import type { RoutineContext, RoutineLowering } from "../routine.ts";
import { minimum } from "../windows.ts";
import { depthwiseConvolution, depthwiseImageGradient, depthwiseKernelGradient } from "./depthwise.ts";
import { gatherPatches, scatterPatches } from "./patches.ts";
import { type Matrix, multiply, productFunction, productWorkspaceBytes } from "./products.ts";
import { type ConvolutionShape, convolutionShape, isDepthwise, isPointwise, operationsOf } from "./shape.ts";

/** Patches are laid out and multiplied a tile at a time, which stays in the L2 cache; but not in fewer than so many. */
const tileBytes = 2 ** 18;
const fewestRows = 16;

/** Emits the code of one of the three forms of a convolution. */
type EmitForm = (routine: Routine, shape: ConvolutionShape, context: RoutineContext) => void;

function lowering(
  shapeOf: (routine: Routine) => ConvolutionShape,
  byProducts: EmitForm,
  byChannels: EmitForm,
): RoutineLowering {
  return {
    functions(routine, providers) {
      const shape = shapeOf(routine);
      return isDepthwise(shape) ? [] : [productFunction(shape, providers)];
    },
    workspaceBytes(routine) {
      const shape = shapeOf(routine);
      if (isDepthwise(shape)) return 0;
      const patches = isPointwise(shape) ? 0 : tileRows(shape) * shape.patch * shape.bytes;
      return productWorkspaceBytes(shape) + patches;
    },
    operations: (routine) => operationsOf(shapeOf(routine)),
    emit(routine, context) {
      const shape = shapeOf(routine);
      const { f, address } = context;
      const outputBytes = sizeOf(routine.output.shape) * shape.bytes;
      if (outputBytes === 0) return;
      if (operationsOf(shape) === 0) {
        f.run(memory.fill(address(routine.output), i32.constant(0), i32.constant(outputBytes)));
      } else if (isDepthwise(shape)) byChannels(routine, shape, context);
      else byProducts(routine, shape, context);
    },
  };
}

/** The patches of the image times the kernel. */
export const convolution = lowering(
  (routine) => convolutionShape(routine, routine.inputs[0].shape, routine.inputs[1].shape),
  ({ inputs: [image, kernel], output }, shape, context) => {
    const { inside, parameters } = context.addFunction("convolution", 3);
    const [begin, end, workspace] = parameters;
    const { f, address } = inside;
    const [images, weights, results] = [
      f.let(address(image)),
      f.let(address(kernel)),
      f.let(address(output)),
    ];
    forEachGroup(f, shape, { images, weights, results }, () =>
      forEachTile(f, shape, begin, end, (tile) => {
        const patches = patchMatrix(shape, images, tile, workspace);
        if (!isPointwise(shape)) {
          gatherPatches(f, shape, { image: images, ...tile, matrix: patches.address });
        }
        multiply(shape, inside, workspace, {
          rows: tile.rows,
          columns: shape.features,
          inner: shape.patch,
          left: patches,
          right: { address: weights, transposed: false, leading: lineOf(shape) },
          result: resultsAt(shape, results, tile),
          resultLine: lineOf(shape),
          accumulate: i32.constant(0),
        });
      }),
    );
    runAll(context, inside.f, shape.examples * shape.windowsOfImage);
  },
  depthwiseConvolution,
);

/** The gradient times the kernel gives patches, which are added up where they lie in the image. */
export const convolutionImageGradient = lowering(
  (routine) => convolutionShape(routine, routine.output.shape, routine.inputs[1].shape),
  ({ inputs: [gradient, kernel], output }, shape, context) => {
    const { inside, parameters } = context.addFunction("convolutionImageGradient", 3);
    const [begin, end, workspace] = parameters;
    const { f, address } = inside;
    const [images, weights, results] = [
      f.let(address(output)),
      f.let(address(kernel)),
      f.let(address(gradient)),
    ];
    const imageBytes = sizeOf(output.shape.slice(1)) * shape.bytes;
    const [firstWindow, endWindow] = [begin, end].map((example) =>
      f.let(i32.mul(example, i32.constant(shape.windowsOfImage))),
    );
    if (!isPointwise(shape)) {
      const bytes = i32.mul(i32.sub(end, begin), i32.constant(imageBytes));
      f.run(memory.fill(elementAddress(images, begin, imageBytes), i32.constant(0), bytes));
    }
    forEachGroup(f, shape, { images, weights, results }, () =>
      forEachTile(f, shape, firstWindow, endWindow, (tile) => {
        const patches = patchMatrix(shape, images, tile, workspace);
        multiply(shape, inside, workspace, {
          rows: tile.rows,
          columns: shape.patch,
          inner: shape.features,
          left: { address: resultsAt(shape, results, tile), transposed: false, leading: lineOf(shape) },
          right: { address: weights, transposed: true, leading: lineOf(shape) },
          result: patches.address,
          resultLine: patches.leading,
          accumulate: i32.constant(0),
        });
        if (!isPointwise(shape)) {
          scatterPatches(f, shape, { image: images, ...tile, matrix: patches.address });
        }
      }),
    );
    runAll(context, inside.f, shape.examples);
  },
  depthwiseImageGradient,
);

/** The sum over tiles of the patches of the image, transposed, times the gradient. */
export const convolutionKernelGradient = lowering(
  (routine) => convolutionShape(routine, routine.inputs[0].shape, routine.output.shape),
  ({ inputs: [image, gradient], output }, shape, context) => {
    const { inside, parameters } = context.addFunction("convolutionKernelGradient", 3);
    const [begin, end, workspace] = parameters;
    const { f, address } = inside;
    const [images, weights, results] = [
      f.let(address(image)),
      f.let(address(output)),
      f.let(address(gradient)),
    ];
    const continues = f.local("i32");
    forEachGroup(f, shape, { images, weights, results }, () => {
      f.set(continues, i32.constant(0));
      forEachTile(f, shape, begin, end, (tile) => {
        const patches = patchMatrix(shape, images, tile, workspace);
        if (!isPointwise(shape)) {
          gatherPatches(f, shape, { image: images, ...tile, matrix: patches.address });
        }
        multiply(shape, inside, workspace, {
          rows: shape.patch,
          columns: shape.features,
          inner: tile.rows,
          left: { ...patches, transposed: true },
          right: { address: resultsAt(shape, results, tile), transposed: false, leading: lineOf(shape) },
          result: weights,
          resultLine: lineOf(shape),
          accumulate: continues,
        });
        f.set(continues, i32.constant(1));
      });
    });
    runAll(context, inside.f, shape.examples * shape.windowsOfImage);
  },
  depthwiseKernelGradient,
);

/** Calls a function of (begin, end, workspace) for all of so many items. */
function runAll({ f, workspace }: RoutineContext, target: FunctionBuilder, items: number): void {
  f.invoke(target, i32.constant(0), i32.constant(items), workspace);
}

/** Windows that are worked on together. */
interface Tile {
  readonly begin: I32;
  readonly end: I32;
  readonly rows: I32;
}

function tileRows({ examples, windowsOfImage, patch, bytes }: ConvolutionShape): number {
  const affordable = Math.max(fewestRows, Math.floor(tileBytes / (patch * bytes)));
  return Math.min(examples * windowsOfImage, affordable);
}

function forEachTile(
  f: FunctionBuilder,
  shape: ConvolutionShape,
  begin: I32,
  end: I32,
  body: (tile: Tile) => void,
): void {
  const first = f.let(begin);
  const most = i32.constant(isPointwise(shape) ? shape.examples * shape.windowsOfImage : tileRows(shape));
  const rows = f.local("i32");
  f.loopWhileBelow(first, end, rows, () => {
    f.set(rows, minimum(f, i32.sub(end, first), most));
    body({ begin: first, end: f.let(i32.add(first, rows)), rows });
  });
}

/** Runs `body` for each group, with the addresses moved on to the group's first channel or feature. */
function forEachGroup(
  f: FunctionBuilder,
  { groups, channels, features, bytes }: ConvolutionShape,
  { images, weights, results }: Readonly<Record<"images" | "weights" | "results", Local<"i32">>>,
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
function patchMatrix(shape: ConvolutionShape, images: I32, { begin }: Tile, workspace: I32): Matrix {
  const { patch, channels, groups, bytes } = shape;
  if (isPointwise(shape)) {
    const leading = channels * groups;
    return { address: elementAddress(images, begin, leading * bytes), transposed: false, leading };
  }
  const address = i32.add(workspace, i32.constant(productWorkspaceBytes(shape)));
  return { address, transposed: false, leading: patch };
}

/** Elements from one window's results to the next's, and from one row of the kernel to the next. */
function lineOf({ features, groups }: ConvolutionShape): number {
  return features * groups;
}

/** The address of a tile's first result. */
function resultsAt(shape: ConvolutionShape, results: I32, { begin }: Tile): I32 {
  return elementAddress(results, begin, lineOf(shape) * shape.bytes);
}
