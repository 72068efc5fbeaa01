import type { Routine } from "../../../../compiler/program.ts";
import { sizeOf } from "../../../../shape.ts";
import { i32, memory } from "../../assembler/instructions.ts";
import { elementAddress } from "../count.ts";
import type { RoutineContext, RoutineLowering } from "../routine.ts";
import { depthwiseConvolution, depthwiseImageGradient, depthwiseKernelGradient } from "./depthwise.ts";
import { addPartialSums, partialSumsBytes, piecesOfSum, sumProducts } from "./kernel-gradient.ts";
import { gatherPatches, scatterPatches } from "./patches.ts";
import { multiply, productFunction, productWorkspaceBytes } from "./products.ts";
import {
  type ConvolutionShape,
  convolutionShape,
  isDepthwise,
  isPointwise,
  kernelBytes,
  operationsOf,
  threadsFor,
  windowsOfAll,
} from "./shape.ts";
import {
  forEachGroup,
  forEachTile,
  kernelMatrix,
  type Places,
  patchBytes,
  patchMatrix,
  resultMatrix,
} from "./tiles.ts";
import { turnedConvolution, turnKernel } from "./turned.ts";

/** How one of the three forms of a convolution is computed. */
interface Form {
  shapeOf(routine: Routine): ConvolutionShape;
  /** The convolution whose patches are multiplied; without this, that of `shapeOf`. */
  readonly multiplied?: (shape: ConvolutionShape) => ConvolutionShape;
  readonly byProducts: Emission;
  readonly byChannels: Emission;
}

interface Emission {
  /** Into how many pieces the work falls, which are independent of each other. */
  pieces(shape: ConvolutionShape, threads: number): number;
  sharedBytes?(shape: ConvolutionShape, threads: number): number;
  /** The work of one thread before pieces are computed. */
  prepare?(routine: Routine, shape: ConvolutionShape, context: RoutineContext): void;
  emit(routine: Routine, shape: ConvolutionShape, context: RoutineContext): void;
  /** The work of one thread once all pieces are computed. */
  finish?(routine: Routine, shape: ConvolutionShape, context: RoutineContext): void;
}

function lowering(form: Form): RoutineLowering {
  const { shapeOf, multiplied = (shape) => shape } = form;
  const emissionOf = (shape: ConvolutionShape) => (isDepthwise(shape) ? form.byChannels : form.byProducts);
  return {
    functions(routine, providers) {
      const shape = shapeOf(routine);
      return isDepthwise(shape) ? [] : [productFunction(multiplied(shape), providers)];
    },
    workspaceBytes(routine) {
      const shape = shapeOf(routine);
      if (isDepthwise(shape)) return 0;
      return productWorkspaceBytes(shape) + patchBytes(multiplied(shape));
    },
    sharedBytes(routine, providers) {
      const shape = shapeOf(routine);
      return emissionOf(shape).sharedBytes?.(shape, threadsFor(shape, providers)) ?? 0;
    },
    operations: (routine) => operationsOf(shapeOf(routine)),
    pieces(routine, providers) {
      const shape = shapeOf(routine);
      const threads = threadsFor(shape, providers);
      return threads === 1 ? 1 : emissionOf(shape).pieces(shape, threads);
    },
    emit(routine, context) {
      const shape = shapeOf(routine);
      const { f, address, providers } = context;
      const outputBytes = sizeOf(routine.output.shape) * shape.bytes;
      if (outputBytes === 0) return;
      if (operationsOf(shape) === 0) {
        f.run(memory.fill(address(routine.output), i32.constant(0), i32.constant(outputBytes)));
        return;
      }
      const { pieces, emit } = emissionOf(shape);
      const threads = threadsFor(shape, providers);
      const all = { begin: i32.constant(0), end: i32.constant(pieces(shape, threads)) };
      const range = threads === 1 ? all : {};
      emit(routine, shape, { ...context, workspace: f.let(context.workspace), ...range });
    },
    prepare(routine, context) {
      const shape = shapeOf(routine);
      emissionOf(shape).prepare?.(routine, shape, context);
    },
    finish(routine, context) {
      const shape = shapeOf(routine);
      emissionOf(shape).finish?.(routine, shape, context);
    },
  };
}

