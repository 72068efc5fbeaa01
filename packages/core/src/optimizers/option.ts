/** Options of optimizers and schedules, each stated once: what it accepts, and its default. */
import { describeValue, readOptions } from "../arguments.ts";

/** An option that has to be given. */
export interface OptimizerOption<Value> {
  /** A description of the accepted values that follows "it must be". */
  readonly rule: string;
  /** Whether a value is accepted. */
  readonly accepts: (value: unknown) => value is Value;
}

/** An option that may be left out. */
export interface DefaultedOption<Value> extends OptimizerOption<Value> {
  /** The value where it is left out. */
  readonly default: Value;
}

/** The options of a class, by name. */
export type OptionTable = Readonly<Record<string, OptimizerOption<unknown>>>;

/** The values of all options of a table. */
export type OptionValues<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends OptimizerOption<infer Value> ? Value : never;
};

type DefaultedNames<Table> = {
  [Name in keyof Table]: Table[Name] extends DefaultedOption<unknown> ? Name : never;
}[keyof Table];

/** The argument for a table's options, where each has a default. */
export type OptionalValues<Table> = Partial<OptionValues<Table>>;

/** The argument for a table's options: those without a default, and if wished the others. */
export type GivenValues<Table> = OptionalValues<Pick<Table, DefaultedNames<Table>>> &
  OptionValues<Omit<Table, DefaultedNames<Table>>>;

/** A row of a table: what the option accepts, and what holds where it is left out. */
export function option<Value>(
  kind: OptimizerOption<Value>,
  fallback: NoInfer<Value>,
): DefaultedOption<Value> {
  return { rule: kind.rule, accepts: kind.accepts, default: fallback };
}

/** A kind of option that also takes null. */
export function orNull<Value>(kind: OptimizerOption<Value>): OptimizerOption<Value | null> {
  return {
    rule: `${kind.rule}, or null`,
    accepts: (value): value is Value | null => value === null || kind.accepts(value),
  };
}

function numberThat(rule: string, holds: (value: number) => boolean): OptimizerOption<number> {
  return { rule, accepts: (value): value is number => typeof value === "number" && holds(value) };
}

export const finiteNumber = numberThat("a finite number", Number.isFinite);
export const notNegative = numberThat(
  "a finite number of at least 0",
  (value) => value >= 0 && value < Infinity,
);
export const positive = numberThat("a finite number above 0", (value) => value > 0 && value < Infinity);
export const limit = numberThat("above 0", (value) => value > 0);
export const fraction = numberThat("from 0 to 1", (value) => value >= 0 && value <= 1);
export const decayRate = numberThat("at least 0 and below 1", (value) => value >= 0 && value < 1);
export const positiveFraction = numberThat("above 0 and at most 1", (value) => value > 0 && value <= 1);
export const negative = numberThat("below 0", (value) => value < 0);
export const notPositive = numberThat("at most 0", (value) => value <= 0);

export function atLeast(least: number): OptimizerOption<number> {
  return numberThat(`a finite number of at least ${least}`, (value) => value >= least && value < Infinity);
}

export function integerFrom(least: number): OptimizerOption<number> {
  return numberThat(`an integer of at least ${least}`, (value) => Number.isInteger(value) && value >= least);
}

export const flag: OptimizerOption<boolean> = {
  rule: "true or false",
  accepts: (value) => typeof value === "boolean",
};

export const text: OptimizerOption<string> = {
  rule: "a text",
  accepts: (value) => typeof value === "string",
};

/** A regular expression, as a text. */
export const pattern: OptimizerOption<string> = {
  rule: "a regular expression",
  accepts: (value): value is string => typeof value === "string" && isRegularExpression(value),
};

function isRegularExpression(source: string): boolean {
  try {
    return new RegExp(source) instanceof RegExp;
  } catch {
    return false;
  }
}

export function listOf<Value>(
  plural: string,
  kind: OptimizerOption<Value>,
): OptimizerOption<readonly Value[]> {
  return {
    rule: `an array of ${plural}`,
    accepts: (value): value is readonly Value[] => Array.isArray(value) && value.every(kind.accepts),
  };
}

/** Throws a RangeError in `owner`'s name if the option does not accept the value. */
export function checkOption(
  owner: string,
  name: string,
  kind: OptimizerOption<unknown>,
  value: unknown,
): void {
  if (kind.accepts(value)) return;
  throw new RangeError(`${owner}: ${name} is ${describeValue(value)}; it must be ${kind.rule}`);
}

/**
 * The values of all options, from the arguments of a constructor: some of them by position, the others in an object
 * behind them, or all of them in one object.
 *
 * @param owner The class that is made, for the messages.
 * @param table Its options.
 * @param positional Those that are taken by position, in order.
 * @param given The arguments.
 * @throws RangeError for an unknown option, one that is missing, and a value that is not accepted.
 * @throws TypeError for arguments too many.
 */
export function resolveOptions(
  owner: string,
  table: OptionTable,
  positional: readonly string[],
  given: readonly unknown[],
): OptionValues<OptionTable> {
  const named = readArguments(owner, table, positional, given);
  return Object.fromEntries(
    Object.entries(table).map(([name, kind]) => {
      const value = named[name] === undefined && "default" in kind ? kind.default : named[name];
      checkOption(owner, name, kind, value);
      return [name, value];
    }),
  );
}

function readArguments(
  owner: string,
  table: OptionTable,
  positional: readonly string[],
  given: readonly unknown[],
): Readonly<Record<string, unknown>> {
  const object = given.findIndex(isPlainObject);
  const leading = object < 0 ? given : given.slice(0, object);
  if (leading.length > positional.length || (object >= 0 && object < given.length - 1)) {
    const names = positional.map((name) => `${name}, `).join("");
    throw new TypeError(
      `${owner}: ${given.length} arguments, ${given.map(describeValue).join(", ")}; accepted are (${names}options) and (options)`,
    );
  }
  const options = readOptions(owner, object < 0 ? {} : Object(given[object]), Object.keys(table));
  const byPosition = Object.fromEntries(leading.map((value, index) => [positional[index], value]));
  const twice = leading.findIndex((value, index) => value !== undefined && positional[index] in options);
  if (twice >= 0) {
    throw new RangeError(
      `${owner}: ${positional[twice]} was given twice, by position and as an option; give it once`,
    );
  }
  return { ...byPosition, ...options };
}

/** Whether the value is a literal's object, of any realm, and no instance of a class. */
function isPlainObject(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
