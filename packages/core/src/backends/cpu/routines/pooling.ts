import type { DType } from "../../../dtype.ts";
import { type Shape, sizeOf } from "../../../shape.ts";
import type { Expression, I32, V128, ValueType } from "../assembler/expression.ts";
import type { FunctionBuilder, Local } from "../assembler/function.ts";
import { f32x4, i32, i32x4, v128 } from "../assembler/instructions.ts";
import { advance, countTo, elementAddress } from "./count.ts";
import type { RoutineLowering } from "./routine.ts";
import { type Scalar, withScalar } from "./scalar.ts";
import {
  firstPlace,
  forEachIn,
  forEachLine,
  numbersOf,
  type TapRange,
  tapsInside,
  type Windows,
  windowsOf,
} from "./windows.ts";

/** Windows of more places than this are searched by loops, not by instructions that stand in a line. */
const mostUnrolledTaps = 16;

/** Fewer are found in less time than it takes to share the work with other threads. */
const leastSharedElements = 2 ** 14;

/** A search for the largest element of a window, in one channel or in several neighbouring ones. */
interface Search {
  /** How many channels it searches at once. */
  readonly channels: number;
  readonly bytes: number;
  /** Begins with the element at this address, which has the number 0. */
  begin(address: I32): void;
  /** Goes on to the element with this number, at this distance in bytes from an address. */
  consider(address: I32, offset: number, number: I32 | number): void;
  /** Stores what was found: the numbers of the elements, counted from `first`. */
  store(target: I32, first: I32): void;
  /** Stores instead that there is nothing under the window. */
  storeNone(target: I32, none: number): void;
}

export const windowArgMax: RoutineLowering = {
  functions: () => [],
  pieces: ({ output: { shape } }) => (isShared(shape) ? sizeOf(shape.slice(0, 4)) : 1),
  emit(routine, context) {
    const { inputs, output } = routine;
    if (sizeOf(output.shape) === 0) return;
    const { f, address } = context;
    const all = { begin: i32.constant(0), end: i32.constant(sizeOf(output.shape.slice(0, 4))) };
    const { begin, end } = isShared(output.shape) ? context : all;
    const windows = windowsOf(routine, inputs[0].shape, numbersOf(routine, "window"));
    const channels = output.shape[4];
    const imageElements = sizeOf(windows.sizes) * channels;
    const searches = searchesOf(f, inputs[0].dtype);
    const { bytes } = searches[0];
    const images = f.let(address(inputs[0]));
    const target = f.let(elementAddress(address(output), begin, channels * 4));
    forEachLine(f, windows, begin, end, (line) => {
      const image = f.let(elementAddress(images, line.example, imageElements * bytes));
      const rows = [0, 1].map((axis) => tapsInside(f, windows, axis, line.first[axis]));
      const position = f.let(line.from);
      f.loopWhileBelow(position, line.to, 1, () => {
        const last = f.let(firstPlace(windows, 2, position));
        const places = [...line.first, last];
        const taps = [...rows, tapsInside(f, windows, 2, last)];
        forEachChannels(f, searches, channels, (search, channel) => {
          searchWindow(f, { windows, channels, image, places, taps }, search, channel, target);
          advance(f, target, search.channels * 4);
        });
      });
    });
  },
};

function isShared(output: Shape): boolean {
  return sizeOf(output) >= leastSharedElements;
}

/** A window of one image. */
interface PooledWindow {
  readonly windows: Windows;
  readonly channels: number;
  readonly image: I32;
  /** Its beginning in the padded image, and which of its places lie within the image, for each dimension. */
  readonly places: readonly I32[];
  readonly taps: readonly TapRange[];
}

function searchWindow(
  f: FunctionBuilder,
  { windows, channels, image, places, taps }: PooledWindow,
  search: Search,
  channel: I32,
  target: I32,
): void {
  const { sizes, window, kernelDilation, before, after } = windows;
  const steps = [sizes[1] * sizes[2], sizes[2], 1].map(
    (size, axis) => size * kernelDilation[axis] * channels,
  );
  const elementAt = (at: readonly I32[]): I32 => {
    const row = i32.add(i32.mul(at[0], i32.constant(sizes[1])), at[1]);
    const pixel = i32.add(i32.mul(row, i32.constant(sizes[2])), at[2]);
    return i32.add(i32.mul(pixel, i32.constant(channels)), channel);
  };
  const isWhole = [...before, ...after].every((count) => count <= 0);
  if (isWhole && sizeOf(window) <= mostUnrolledTaps) {
    const first = f.let(elementAt(places));
    const start = f.let(elementAddress(image, first, search.bytes));
    search.begin(start);
    forEachPlace(window, (tap) => {
      const distance = tap.reduce((sum, count, axis) => sum + count * steps[axis], 0);
      if (distance > 0) search.consider(start, distance * search.bytes, distance);
    });
    search.store(target, first);
    return;
  }
  const isEmpty = taps.map(({ from, to }) => i32.ge_s(from, to)).reduce((a, b) => i32.or(a, b));
  f.if(
    isEmpty,
    () => search.storeNone(target, sizeOf(sizes) * channels),
    () => {
      const firstOf = (axis: number): I32 =>
        i32.add(places[axis], i32.mul(taps[axis].from, i32.constant(kernelDilation[axis])));
      const first = f.let(elementAt([0, 1, 2].map(firstOf)));
      const start = f.let(elementAddress(image, first, search.bytes));
      search.begin(start);
      const planeNumber = f.let(i32.constant(0));
      forEachIn(f, taps[0], () => {
        const rowNumber = f.let(planeNumber);
        forEachIn(f, taps[1], () => {
          const number = f.let(rowNumber);
          forEachIn(f, taps[2], () => {
            search.consider(elementAddress(start, number, search.bytes), 0, number);
            advance(f, number, steps[2]);
          });
          advance(f, rowNumber, steps[1]);
        });
        advance(f, planeNumber, steps[0]);
      });
      search.store(target, first);
    },
  );
}