export const convolution = lowering({
  shapeOf: (routine) => convolutionShape(routine, routine.inputs[0].shape, routine.inputs[1].shape),
  byProducts: {
    pieces: windowsOfAll,
    emit({ inputs: [image, kernel], output }, shape, context) {
      const { f, address } = context;
      multiplyPatches(context, shape, {
        images: f.let(address(image)),
        weights: f.let(address(kernel)),
        results: f.let(address(output)),
      });
    },
  },
  byChannels: { pieces: windowsOfAll, emit: depthwiseConvolution },
});

export const convolutionImageGradient = lowering({
  shapeOf: (routine) => convolutionShape(routine, routine.output.shape, routine.inputs[1].shape),
  multiplied: (shape) => turnedConvolution(shape) ?? shape,
  byProducts: {
    pieces(shape) {
      const turned = turnedConvolution(shape);
      return turned === null ? shape.examples : windowsOfAll(turned);
    },
    sharedBytes: (shape) => (turnedConvolution(shape) === null ? 0 : kernelBytes(shape)),
    prepare({ inputs: [, kernel] }, shape, { f, address, shared }) {
      if (turnedConvolution(shape) !== null) turnKernel(f, shape, address(kernel), shared);
    },
    emit({ inputs: [gradient, kernel], output }, shape, context) {
      const { f, address, shared } = context;
      const [images, results] = [f.let(address(output)), f.let(address(gradient))];
      const turned = turnedConvolution(shape);
      if (turned === null) {
        addProducts(context, shape, { images, weights: f.let(address(kernel)), results });
        return;
      }
      multiplyPatches(context, turned, { images: results, weights: f.let(shared), results: images });
    },
  },
  byChannels: { pieces: ({ examples }) => examples, emit: depthwiseImageGradient },
});

export const convolutionKernelGradient = lowering({
  shapeOf: (routine) => convolutionShape(routine, routine.inputs[0].shape, routine.output.shape),
  byProducts: {
    pieces: piecesOfSum,
    sharedBytes: partialSumsBytes,
    emit({ inputs: [image, gradient], output }, shape, context) {
      const { f, address } = context;
      sumProducts(context, shape, {
        images: f.let(address(image)),
        weights: f.let(address(output)),
        results: f.let(address(gradient)),
      });
    },
    finish: ({ output }, shape, context) => addPartialSums(context, shape, context.address(output)),
  },
  byChannels: { pieces: () => 1, emit: depthwiseKernelGradient },
});

/** The results of windows: the patches of the images times the kernel. */
function multiplyPatches(context: RoutineContext, shape: ConvolutionShape, places: Places): void {
  const { f, begin, end, workspace } = context;
  const { images, weights, results } = places;
  const name = productFunction(shape, context.providers);
  forEachGroup(f, shape, places, () =>
    forEachTile(f, shape, begin, end, (tile) => {
      const patches = patchMatrix(shape, images, tile, workspace);
      if (!isPointwise(shape)) gatherPatches(f, shape, images, tile, patches.address);
      multiply(shape, name, context, {
        rows: tile.rows,
        columns: shape.features,
        inner: shape.patch,
        left: patches,
        right: kernelMatrix(shape, weights),
        result: resultMatrix(shape, results, tile),
        accumulates: false,
      });
    }),
  );
}

/** The gradients of images: those of the results times the kernel are patches, which are added up where they lie. */
function addProducts(context: RoutineContext, shape: ConvolutionShape, places: Places): void {
  const { f, begin, end, workspace } = context;
  const { images, weights, results } = places;
  const name = productFunction(shape, context.providers);
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
      multiply(shape, name, context, {
        rows: tile.rows,
        columns: shape.patch,
        inner: shape.features,
        left: resultMatrix(shape, results, tile),
        right: { ...kernelMatrix(shape, weights), transposed: true },
        result: patches,
        accumulates: false,
      });
      if (!isPointwise(shape)) scatterPatches(f, shape, images, tile, patches.address);
    }),
  );
}
