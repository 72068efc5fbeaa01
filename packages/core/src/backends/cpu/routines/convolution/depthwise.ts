/** Convolutions in which each channel has a kernel of its own: no matrix products, but vectors of channels. */
import type { Operand, Routine } from "../../../../compiler/program.ts";
import { sizeOf } from "../../../../shape.ts";
import type { I32, V128 } from "../../assembler/expression.ts";
import type { FunctionBuilder, Local } from "../../assembler/function.ts";
import { i32, memory, v128 } from "../../assembler/instructions.ts";
import { advance, countTo, elementAddress } from "../count.ts";
import { type Arithmetic, arithmeticOf } from "../gemm/arithmetic.ts";
import type { RoutineContext } from "../routine.ts";
import { firstPlace, forEachIn, forEachLine, tapsInside } from "../windows.ts";
import type { ConvolutionShape } from "./shape.ts";

/** Vectors of channels whose sums are held in registers at once. */
const vectorsTogether = 4;

/** Neighbouring channels: whole vectors of them, or one channel in the first lane of a vector. */
interface Channels {
  readonly elements: number;
  readonly vectors: number;
  load(address: I32, vector: number): V128;
  store(f: FunctionBuilder, address: I32, vector: number, value: V128): void;
}

/** For one window, and some neighbouring channels of it, what is done before, at and after its elements. */
interface Visit {
  /** Returns the values that the window itself has, or that it gathers. */
  start(result: I32, channels: Channels): readonly Local<"v128">[];
  atTap(element: I32, weight: I32, values: readonly Local<"v128">[], channels: Channels): void;
  finish?(result: I32, values: readonly Local<"v128">[], channels: Channels): void;
}

/** Addresses of the images, the kernel and the results. */
interface Places {
  readonly images: Operand;
  readonly weights: Operand;
  readonly results: Operand;
}

export function depthwiseConvolution(
  { inputs: [image, kernel], output }: Routine,
  shape: ConvolutionShape,
  context: RoutineContext,
): void {
  const { f, begin, end } = context;
  const arithmetic = arithmeticOf(shape.dtype, context.providers);
  const places = { images: image, weights: kernel, results: output };
  forEachWindow(context, shape, arithmetic, places, [begin, end], {
    start: (_result, { vectors }) => Array.from({ length: vectors }, () => f.let(arithmetic.zero)),
    atTap(element, weight, sums, { load }) {
      sums.forEach((sum, vector) => {
        f.set(sum, arithmetic.multiplyAdd(load(element, vector), load(weight, vector), sum));
      });
    },
    finish(result, sums, { store }) {
      sums.forEach((sum, vector) => {
        store(f, result, vector, sum);
      });
    },
  });
}

export function depthwiseImageGradient(
  { inputs: [gradient, kernel], output }: Routine,
  shape: ConvolutionShape,
  context: RoutineContext,
): void {
  const { f, address } = context;
  const arithmetic = arithmeticOf(shape.dtype, context.providers);
  const imageBytes = sizeOf(output.shape.slice(1)) * shape.bytes;
  const { begin, end } = context;
  const bytes = i32.mul(i32.sub(end, begin), i32.constant(imageBytes));
  f.run(memory.fill(elementAddress(address(output), begin, imageBytes), i32.constant(0), bytes));
  const windows = [begin, end].map((example) => f.let(i32.mul(example, i32.constant(shape.windowsOfImage))));
  const places = { images: output, weights: kernel, results: gradient };
  forEachWindow(context, shape, arithmetic, places, windows, {
    start: (result, { vectors, load }) =>
      Array.from({ length: vectors }, (_, vector) => f.let(load(result, vector))),
    atTap(element, weight, gradients, { load, store }) {
      gradients.forEach((value, vector) => {
        const old = load(element, vector);
        store(f, element, vector, arithmetic.multiplyAdd(value, load(weight, vector), old));
      });
    },
  });
}