/** Visits the places of a window in order. */
function forEachPlace(window: Shape, body: (tap: readonly number[]) => void): void {
  for (let tap0 = 0; tap0 < window[0]; tap0++) {
    for (let tap1 = 0; tap1 < window[1]; tap1++) {
      for (let tap2 = 0; tap2 < window[2]; tap2++) body([tap0, tap1, tap2]);
    }
  }
}

/** Runs `body` for all channels, as many at once as each search takes. */
function forEachChannels(
  f: FunctionBuilder,
  searches: readonly Search[],
  count: number,
  body: (search: Search, channel: I32) => void,
): void {
  const channel = f.let(i32.constant(0));
  let rest = count;
  for (const search of searches) {
    const times = Math.floor(rest / search.channels);
    rest %= search.channels;
    if (times === 0) continue;
    countTo(f, times, () => {
      body(search, channel);
      advance(f, channel, search.channels);
    });
  }
}

/** The searches that together serve any number of channels, the wider ones first. */
function searchesOf(f: FunctionBuilder, dtype: DType): Search[] {
  const one = withScalar(dtype, (scalar) => searchOne(f, scalar));
  switch (dtype) {
    case "float32": {
      // Not "greater", so that the first NaN is better than any number.
      const isBetter = (value: V128, best: V128): V128 =>
        v128.andnot(f32x4.eq(best, best), f32x4.le(value, best));
      return [searchFour(f, isBetter), one];
    }
    case "int32":
      return [searchFour(f, i32x4.gt_s), one];
    default:
      return [one];
  }
}

/** Four channels, in the lanes of a vector. */
function searchFour(f: FunctionBuilder, isBetter: (value: V128, best: V128) => V128): Search {
  const [best, found] = [f.local("v128"), f.local("v128")];
  const everywhere = (value: I32 | number): V128 =>
    typeof value === "number" ? i32x4.constant(Array(4).fill(value)) : i32x4.splat(value);
  return {
    channels: 4,
    bytes: 4,
    begin(address) {
      f.set(best, v128.load(address));
      f.set(found, everywhere(0));
    },
    consider(address, offset, number) {
      const value = f.let(v128.load(address, offset));
      const better = f.let(isBetter(value, best));
      f.set(best, v128.bitselect(value, best, better));
      f.set(found, v128.bitselect(everywhere(number), found, better));
    },
    store(target, first) {
      const numbers = i32x4.add(i32x4.splat(first), i32x4.constant([0, 1, 2, 3]));
      f.run(v128.store(target, i32x4.add(numbers, found)));
    },
    storeNone: (target, none) => f.run(v128.store(target, everywhere(none))),
  };
}

function searchOne<T extends ValueType>(f: FunctionBuilder, scalar: Scalar<T>): Search {
  const best: Local<T> = f.let(scalar.constant(0));
  const found = f.local("i32");
  const isBetter = (value: Expression<T>): I32 => {
    const isLarger = scalar.less(best, value);
    if (scalar.isNaN === null) return isLarger;
    return i32.or(isLarger, i32.and(scalar.isNaN(value), i32.eqz(scalar.isNaN(best))));
  };
  return {
    channels: 1,
    bytes: scalar.bytes,
    begin(address) {
      f.set(best, scalar.load(address));
      f.set(found, i32.constant(0));
    },
    consider(address, offset, number) {
      const value = f.let(scalar.load(address, offset));
      f.if(isBetter(value), () => {
        f.set(best, value);
        f.set(found, typeof number === "number" ? i32.constant(number) : number);
      });
    },
    store: (target, first) => f.run(i32.store(target, i32.add(first, found))),
    storeNone: (target, none) => f.run(i32.store(target, i32.constant(none))),
  };
}
