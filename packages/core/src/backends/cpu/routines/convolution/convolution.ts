import type { Routine } from "../../../../compiler/program.ts";
import { sizeOf } from "../../../../shape.ts";
import type { I32 } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function.ts";
import { i32, memory } from "../../assembler/instructions.ts";
import { elementAddress } from "../count.ts";
import type { RoutineContext, RoutineLowering } from "../routine.ts";
import { depthwiseConvolution, depthwiseImageGradient, depthwiseKernelGradient } from "./depthwise.ts";
import { gatherPatches, scatterPatches } from "./patches.ts";
import { multiply, productFunction, productWorkspaceBytes } from "./products.ts";
import { type ConvolutionShape, convolutionShape, isDepthwise, isPointwise, operationsOf } from "./shape.ts";
import {
  forEachGroup,
  forEachTile,
  kernelMatrix,
  type Places,
  patchBytes,
  patchMatrix,
  resultMatrix,
} from "./tiles.ts";
import { turnedConvolution, turnedKernelBytes, turnKernel } from "./turned.ts";

/** How one of the three forms of a convolution is computed. */
interface Form {
  shapeOf(routine: Routine): ConvolutionShape;
  /** The bytes of working memory that are no patches and no product's own. */
  readonly furtherBytes?: (shape: ConvolutionShape) => number;
  /** The convolution whose patches are multiplied; without this, that of `shapeOf`. */
  readonly multiplied?: (shape: ConvolutionShape) => ConvolutionShape;
  byProducts(routine: Routine, shape: ConvolutionShape, context: RoutineContext): void;
  byChannels(routine: Routine, shape: ConvolutionShape, context: RoutineContext): void;
}

function lowering(form: Form): RoutineLowering {
  const { shapeOf, multiplied = (shape) => shape, furtherBytes = () => 0 } = form;
  return {
    functions(routine, providers) {
      const shape = shapeOf(routine);
      return isDepthwise(shape) ? [] : [productFunction(multiplied(shape), providers)];
    },
    workspaceBytes(routine) {
      const shape = shapeOf(routine);
      if (isDepthwise(shape)) return 0;
      return workspaceBytes(multiplied(shape)) + furtherBytes(shape);
    },
    operations: (routine) => operationsOf(shapeOf(routine)),
    emit(routine, context) {
      const shape = shapeOf(routine);
      const { f, address } = context;
      const outputBytes = sizeOf(routine.output.shape) * shape.bytes;
      if (outputBytes === 0) return;
      if (operationsOf(shape) === 0) {
        f.run(memory.fill(address(routine.output), i32.constant(0), i32.constant(outputBytes)));
      } else if (isDepthwise(shape)) form.byChannels(routine, shape, context);
      else form.byProducts(routine, shape, context);
    },
  };
}

function workspaceBytes(shape: ConvolutionShape): number {
  return productWorkspaceBytes(shape) + patchBytes(shape);
}

export const convolution = lowering({
  shapeOf: (routine) => convolutionShape(routine, routine.inputs[0].shape, routine.inputs[1].shape),
  byProducts({ inputs: [image, kernel], output }, shape, context) {
    const { inside, parameters } = context.addFunction("convolution", 3);
    const { f, address } = inside;
    multiplyPatches(inside, shape, parameters, {
      images: f.let(address(image)),
      weights: f.let(address(kernel)),
      results: f.let(address(output)),
    });
    runAll(context, f, shape.examples * shape.windowsOfImage);
  },
  byChannels: depthwiseConvolution,
});

export const convolutionImageGradient = lowering({
  shapeOf: (routine) => convolutionShape(routine, routine.output.shape, routine.inputs[1].shape),
  multiplied: (shape) => turnedConvolution(shape) ?? shape,
  furtherBytes(shape) {
    const turned = turnedConvolution(shape);
    return turned === null ? 0 : turnedKernelBytes(turned);
  },
  byProducts({ inputs: [gradient, kernel], output }, shape, context) {
    const { inside, parameters } = context.addFunction("convolutionImageGradient", 3);
    const { f, address } = inside;
    const [images, results] = [f.let(address(output)), f.let(address(gradient))];
    const turned = turnedConvolution(shape);
    if (turned === null) {
      addProducts(inside, shape, parameters, { images, weights: f.let(address(kernel)), results });
      runAll(context, f, shape.examples);
      return;
    }
    const [, , workspace] = parameters;
    const weights = f.let(i32.add(workspace, i32.constant(workspaceBytes(turned))));
    turnKernel(f, shape, address(kernel), weights);
    multiplyPatches(inside, turned, parameters, { images: results, weights, results: images });
    runAll(context, f, turned.examples * turned.windowsOfImage);
  },
  byChannels: depthwiseImageGradient,
});

