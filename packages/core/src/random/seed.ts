import { checkCount, describeValue } from "../arguments.ts";
import { philoxWords } from "../special/philox.ts";
import { checkWord, Generator } from "./generator.ts";

/** The key of shuffles lies beside those of draws, so that the two never share numbers. */
const shuffleStream = 0x5348_4646;

let currentSeed = Math.floor(Math.random() * 2 ** 31);
let generator: Generator | null = null;

/** The generator that random functions draw from unless they are given one. */
export function defaultGenerator(): Generator {
  generator ??= new Generator(currentSeed);
  return generator;
}

/** The generator that was given, or the default one; a TypeError in `operation`'s name for anything else. */
export function chosenGenerator(operation: string, given: Generator | undefined): Generator {
  if (given === undefined) return defaultGenerator();
  if (given instanceof Generator) return given;
  throw new TypeError(`${operation}: the generator is ${describeValue(given)}; it must be a Generator`);
}

/**
 * Makes all random numbers that follow, at both tiers, reproducible. Without it every run differs.
 *
 * @param seed An integer from 0 to 2³² − 1.
 * @throws RangeError for another seed.
 *
 * @example
 * ```ts
 * import { normal, setSeed } from "@strata/core";
 *
 * setSeed(1);
 * const first = normal([2]).arraySync();
 * setSeed(1);
 * console.log(JSON.stringify(first) === JSON.stringify(normal([2]).arraySync())); // true
 * ```
 */
export function setSeed(seed: number): void {
  checkCount("setSeed", arguments, 1);
  checkWord("setSeed", "seed", seed);
  currentSeed = seed;
  defaultGenerator().reset(seed);
}

/**
 * The integers 0 to count − 1 in an order that depends on the seed and on `round` alone: the order of an epoch,
 * which is the same when a run is resumed.
 *
 * @param count How many.
 * @param round Which of the seed's orders: the index of the epoch, an integer from 0 to 2³² − 1.
 * @throws RangeError for another count or round.
 *
 * @example
 * ```ts
 * import { shuffledIndices } from "@strata/core";
 *
 * console.log(shuffledIndices(4, 1).length); // 4
 * ```
 */
export function shuffledIndices(count: number, round: number): Int32Array {
  checkCount("shuffledIndices", arguments, 2);
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new RangeError(`shuffledIndices: the count is ${count}; it must be an integer of at least 0`);
  }
  checkWord("shuffledIndices", "round", round);
  const words = shuffleWords({ round, count });
  const indices = Int32Array.from({ length: count }, (_, index) => index);
  // Fisher and Yates, from the end.
  for (let last = count - 1; last > 0; last--) {
    const chosen = Math.floor((words[last] / 2 ** 32) * (last + 1));
    [indices[last], indices[chosen]] = [indices[chosen], indices[last]];
  }
  return indices;
}

/** The seed of `setSeed`, or the one that was drawn at the start. */
export function seedNow(): number {
  return currentSeed;
}

/** Which words of the stream of shuffles. */
export interface ShuffleWords {
  /** The seed; that of `setSeed` by default. */
  readonly seed?: number | null;
  /** Which of the seed's orders. */
  readonly round: number;
  /** The number of words before the first, a multiple of 4. Default: 0. */
  readonly start?: number;
  /** How many. */
  readonly count: number;
}

/** Random integers from 0 to 2³² − 1, of which shuffles are made: the same for the same seed and round. */
export function shuffleWords({ seed, round, start = 0, count }: ShuffleWords): Uint32Array {
  const key = [(seed ?? currentSeed) | 0, shuffleStream] as const;
  return new Uint32Array(philoxWords(key, start / 4, round | 0, count).buffer);
}
