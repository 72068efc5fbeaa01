import { describeValue } from "../arguments.ts";
import type { TypedArray } from "../dtype.ts";
import { knownContents } from "../evaluate.ts";
import { dataNode, type GraphNode } from "../graph/node.ts";
import { activeTrace } from "../graph/trace.ts";
import { applyPrimitive, build } from "../primitives/apply.ts";
import type { Shape } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { Variable } from "../variable.ts";

/** One draw further: the last word of the state counts draws, and each draw has 2³² blocks of its own. */
const nextDraw = Int32Array.of(0, 0, 0, 1);

/**
 * A stream of random numbers: Philox 4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
 * Its state is a Variable, so that a function compiled by `jit` draws anew in every call. Streams of different
 * seeds or numbers are independent.
 *
 * @example
 * ```ts
 * import { Generator, normal } from "@strata/core";
 *
 * const first = normal([3], { generator: new Generator(7) });
 * const second = normal([3], { generator: new Generator(7) });
 * console.log(first.equal(second).arraySync()); // [true, true, true]
 * ```
 */
export class Generator {
  /** Two words of key (the seed, the stream's number) and two of counter (always 0, the number of draws). */
  readonly state: Variable;

  /**
   * @param seed An integer from 0 to 2³² − 1.
   * @param stream Which of the seed's independent streams it is, an integer from 0 to 2³² − 1. Default: 0.
   * @throws RangeError for another seed or stream.
   */
  constructor(seed: number, stream = 0) {
    this.state = new Variable(stateNode(seed, stream), { name: "random state", trainable: false });
  }

  /** The seed, the stream and the number of draws, as its state says them. */
  toString(): string {
    return `Generator, ${this.state}`;
  }

  /** Starts over, as a new generator would. */
  reset(seed: number, stream = 0): void {
    this.state.assign(new Tensor(stateNode(seed, stream)));
  }

  /**
   * 32 random bits an element, as int32, and moves on.
   *
   * @param shape The shape of the result.
   */
  bits(shape: Shape): Tensor {
    // Where the state is known, what is drawn depends on numbers, and not on a Variable and all draws before.
    const known = activeTrace() ? null : knownContents(this.state.cell);
    const before = known ? stateOf(known) : this.state.node;
    const drawn = applyPrimitive("randomBits", [before], { shape: [...shape] });
    const after = known
      ? stateOf(known.map((word, index) => word + nextDraw[index]))
      : build.add(before, stateOf(nextDraw));
    this.state.assign(new Tensor(after));
    return new Tensor(drawn);
  }
}

function stateNode(seed: number, stream: number): GraphNode {
  checkWord("Generator", "seed", seed);
  checkWord("Generator", "stream", stream);
  return stateOf(Int32Array.of(seed, stream, 0, 0));
}

function stateOf(words: TypedArray): GraphNode {
  return dataNode(words, { shape: [4], dtype: "int32" });
}

/** Throws a RangeError unless it is an integer of 32 bits: beyond, two would give the same numbers. */
export function checkWord(operation: string, name: string, value: number): void {
  if (Number.isInteger(value) && value >= 0 && value < 2 ** 32) return;
  throw new RangeError(
    `${operation}: the ${name} is ${describeValue(value)}; it must be an integer from 0 to 2³² − 1`,
  );
}
