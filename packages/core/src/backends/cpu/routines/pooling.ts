import { bytesPerElement, type DType } from "../../../dtype.ts";
import { sizeOf } from "../../../shape.ts";
import type { I32, V128 } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function.ts";
import { f32x4, i32, i32x4, v128 } from "../assembler/instructions.ts";
import { advance, countTo, elementAddress } from "./count.ts";
import type { RoutineLowering } from "./routine.ts";
import { withScalar } from "./scalar.ts";
import { forEachTap, numbersOf, placeOf, windowsOf } from "./windows.ts";

/** The largest element so far of one channel, or of neighbouring ones, and where it was found. */
interface Search {
  /** How many channels it looks at. */
  readonly channels: number;
  /** Begins with nothing found, which is `nowhere`. */
  start(nowhere: number): void;
  /** Looks at the elements at an address, whose number is `at`. */
  visit(address: I32, at: I32): void;
  /** Writes the numbers of the elements found. */
  store(target: I32): void;
}

export const windowArgMax: RoutineLowering = {
  functions: () => [],
  emit(routine, { f, address }) {
    const { inputs, output } = routine;
    if (sizeOf(output.shape) === 0) return;
    const windows = windowsOf(routine, numbersOf(routine, "window"));
    const { sizes } = windows;
    const channels = output.shape[4];
    const imageElements = sizeOf(sizes) * channels;
    const { dtype } = inputs[0];
    const bytes = bytesPerElement(dtype);
    const images = f.let(address(inputs[0]));
    const target = f.let(address(output));
    const line = f.local("i32");
    const nothing = () => undefined;
    countTo(f, sizeOf(output.shape.slice(0, 4)), (row) => {
      const { example, first } = placeOf(f, row, windows);
      const image = f.let(elementAddress(images, example, imageElements * bytes));
      const channel = f.let(i32.constant(0));
      const searchWith = (search: Search): void => {
        search.start(imageElements);
        const visit = (element: I32): void => {
          const pixel = i32.add(i32.mul(line, i32.constant(sizes[2])), element);
          const at = f.let(i32.add(i32.mul(pixel, i32.constant(channels)), channel));
          search.visit(elementAddress(image, at, bytes), at);
        };
        const visitLine = (row0: I32) => (row1: I32) => {
          f.set(line, i32.add(i32.mul(row0, i32.constant(sizes[1])), row1));
          forEachTap(f, windows, 2, first[2], visit, nothing);
        };
        const visitPlane = (row0: I32) => forEachTap(f, windows, 1, first[1], visitLine(row0), nothing);
        forEachTap(f, windows, 0, first[0], visitPlane, nothing);
        search.store(target);
        advance(f, target, 4 * search.channels);
      };
      const vector = vectorSearch(f, dtype);
      const whole = vector === null ? 0 : channels - (channels % vector.channels);
      const searchUntil = (end: number, search: Search): void =>
        f.loopWhileBelow(channel, i32.constant(end), search.channels, () => searchWith(search));
      if (vector && whole > 0) searchUntil(whole, vector);
      if (whole < channels) searchUntil(channels, scalarSearch(f, dtype));
    });
  },
};

function scalarSearch(f: FunctionBuilder, dtype: DType): Search {
  return withScalar(dtype, (scalar): Search => {
    const best = f.let(scalar.constant(0));
    const found = f.local("i32");
    let none = i32.constant(0);
    return {
      channels: 1,
      start(nowhere) {
        none = i32.constant(nowhere);
        f.set(found, none);
      },
      visit(address, at) {
        const value = f.let(scalar.load(address));
        let isBetter = i32.or(i32.eq(found, none), scalar.less(best, value));
        if (scalar.isNaN) {
          isBetter = i32.or(isBetter, i32.and(scalar.isNaN(value), i32.eqz(scalar.isNaN(best))));
        }
        f.if(isBetter, () => {
          f.set(best, value);
          f.set(found, at);
        });
      },
      store: (target) => f.run(i32.store(target, found)),
    };
  });
}

/** A search of as many channels as a vector has, for elements as wide as the numbers; null for others. */
function vectorSearch(f: FunctionBuilder, dtype: DType): Search | null {
  if (dtype !== "float32" && dtype !== "int32") return null;
  const less = dtype === "float32" ? f32x4.lt : i32x4.lt_s;
  const isNaN = (value: V128): V128 => f32x4.ne(value, value);
  const [best, found] = [f.local("v128"), f.local("v128")];
  let none = splat(0);
  return {
    channels: 4,
    start(nowhere) {
      none = splat(nowhere);
      f.set(found, none);
    },
    visit(address, at) {
      const value = f.let(v128.load(address));
      let isBetter = v128.or(i32x4.eq(found, none), less(best, value));
      if (dtype === "float32") isBetter = v128.or(isBetter, v128.andnot(isNaN(value), isNaN(best)));
      const chosen = f.let(isBetter);
      const numbers = i32x4.add(i32x4.splat(at), i32x4.constant([0, 1, 2, 3]));
      f.set(best, v128.bitselect(value, best, chosen));
      f.set(found, v128.bitselect(numbers, found, chosen));
    },
    store: (target) => f.run(v128.store(target, found)),
  };
}

function splat(value: number): V128 {
  return i32x4.constant([value, value, value, value]);
}
