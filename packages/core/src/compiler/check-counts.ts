/** Backends count along each dimension in int32: what has more elements than that is refused. */
import { mostPositions, sizeOf } from "../shape.ts";
import type { Step } from "./program.ts";

/** Throws a RangeError where a step walks along more elements of one dimension than can be counted. */
export function checkCounts(steps: readonly Step[]): void {
  for (const step of steps) {
    for (const sizes of shapesOf(step)) {
      const longest = Math.max(...sizes);
      if (longest <= mostPositions || sizeOf(sizes) === 0) continue;
      const { name } = step.kind === "kernel" || step.kind === "routine" ? step : { name: step.kind };
      throw new RangeError(
        `${name}: there are ${longest} elements along one axis; ${mostPositions} can be computed with at most. ` +
          "More axes, each of no more than that, may have any number of elements together",
      );
    }
  }
}

function shapesOf(step: Step): readonly (readonly number[])[] {
  if (step.kind === "kernel") return [[...step.outer, ...step.inner]];
  return step.kind === "routine" ? step.inputs.map(({ shape }) => shape) : [];
}
