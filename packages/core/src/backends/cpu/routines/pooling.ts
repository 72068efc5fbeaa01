import { sizeOf } from "../../../shape.ts";
import { i32 } from "../assembler/instructions.ts";
import { advance, countTo, elementAddress } from "./count.ts";
import type { RoutineLowering } from "./routine.ts";
import { withScalar } from "./scalar.ts";
import { forEachTap, numbersOf, placeOf, windowsOf } from "./windows.ts";

export const windowArgMax: RoutineLowering = {
  functions: () => [],
  emit(routine, { f, address }) {
    const { inputs, output } = routine;
    if (sizeOf(output.shape) === 0) return;
    const windows = windowsOf(routine, numbersOf(routine, "window"));
    const { sizes } = windows;
    const channels = output.shape[4];
    const imageElements = sizeOf(sizes) * channels;
    const nothing = () => undefined;
    withScalar(inputs[0].dtype, (scalar) => {
      const images = f.let(address(inputs[0]));
      const target = f.let(address(output));
      const best = f.let(scalar.constant(0));
      const [found, line] = [f.local("i32"), f.local("i32")];
      countTo(f, sizeOf(output.shape.slice(0, 4)), (row) => {
        const { example, first } = placeOf(f, row, windows);
        const image = f.let(elementAddress(images, example, imageElements * scalar.bytes));
        countTo(f, channels, (channel) => {
          f.set(found, i32.constant(imageElements));
          const visit = (element: typeof line): void => {
            const pixel = i32.add(i32.mul(line, i32.constant(sizes[2])), element);
            const at = f.let(i32.add(i32.mul(pixel, i32.constant(channels)), channel));
            const value = f.let(scalar.load(elementAddress(image, at, scalar.bytes)));
            let isBetter = i32.or(i32.eq(found, i32.constant(imageElements)), scalar.less(best, value));
            if (scalar.isNaN) {
              isBetter = i32.or(isBetter, i32.and(scalar.isNaN(value), i32.eqz(scalar.isNaN(best))));
            }
            f.if(isBetter, () => {
              f.set(best, value);
              f.set(found, at);
            });
          };
          const visitLine = (row0: typeof line) => (row1: typeof line) => {
            f.set(line, i32.add(i32.mul(row0, i32.constant(sizes[1])), row1));
            forEachTap(f, windows, 2, first[2], visit, nothing);
          };
          const visitPlane = (row0: typeof line) =>
            forEachTap(f, windows, 1, first[1], visitLine(row0), nothing);
          forEachTap(f, windows, 0, first[0], visitPlane, nothing);
          f.run(i32.store(target, found));
          advance(f, target, 4);
        });
      });
    });
  },
};
