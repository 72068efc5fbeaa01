/** Calls of the rows that slide windows over images. */
import fc from "fast-check";
import type { CallDraw } from "./row-case.ts";

function windowCalls(pooling: boolean): CallDraw {
  const three = (entry: fc.Arbitrary<number>) => fc.tuple(entry, entry, entry);
  const small = fc.constantFrom(1, 1, 2, 3);
  const drawn = fc.record({
    batch: fc.constantFrom(0, 1, 2),
    sizes: three(fc.constantFrom(1, 1, 2, 3)),
    window: three(small),
    strides: three(small),
    before: three(fc.integer({ min: -1, max: 2 })),
    after: three(fc.integer({ min: -1, max: 2 })),
    inputDilation: three(pooling ? fc.constant(1) : small),
    kernelDilation: three(fc.constantFrom(1, 1, 2)),
    groups: fc.constantFrom(1, 1, 2, 5),
    channels: fc.constantFrom(1, 1, 2),
    features: fc.constantFrom(1, 1, 2),
  });
  return () =>
    drawn.map(({ batch, sizes, window, groups, channels, features, ...attributes }) => {
      const image = [batch, ...sizes, groups * channels];
      if (pooling) return { shapes: [image], attributes: { window, ...attributes } };
      return {
        shapes: [image, [...window, channels, groups * features]],
        attributes: { groups, ...attributes },
      };
    });
}

export const convolutionCalls = windowCalls(false);
export const poolingCalls = windowCalls(true);