export const convolutionKernelGradient = lowering({
  shapeOf: (routine) => convolutionShape(routine, routine.inputs[0].shape, routine.output.shape),
  byProducts({ inputs: [image, gradient], output }, shape, context) {
    const { inside, parameters } = context.addFunction("convolutionKernelGradient", 3);
    const { f, address } = inside;
    sumProducts(inside, shape, parameters, {
      images: f.let(address(image)),
      weights: f.let(address(output)),
      results: f.let(address(gradient)),
    });
    runAll(context, f, shape.examples * shape.windowsOfImage);
  },
  byChannels: depthwiseKernelGradient,
});

/** Calls a function of (begin, end, workspace) for all of so many items. */
function runAll({ f, workspace }: RoutineContext, target: FunctionBuilder, items: number): void {
  f.invoke(target, i32.constant(0), i32.constant(items), workspace);
}

/** The results of the windows from `begin` to `end`: the patches of the images times the kernel. */
function multiplyPatches(
  context: RoutineContext,
  shape: ConvolutionShape,
  [begin, end, workspace]: readonly I32[],
  places: Places,
): void {
  const { f } = context;
  const { images, weights, results } = places;
  forEachGroup(f, shape, places, () =>
    forEachTile(f, shape, begin, end, (tile) => {
      const patches = patchMatrix(shape, images, tile, workspace);
      if (!isPointwise(shape)) gatherPatches(f, shape, images, tile, patches.address);
      multiply(shape, context, workspace, {
        rows: tile.rows,
        columns: shape.features,
        inner: shape.patch,
        left: patches,
        right: kernelMatrix(shape, weights),
        result: resultMatrix(shape, results, tile),
        accumulate: i32.constant(0),
      });
    }),
  );
}

/** The images from `begin` to `end`: results times the kernel are patches, which are added up where they lie. */
function addProducts(
  context: RoutineContext,
  shape: ConvolutionShape,
  [begin, end, workspace]: readonly I32[],
  places: Places,
): void {
  const { f } = context;
  const { images, weights, results } = places;
  const [beginWindow, endWindow] = [begin, end].map((example) =>
    f.let(i32.mul(example, i32.constant(shape.windowsOfImage))),
  );
  if (!isPointwise(shape)) {
    const imageBytes = sizeOf(shape.sizes) * shape.channels * shape.groups * shape.bytes;
    const bytes = i32.mul(i32.sub(end, begin), i32.constant(imageBytes));
    f.run(memory.fill(elementAddress(images, begin, imageBytes), i32.constant(0), bytes));
  }
  forEachGroup(f, shape, places, () =>
    forEachTile(f, shape, beginWindow, endWindow, (tile) => {
      const patches = patchMatrix(shape, images, tile, workspace);
      multiply(shape, context, workspace, {
        rows: tile.rows,
        columns: shape.patch,
        inner: shape.features,
        left: resultMatrix(shape, results, tile),
        right: { ...kernelMatrix(shape, weights), transposed: true },
        result: patches,
        accumulate: i32.constant(0),
      });
      if (!isPointwise(shape)) scatterPatches(f, shape, images, tile, patches.address);
    }),
  );
}

/** What the windows from `begin` to `end` add to the kernel: the patches of the images, transposed, times the results. */
function sumProducts(
  context: RoutineContext,
  shape: ConvolutionShape,
  [begin, end, workspace]: readonly I32[],
  places: Places,
): void {
  const { f } = context;
  const { images, weights, results } = places;
  const continues = f.local("i32");
  forEachGroup(f, shape, places, () => {
    f.set(continues, i32.constant(0));
    forEachTile(f, shape, begin, end, (tile) => {
      const patches = patchMatrix(shape, images, tile, workspace);
      if (!isPointwise(shape)) gatherPatches(f, shape, images, tile, patches.address);
      multiply(shape, context, workspace, {
        rows: shape.patch,
        columns: shape.features,
        inner: tile.rows,
        left: { ...patches, transposed: true },
        right: resultMatrix(shape, results, tile),
        result: kernelMatrix(shape, weights),
        accumulate: continues,
      });
      f.set(continues, i32.constant(1));
    });
  });
}