export function depthwiseKernelGradient(
  { inputs: [image, gradient], output }: Routine,
  shape: ConvolutionShape,
  context: RoutineContext,
): void {
  const { f, address } = context;
  const arithmetic = arithmeticOf(shape.dtype, context.providers);
  const bytes = sizeOf(output.shape) * shape.bytes;
  f.run(memory.fill(address(output), i32.constant(0), i32.constant(bytes)));
  const windows = i32.constant(shape.examples * shape.windowsOfImage);
  const places = { images: image, weights: output, results: gradient };
  forEachWindow(context, shape, arithmetic, places, [i32.constant(0), windows], {
    start: (result, { vectors, load }) =>
      Array.from({ length: vectors }, (_, vector) => f.let(load(result, vector))),
    atTap(element, weight, gradients, { load, store }) {
      gradients.forEach((value, vector) => {
        const old = load(weight, vector);
        store(f, weight, vector, arithmetic.multiplyAdd(value, load(element, vector), old));
      });
    },
  });
}

function forEachWindow(
  { f, address }: RoutineContext,
  shape: ConvolutionShape,
  arithmetic: Arithmetic,
  places: Places,
  [begin, end]: readonly I32[],
  visit: Visit,
): void {
  const { sizes, window, groups, kernelDilation } = shape;
  const pixelBytes = groups * shape.bytes;
  const [images, weights, results] = [
    f.let(address(places.images)),
    f.let(address(places.weights)),
    f.let(address(places.results)),
  ];
  const result = f.let(elementAddress(results, begin, pixelBytes));
  forEachLine(f, shape, begin, end, (line) => {
    const ranges = [0, 1].map((axis) => tapsInside(f, shape, axis, line.first[axis]));
    const position = f.let(line.from);
    f.loopWhileBelow(position, line.to, 1, () => {
      const first = f.let(firstPlace(shape, 2, position));
      const last = tapsInside(f, shape, 2, first);
      const forEachElement = (offset: I32, atTap: (element: I32, weight: I32) => void): void => {
        const step = kernelDilation[2] * pixelBytes;
        forEachIn(f, ranges[0], (tap0) => {
          const row0 = i32.add(line.first[0], i32.mul(tap0, i32.constant(kernelDilation[0])));
          const plane = f.let(i32.add(i32.mul(line.example, i32.constant(sizes[0])), row0));
          forEachIn(f, ranges[1], (tap1) => {
            const row1 = i32.add(line.first[1], i32.mul(tap1, i32.constant(kernelDilation[1])));
            const row = i32.add(i32.mul(plane, i32.constant(sizes[1])), row1);
            const reached = i32.add(first, i32.mul(last.from, i32.constant(kernelDilation[2])));
            const pixel = i32.add(i32.mul(row, i32.constant(sizes[2])), reached);
            const element = f.let(i32.add(elementAddress(images, pixel, pixelBytes), offset));
            const taps = i32.mul(
              i32.add(i32.mul(tap0, i32.constant(window[1])), tap1),
              i32.constant(window[2]),
            );
            const tap = i32.add(taps, last.from);
            const weight = f.let(i32.add(elementAddress(weights, tap, pixelBytes), offset));
            forEachIn(f, last, () => {
              atTap(element, weight);
              advance(f, element, step);
              advance(f, weight, pixelBytes);
            });
          });
        });
      };
      forEachChannels(f, arithmetic, groups, (channels, offset) => {
        const place = f.let(i32.add(result, offset));
        const values = visit.start(place, channels);
        forEachElement(offset, (element, weight) => visit.atTap(element, weight, values, channels));
        visit.finish?.(place, values, channels);
      });
      advance(f, result, pixelBytes);
    });
  });
}

/** Runs `body` for all channels, as many at once as there are registers for; it gets their offset in bytes. */
function forEachChannels(
  f: FunctionBuilder,
  { lanes, size, loadElement, storeElement }: Arithmetic,
  count: number,
  body: (channels: Channels, offset: I32) => void,
): void {
  const offset = f.let(i32.constant(0));
  let rest = count;
  const repeat = (channels: Channels): void => {
    const times = Math.floor(rest / channels.elements);
    if (times > 0) {
      countTo(f, times, () => {
        body(channels, offset);
        advance(f, offset, channels.elements * size);
      });
    }
    rest %= channels.elements;
  };
  for (const vectors of [vectorsTogether, 1]) {
    repeat({
      elements: vectors * lanes,
      vectors,
      load: (address, vector) => v128.load(address, vector * 16),
      store: (to, address, vector, value) => to.run(v128.store(address, value, vector * 16)),
    });
  }
  repeat({
    elements: 1,
    vectors: 1,
    load: (address) => loadElement(address),
    store: (to, address, _vector, value) => to.run(storeElement(address, value)),
  });
}
