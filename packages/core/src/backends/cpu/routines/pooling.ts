import type { Routine } from "../../../compiler/program.ts";
import { sizeOf } from "../../../shape.ts";
import type { Expression, I32, V128, ValueType } from "../assembler/expression.ts";
import type { FunctionBuilder, Local } from "../assembler/function.ts";
import { f32x4, i32, i32x4, v128 } from "../assembler/instructions.ts";
import { advance, countTo, elementAddress } from "./count.ts";
import type { RoutineLowering } from "./routine.ts";
import { type Scalar, withScalar } from "./scalar.ts";
import { firstPlace, forEachIn, forEachLine, numbersOf, tapsInside, windowsOf } from "./windows.ts";

/** A search for the largest element of one window, in one channel or in several neighbouring ones. */
interface Search {
  /** How many channels it searches at once. */
  readonly channels: number;
  readonly bytes: number;
  /** Begins with the element at this address, whose channel 0 has this number in its image. */
  begin(f: FunctionBuilder, address: I32, number: I32): void;
  consider(f: FunctionBuilder, address: I32, number: I32): void;
  /** Stores the numbers of what was found. */
  store(f: FunctionBuilder, target: I32): void;
  /** Stores instead that there is nothing under the window. */
  storeNone(f: FunctionBuilder, target: I32, none: number): void;
}

export const windowArgMax: RoutineLowering = {
  functions: () => [],
  emit(routine, context) {
    const { inputs, output } = routine;
    if (sizeOf(output.shape) === 0) return;
    const { inside, parameters } = context.addFunction("windowArgMax", 2);
    const { f, address } = inside;
    const [begin, end] = parameters;
    const windows = windowsOf(routine, inputs[0].shape, numbersOf(routine, "window"));
    const { sizes, kernelDilation } = windows;
    const channels = output.shape[4];
    const imageElements = sizeOf(sizes) * channels;
    const searches = searchesOf(f, routine);
    const { bytes } = searches[0];
    const images = f.let(address(inputs[0]));
    const target = f.let(elementAddress(address(output), begin, channels * 4));
    forEachLine(f, windows, begin, end, (line) => {
      const image = f.let(elementAddress(images, line.example, imageElements * bytes));
      const ranges = [0, 1].map((axis) => tapsInside(f, windows, axis, line.first[axis]));
      const position = f.let(line.from);
      f.loopWhileBelow(position, line.to, 1, () => {
        const first = f.let(firstPlace(windows, 2, position));
        const taps = [...ranges, tapsInside(f, windows, 2, first)];
        const starts = [...line.first, first];
        const placeOf = (axis: number, tap: I32): I32 =>
          i32.add(starts[axis], i32.mul(tap, i32.constant(kernelDilation[axis])));
        const elementAt = ([place0, place1, place2]: readonly I32[], channel: I32): Local<"i32"> => {
          const row = i32.add(i32.mul(place0, i32.constant(sizes[1])), place1);
          const pixel = i32.add(i32.mul(row, i32.constant(sizes[2])), place2);
          return f.let(i32.add(i32.mul(pixel, i32.constant(channels)), channel));
        };
        const isSeen = taps.map(({ from, to }) => i32.lt_s(from, to)).reduce((a, b) => i32.and(a, b));
        const seen = f.let(isSeen);
        let rest = channels;
        const channel = f.let(i32.constant(0));
        for (const search of searches) {
          const times = Math.floor(rest / search.channels);
          rest %= search.channels;
          if (times === 0) continue;
          countTo(f, times, () => {
            f.if(
              seen,
              () => {
                const start = elementAt(
                  taps.map(({ from }, axis) => placeOf(axis, from)),
                  channel,
                );
                search.begin(f, elementAddress(image, start, bytes), start);
                forEachIn(f, taps[0], (tap0) => {
                  const place0 = f.let(placeOf(0, tap0));
                  forEachIn(f, taps[1], (tap1) => {
                    const place1 = placeOf(1, tap1);
                    const number = elementAt([place0, place1, placeOf(2, taps[2].from)], channel);
                    const at = f.let(elementAddress(image, number, bytes));
                    forEachIn(f, taps[2], () => {
                      search.consider(f, at, number);
                      advance(f, at, kernelDilation[2] * channels * bytes);
                      advance(f, number, kernelDilation[2] * channels);
                    });
                  });
                });
                search.store(f, target);
              },
              () => search.storeNone(f, target, imageElements),
            );
            advance(f, target, search.channels * 4);
            advance(f, channel, search.channels);
          });
        }
      });
    });
    context.f.invoke(f, i32.constant(0), i32.constant(sizeOf(output.shape.slice(0, 4))));
  },
};

/** The searches that together serve any number of channels, the wider ones first. */
function searchesOf(f: FunctionBuilder, { inputs: [{ dtype }] }: Routine): Search[] {
  const one = withScalar(dtype, (scalar) => searchOne(f, scalar));
  switch (dtype) {
    case "float32": {
      const isBetter = (value: V128, best: V128): V128 =>
        // Not "greater", so that the first NaN is better than any number.
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
  const numbers = (first: I32): V128 => i32x4.add(i32x4.splat(first), i32x4.constant([0, 1, 2, 3]));
  return {
    channels: 4,
    bytes: 4,
    begin(to, address, number) {
      to.set(best, v128.load(address));
      to.set(found, numbers(number));
    },
    consider(to, address, number) {
      const value = to.let(v128.load(address));
      const better = to.let(isBetter(value, best));
      to.set(best, v128.bitselect(value, best, better));
      to.set(found, v128.bitselect(numbers(number), found, better));
    },
    store: (to, target) => to.run(v128.store(target, found)),
    storeNone: (to, target, none) => to.run(v128.store(target, i32x4.splat(i32.constant(none)))),
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
    begin(to, address, number) {
      to.set(best, scalar.load(address));
      to.set(found, number);
    },
    consider(to, address, number) {
      const value = to.let(scalar.load(address));
      to.if(isBetter(value), () => {
        to.set(best, value);
        to.set(found, number);
      });
    },
    store: (to, target) => to.run(i32.store(target, found)),
    storeNone: (to, target, none) => to.run(i32.store(target, i32.constant(none))),
  };
}
