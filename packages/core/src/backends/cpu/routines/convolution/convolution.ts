import type { Routine } from "../../../../compiler/program.ts";
import { sizeOf } from "../../../../shape.ts";
import type { I32 } from "../../assembler/expression.ts";
import { i32, memory } from "../../assembler/instructions.ts";
import { elementAddress } from "../count.ts";
import type { Providers, RoutineContext, RoutineLowering } from "../routine.ts";
import { minimum } from "../windows.ts";
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

/** Convolutions of fewer multiplications take less time than it takes to share them with other threads. */
const leastSharedWork = 2 ** 18;

/** Pieces of a kernel's gradient, which repeat the reading of patches, have multiples of so many features. */
const featuresTogether = 16;

/** How one of the three forms of a convolution is computed. */
interface Form {
  shapeOf(routine: Routine): ConvolutionShape;
  /** The convolution whose patches are multiplied; without this, that of `shapeOf`. */
  readonly multiplied?: (shape: ConvolutionShape) => ConvolutionShape;
  /** The bytes of working memory that are no patches and no product's own. */
  readonly furtherBytes?: (shape: ConvolutionShape) => number;
  readonly byProducts: Emission;
  readonly byChannels: Emission;
}

interface Emission {
  /** Into how many pieces the work falls, which are independent of each other. */
  pieces(shape: ConvolutionShape, providers: Providers): number;
  emit(routine: Routine, shape: ConvolutionShape, context: RoutineContext): void;
}

function lowering(form: Form): RoutineLowering {
  const { shapeOf, multiplied = (shape) => shape, furtherBytes = () => 0 } = form;
  const emissionOf = (shape: ConvolutionShape) => (isDepthwise(shape) ? form.byChannels : form.byProducts);
  const isShared = (shape: ConvolutionShape, { threads }: Providers): boolean =>
    threads > 1 && operationsOf(shape) >= 2 * leastSharedWork;
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
    pieces(routine, providers) {
      const shape = shapeOf(routine);
      return isShared(shape, providers) ? emissionOf(shape).pieces(shape, providers) : 1;
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
      const all = { begin: i32.constant(0), end: i32.constant(pieces(shape, providers)) };
      const range = isShared(shape, providers) ? {} : all;
      emit(routine, shape, { ...context, workspace: f.let(context.workspace), ...range });
    },
  };
}

function workspaceBytes(shape: ConvolutionShape): number {
  return productWorkspaceBytes(shape) + patchBytes(shape);
}

const windowsOfAll = ({ examples, windowsOfImage }: ConvolutionShape): number => examples * windowsOfImage;

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
  furtherBytes(shape) {
    const turned = turnedConvolution(shape);
    return turned === null ? 0 : turnedKernelBytes(turned);
  },
  byProducts: {
    pieces(shape) {
      const turned = turnedConvolution(shape);
      return turned === null ? shape.examples : windowsOfAll(turned);
    },
    emit({ inputs: [gradient, kernel], output }, shape, context) {
      const { f, address, workspace } = context;
      const [images, results] = [f.let(address(output)), f.let(address(gradient))];
      const turned = turnedConvolution(shape);
      if (turned === null) {
        addProducts(context, shape, { images, weights: f.let(address(kernel)), results });
        return;
      }
      const weights = f.let(i32.add(workspace, i32.constant(workspaceBytes(turned))));
      turnKernel(f, shape, address(kernel), weights);
      multiplyPatches(context, turned, { images: results, weights, results: images });
    },
  },
  byChannels: { pieces: ({ examples }) => examples, emit: depthwiseImageGradient },
});

export const convolutionKernelGradient = lowering({
  shapeOf: (routine) => convolutionShape(routine, routine.inputs[0].shape, routine.output.shape),
  byProducts: {
    pieces: (shape, providers) => Math.ceil(shape.features / featuresOfPiece(shape, providers)),
    emit({ inputs: [image, gradient], output }, shape, context) {
      const { f, address } = context;
      sumProducts(context, shape, {
        images: f.let(address(image)),
        weights: f.let(address(output)),
        results: f.let(address(gradient)),
      });
    },
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

function featuresOfPiece({ features }: ConvolutionShape, { threads }: Providers): number {
  return Math.ceil(features / threads / featuresTogether) * featuresTogether;
}

/** The gradients of features of the kernel: the sum over tiles of patches, transposed, times those of the results. */
function sumProducts(context: RoutineContext, shape: ConvolutionShape, places: Places): void {
  const { f, begin, end, workspace } = context;
  const name = productFunction(shape, context.providers);
  const step = featuresOfPiece(shape, context.providers);
  const first = f.let(i32.mul(begin, i32.constant(step)));
  const last = minimum(f, i32.mul(end, i32.constant(step)), i32.constant(shape.features));
  const columns = f.let(i32.sub(last, first));
  const windows = i32.constant(windowsOfAll(shape));
  const moved = (address: I32) => f.let(elementAddress(address, first, shape.bytes));
  const own = { ...places, weights: moved(places.weights), results: moved(places.results) };
  const isFirst = f.local("i32");
  forEachGroup(f, shape, own, () => {
    f.set(isFirst, i32.constant(1));
    forEachTile(f, shape, i32.constant(0), windows, (tile) => {
      const patches = patchMatrix(shape, own.images, tile, workspace);
      if (!isPointwise(shape)) gatherPatches(f, shape, own.images, tile, patches.address);
      const add = (accumulates: boolean) => () =>
        multiply(shape, name, context, {
          rows: shape.patch,
          columns,
          inner: tile.rows,
          left: { ...patches, transposed: true },
          right: resultMatrix(shape, own.results, tile),
          result: kernelMatrix(shape, own.weights),
          accumulates,
        });
      f.if(isFirst, add(false), add(true));
      f.set(isFirst, i32.constant(0));
    });
  });
}
