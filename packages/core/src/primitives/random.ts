/** Rows that draw random numbers. */
import { DTypeError } from "../errors.ts";
import { formatShape, sizeOf } from "../shape.ts";
import { philoxWords } from "../special/philox.ts";
import type { ShapeAttributes } from "./movement.ts";
import type { RoutinePrimitive } from "./primitive.ts";

/**
 * 32 random bits an element, as int32. The input is the state of a Philox 4x32-10 generator, int32[4]:
 * two words of key, then the two low words of the counter.
 */
const randomBits: RoutinePrimitive<ShapeAttributes> = {
  kind: "routine",
  name: "randomBits",
  arity: 1,
  drawsForEach: true,
  batch: ({ inputs, attributes: { shape }, count, apply }) => apply(inputs, { shape: [count, ...shape] }),
  infer([state], { shape }) {
    if (state.dtype !== "int32" || state.shape.length !== 1 || state.shape[0] !== 4) {
      throw new DTypeError(
        `randomBits: the state must be int32 [4], not ${state.dtype} ${formatShape(state.shape)}`,
      );
    }
    return { shape, dtype: "int32" };
  },
  vjp: null,
  evaluate([{ values: state }], { shape }, output) {
    output.values.set(philoxWords([state[0], state[1]], state[2], state[3], sizeOf(shape)));
  },
};

export const randomPrimitives = { randomBits };
