/** Sizes that follow those of the inputs. */
import { EvaluationError } from "../errors.ts";

/** A size of the inputs that differs from run to run. */
export interface UnknownSize {
  /** Its name in the file: `"batch"`. */
  readonly name: string;
  /** The input that it is read from, by its place, and the axis there. */
  readonly input: number;
  readonly axis: number;
}

/** A term of a formula: a number times some of the unknown sizes, by their places, in order. */
export interface Term {
  readonly factor: number;
  readonly unknowns: readonly number[];
}

/** A sum of products of unknown sizes. */
export class SizeFormula {
  readonly terms: readonly Term[];

  constructor(terms: readonly Term[]) {
    this.terms = terms;
  }

  /** The same for formulas that give the same sizes. */
  get key(): string {
    return this.terms.map(({ factor, unknowns }) => [factor, ...unknowns].join("·")).join("+");
  }
}

/** A known size, or a formula. */
export type Size = number | SizeFormula;

/** An attribute with a formula in place of each number that follows the inputs. */
export type Symbolic<T> = T extends number
  ? Size
  : T extends readonly (infer Element)[]
    ? readonly Symbolic<Element>[]
    : T extends string | boolean | null
      ? T
      : { readonly [Name in keyof T]: Symbolic<T[Name]> };

/** An attribute's value, whatever attribute it is. */
export type SymbolicValue = Size | string | boolean | null | readonly SymbolicValue[];

/** Attributes by name. */
export type SymbolicAttributes = { readonly [name: string]: SymbolicValue };

export function sameSize(one: Size, other: Size): boolean {
  if (typeof one === "number" || typeof other === "number") return one === other;
  return one.key === other.key;
}

export function sameSizes(one: readonly Size[], other: readonly Size[]): boolean {
  return one.length === other.length && one.every((size, axis) => sameSize(size, other[axis]));
}

/** `factor · size`. */
export function scaled(size: Size, factor: number): Size {
  if (typeof size === "number") return size * factor;
  return simplified(size.terms.map((term) => ({ ...term, factor: term.factor * factor })));
}

/** The sum of two sizes. */
export function plus(one: Size, other: Size): Size {
  if (typeof one === "number" && typeof other === "number") return one + other;
  const sums = new Map<string, Term>();
  for (const { factor, unknowns } of [...termsOf(one), ...termsOf(other)]) {
    const key = unknowns.join();
    sums.set(key, { factor: factor + (sums.get(key)?.factor ?? 0), unknowns });
  }
  return simplified([...sums.values()]);
}

function termsOf(size: Size): readonly Term[] {
  return typeof size === "number" ? [{ factor: size, unknowns: [] }] : size.terms;
}

/** The number; an error that says what must not follow the inputs otherwise. */
export function known(size: Size, what: string): number {
  if (typeof size === "number") return size;
  throw new EvaluationError(`${what} follows a size that is not known; ONNX takes a number there`);
}

export function knownSizes(sizes: readonly Size[], what: string): number[] {
  return sizes.map((size) => known(size, what));
}

function simplified(terms: readonly Term[]): Size {
  const kept = terms.filter(({ factor }) => factor !== 0);
  if (kept.every(({ unknowns }) => unknowns.length === 0)) return kept[0]?.factor ?? 0;
  return new SizeFormula(kept);
}

/** For each unknown two sizes to fit formulas with, and one to check them. */
const samples = [
  [11, 13, 17],
  [19, 23, 29],
  [31, 37, 41],
] as const;

/** More would take too many traces: each doubles them. */
export const mostUnknowns = samples.length;

/**
 * Sizes for the unknown ones, a list for each trace of a model: every combination of two, by which a formula is found, and
 * another, by which it is checked. They are primes, so that formulas do not agree by chance.
 */
export function sampledSizes(unknowns: number): readonly (readonly number[])[] {
  const chosen = samples.slice(0, unknowns);
  if (unknowns === 0) return [[]];
  const combinations = Array.from({ length: 2 ** unknowns }, (_, combination) =>
    chosen.map((sizes, place) => sizes[(combination >> place) & 1]),
  );
  return [...combinations, chosen.map(([, , checking]) => checking)];
}

/** The formula of a number of the model, from its values in the traces of {@link sampledSizes}; null if it is no formula. */
export function fitSize(values: readonly number[], unknowns: number): Size | null {
  const [first] = values;
  if (values.every((value) => Object.is(value, first))) return first;
  // Along each unknown in turn, values at two sizes become an intercept and a slope.
  const coefficients = values.slice(0, -1);
  for (let place = 0; place < unknowns; place++) {
    const [low, high] = samples[place];
    const bit = 1 << place;
    for (let index = 0; index < coefficients.length; index++) {
      if ((index & bit) !== 0) continue;
      const slope = (coefficients[index | bit] - coefficients[index]) / (high - low);
      coefficients[index] -= slope * low;
      coefficients[index | bit] = slope;
    }
  }
  if (!coefficients.every(Number.isInteger)) return null;
  const terms = coefficients.map((factor, index) => ({
    factor,
    unknowns: Array.from({ length: unknowns }, (_, place) => place).filter((place) => (index >> place) & 1),
  }));
  const product = (places: readonly number[]): number =>
    places.reduce((total, place) => total * samples[place][2], 1);
  const checked = terms.reduce((sum, { factor, unknowns: places }) => sum + factor * product(places), 0);
  return checked === values[values.length - 1] ? simplified(terms) : null;
}
