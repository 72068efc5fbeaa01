/** Calls of the rows that slide windows over images. */
import fc from "fast-check";
import { windowCounts } from "../convolution.ts";
import type { CallDraw } from "./row-case.ts";

const three = (entry: fc.Arbitrary<number>) => fc.tuple(entry, entry, entry);
const small = fc.constantFrom(1, 1, 2, 3);
const drawn = fc.record({
  batch: fc.constantFrom(0, 1, 2),
  sizes: three(fc.constantFrom(1, 1, 2, 3, 5)),
  window: three(small),
  strides: three(small),
  before: three(fc.integer({ min: -1, max: 2 })),
  after: three(fc.integer({ min: -1, max: 2 })),
  kernelDilation: three(fc.constantFrom(1, 1, 2)),
  groups: fc.constantFrom(1, 1, 2, 5),
  channels: fc.constantFrom(1, 1, 2, 3),
  features: fc.constantFrom(1, 1, 2, 5),
});

/** The result of a convolution and what it is made of. */
type Role = "image" | "kernel" | "result";

/** Calls with two of the three as inputs, and as an attribute what the shape of the third needs. */
function convolutionCallsOf(first: Role, second: Role): CallDraw {
  return () =>
    drawn.map(({ batch, sizes, window, groups, channels, features, ...windows }) => {
      const counts = windowCounts(sizes, window, windows);
      const shapes = {
        image: [batch, ...sizes, groups * channels],
        kernel: [...window, channels, groups * features],
        result: [batch, ...counts, groups * features],
      };
      const attributes = { groups, ...windows };
      const given: Role[] = [first, second];
      if (!given.includes("image"))
        return { shapes: [shapes[first], shapes[second]], attributes: { ...attributes, sizes } };
      if (!given.includes("kernel"))
        return { shapes: [shapes[first], shapes[second]], attributes: { ...attributes, window } };
      return { shapes: [shapes[first], shapes[second]], attributes };
    });
}

export const convolutionCalls = convolutionCallsOf("image", "kernel");
export const imageGradientCalls = convolutionCallsOf("result", "kernel");
export const kernelGradientCalls = convolutionCallsOf("image", "result");

export const poolingCalls: CallDraw = () =>
  drawn.map(({ batch, sizes, groups, channels, features: _, ...attributes }) => ({
    shapes: [[batch, ...sizes, groups * channels]],
    attributes,
  }));
