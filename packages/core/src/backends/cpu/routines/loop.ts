import type { I32 } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function.ts";
import { i32 } from "../assembler/instructions.ts";

/**
 * Runs `body` for each index of a space with these extents. It gets the addresses of the index's elements, which
 * begin at `starts` and move by `steps[dimension]` bytes along each dimension.
 */
export function forEachIndex(
  f: FunctionBuilder,
  extents: readonly number[],
  starts: readonly I32[],
  steps: readonly (readonly number[])[],
  body: (addresses: readonly I32[]) => void,
): void {
  const enter = (dimension: number, addresses: readonly I32[]): void => {
    if (dimension === extents.length) {
      body(addresses);
      return;
    }
    const moving = addresses.map((address) => f.let(address));
    const counter = f.let(i32.constant(0));
    f.loopWhileBelow(counter, i32.constant(extents[dimension]), 1, () => {
      enter(dimension + 1, moving);
      moving.forEach((address, position) => {
        const step = steps[dimension][position];
        if (step !== 0) f.set(address, i32.add(address, i32.constant(step)));
      });
    });
  };
  enter(
    0,
    starts.map((start) => f.let(start)),
  );
}
