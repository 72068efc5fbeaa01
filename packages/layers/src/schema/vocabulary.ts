/** The options of plain values: numbers, texts, choices, sizes. */
import type { DType } from "@strata/core";
import { dtypes, isDType } from "@strata/core/internal";
import { type SnakeCase, toCamelCase, toSnakeCase } from "../utilities/names.ts";
import type { SymbolicShape } from "../utilities/shapes.ts";
import { type Option, option } from "./option.ts";

const isNumber = (value: unknown): value is number => typeof value === "number" && !Number.isNaN(value);

/** A whole number from 1 on. */
export const positiveInteger = integerWhere("a positive integer", (value) => value > 0);

/** A whole number from 0 on. */
export const naturalNumber = integerWhere("an integer of at least 0", (value) => value >= 0);

/** A whole number. */
export const integer = integerWhere("an integer", () => true);

/** Any number. */
export const number = numberWhere("a number", () => true);

/** A number above 0. */
export const positiveNumber = numberWhere("a positive number", (value) => value > 0);

/** A number of at least 0. */
export const nonNegativeNumber = numberWhere("a number of at least 0", (value) => value >= 0);

/** A number from 0 to 1. */
export const fraction = numberWhere("a number from 0 to 1", (value) => value >= 0 && value <= 1);

/** A number from 0 on that is less than 1. */
export const fractionBelowOne = numberWhere(
  "a number of at least 0 and below 1",
  (value) => value >= 0 && value < 1,
);

/** Yes or no. */
export const boolean = option<boolean>({
  accepted: "true or false",
  read: (given) => (typeof given === "boolean" ? given : undefined),
  write: (value) => value,
});

/** A text. */
export const text = option<string>({
  accepted: "a string",
  read: (given) => (typeof given === "string" ? given : undefined),
  write: (value) => value,
});

/** A list of texts. */
export const texts = textsWhere("an array of strings", () => true);

/** A seed of random numbers: a whole number, or null for the common stream of `setSeed`. */
export function seed(): Option<number | null, number | null, false> {
  return integer().orNull();
}

/**
 * A list of texts that a rule of its own accepts.
 *
 * @param accepted The rule in words that follow "it must be".
 * @param holds Whether a list keeps the rule.
 *
 * @example
 * ```ts
 * import { options } from "@strata/layers";
 *
 * const names = options.textsWhere("two names", ({ length }) => length === 2)().orNull();
 * console.log(names.read("Pair", "names", ["x", "y"])); // ["x", "y"]
 * ```
 */
export function textsWhere(accepted: string, holds: (texts: readonly string[]) => boolean) {
  return option<readonly string[]>({
    accepted,
    read: (given) => (areTexts(given) && holds(given) ? given : undefined),
    write: (value) => value,
  });
}

function areTexts(given: unknown): given is readonly string[] {
  return Array.isArray(given) && given.every((each) => typeof each === "string");
}

/** A number that a rule of its own accepts. */
export function numberWhere(accepted: string, holds: (value: number) => boolean) {
  return option<number>({
    accepted,
    read: (given) => (isNumber(given) && holds(given) ? given : undefined),
    write: (value) => value,
  });
}

/** A whole number that a rule of its own accepts. */
export function integerWhere(accepted: string, holds: (value: number) => boolean) {
  return numberWhere(accepted, (value) => Number.isInteger(value) && holds(value));
}

/** One of some names, in camelCase or in Keras's snake_case; kept in camelCase. */
export function choice<const Name extends string>(names: readonly Name[]) {
  return option<Name, Name | SnakeCase<Name>>({
    accepted: names.map((name) => JSON.stringify(name)).join(" or "),
    read: (given) => {
      if (typeof given !== "string") return undefined;
      return names.find(
        (name) => name === given || name === toCamelCase(given) || toSnakeCase(name) === given,
      );
    },
    write: (value) => toSnakeCase(value),
  });
}

/** Sizes for each of `count` dimensions, or one number for all of them. */
export function perDimension<Count extends number>(count: Count, lowest = 1) {
  return option<readonly number[], number | readonly number[]>({
    accepted: `an integer of at least ${lowest}, or an array of ${count} of them`,
    read: (given) => {
      const sizes = typeof given === "number" ? new Array<number>(count).fill(given) : given;
      const fits = Array.isArray(sizes) && sizes.length === count;
      return fits && sizes.every((size) => Number.isInteger(size) && size >= lowest) ? sizes : undefined;
    },
    write: (value) => value,
  });
}

/** How many elements before and after an axis, for one axis or several. */
export type Sides = readonly (readonly [before: number, after: number])[];

/** The argument of {@link sides}: a count for all sides; or for each axis a count, or [before, after]. */
export type SidesLike = number | readonly (number | readonly [before: number, after: number])[];

/** Counts before and after each of `count` axes; of one axis as [before, after]. */
export function sides(count: number) {
  const isCount = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0;
  const pairOf = (value: unknown): readonly [number, number] | undefined => {
    const [before, after, ...more] = Array.isArray(value) ? value : [value, value];
    return isCount(before) && isCount(after) && more.length === 0 ? [before, after] : undefined;
  };
  return option<Sides, SidesLike>({
    accepted:
      count === 1
        ? "an integer of at least 0, or [before, after]"
        : `an integer of at least 0, or an array of ${count} of them or of pairs [before, after]`,
    read: (given) => {
      const isWhole = !Array.isArray(given) || (count === 1 && given.length === 2);
      const parts = isWhole ? new Array<unknown>(count).fill(given) : given;
      const pairs = parts.map(pairOf).filter((pair) => pair !== undefined);
      return parts.length === count && pairs.length === count ? pairs : undefined;
    },
    write: (value) => (count === 1 ? value[0] : value),
  });
}

const isIntegers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.length > 0 && value.every(Number.isInteger);

/** One axis or several, as an array. */
export const axisList = option<readonly number[], number | readonly number[]>({
  accepted: "an integer, or an array of integers",
  read: (given) => {
    const list = Array.isArray(given) ? given : [given];
    return isIntegers(list) ? list : undefined;
  },
  write: (value) => value,
});

/** A shape, with null for dimensions of any size. */
export const shape = option<SymbolicShape>({
  accepted: "an array of positive integers, or null where any size is taken",
  read: (given) => {
    if (!Array.isArray(given)) return undefined;
    return given.every((size) => size === null || (Number.isInteger(size) && size > 0)) ? given : undefined;
  },
  write: (value) => value,
});

/** An axis or several, counted from the end if negative. */
export const axes = option<number | readonly number[]>({
  accepted: "an integer, or an array of integers",
  read: (given) => {
    if (Array.isArray(given)) return given.every(Number.isInteger) ? given : undefined;
    return typeof given === "number" && Number.isInteger(given) ? given : undefined;
  },
  write: (value) => value,
});

/** A list of numbers. */
export const numbers = option<readonly number[]>({
  accepted: "an array of numbers",
  read: (given) => (Array.isArray(given) && given.every(isNumber) ? given : undefined),
  write: (value) => value,
});

/** A dtype of tensors. */
export const dtype = option<DType>({
  accepted: `a dtype (${dtypes.map((name) => JSON.stringify(name)).join(", ")})`,
  read: (given) => (isDType(given) ? given : undefined),
  write: (value) => value,
});

/** The place of the channels in the shape of images. */
export const dataFormat = choice(["channelsLast", "channelsFirst"]);
