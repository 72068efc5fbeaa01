/** Checks of arguments of any kind, in the name of the function that was called. */
import { describeOtherCopy, isOurs } from "./copies.ts";
import { unknownName } from "./errors.ts";
import { nameOfView } from "./typed-arrays.ts";

/** A value of any kind as a message shows it, in few words. */
export function describeValue(value: unknown): string {
  return describeWithin(value, 2);
}

/** Longer values are described by their kind. */
const mostItems = 8;

function describeWithin(value: unknown, levels: number): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return value.name === "" ? "a function" : `the function ${value.name}`;
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) {
    if (levels === 0 || value.length > mostItems) return `an array of ${value.length}`;
    return `[${value.map((item) => describeWithin(item, levels - 1)).join(", ")}]`;
  }
  if (ArrayBuffer.isView(value)) {
    return `${withArticle(nameOfView(value))}${"length" in value ? ` of ${value.length}` : ""}`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  // The prototype of objects in another realm has another identity, and no prototype itself either.
  const isPlain =
    typeof prototype !== "object" || prototype === null || Object.getPrototypeOf(prototype) === null;
  if (isPlain) {
    const members = Object.entries(value);
    if (levels === 0 || members.length > mostItems) return "an object";
    if (members.length === 0) return "{}";
    return `{ ${members.map(([name, item]) => `${name}: ${describeWithin(item, levels - 1)}`).join(", ")} }`;
  }
  const name = withArticle(value.constructor.name || "value of a class without a name");
  if (isOurs(value) && "dtype" in value && "shape" in value && Array.isArray(value.shape)) {
    return `${name} ${value.dtype} [${value.shape.join(", ")}]`;
  }
  const otherCopy = describeOtherCopy(value);
  if (otherCopy !== null) return `${name} of ${otherCopy}`;
  if (typeof Reflect.get(value, "then") === "function") return `${name}, which must be awaited`;
  return name;
}

function withArticle(name: string): string {
  return `${/^[AEIOU]/i.test(name) ? "an" : "a"} ${name}`;
}

/** Throws a TypeError in `operation`'s name for what is no function. */
export function checkFunction(operation: string, name: string, value: unknown): void {
  if (typeof value === "function") return;
  throw new TypeError(`${operation}: ${name} is ${describeValue(value)}; it must be a function`);
}

/** Throws a RangeError for NaN and for what is no number. */
export function checkNumber(operation: string, name: string, value: number): void {
  if (typeof value === "number" && !Number.isNaN(value)) return;
  throw new RangeError(`${operation}: ${name} is ${describeValue(value)}; it must be a number`);
}

/** Throws a TypeError for what is neither true nor false, as an object of options in the place of a flag. */
export function checkFlag(
  operation: string,
  name: string,
  value: unknown,
): asserts value is boolean | undefined {
  if (value === undefined || typeof value === "boolean") return;
  throw new TypeError(
    `${operation}: ${name} is ${describeValue(value)}; it must be true or false${byPosition(value)}`,
  );
}

/** Advice for those who gave options where an argument has its place. */
export function byPosition(value: unknown): string {
  const isOptions = typeof value === "object" && value !== null && !Array.isArray(value);
  return isOptions ? ", in its place and not in an object" : "";
}

/**
 * Throws a TypeError in `operation`'s name for more arguments than it takes, which would be ignored. What `map` and `reduce`
 * of arrays append, the index and the array, is no mistake: `tensors.reduce(add)`.
 */
export function checkCount(operation: string, given: ArrayLike<unknown>, most: number): void {
  if (given.length <= most) return;
  const [index, list] = [given[most], given[most + 1]];
  const isCallback =
    given.length === most + 2 &&
    typeof index === "number" &&
    Array.isArray(list) &&
    list[index] === given[most - 1];
  if (isCallback) return;
  const extra = Array.from(given).slice(most).map(describeValue).join(", ");
  throw new TypeError(
    `${operation}: takes ${most} ${most === 1 ? "argument" : "arguments"}, and was also given ${extra}`,
  );
}

/** Throws a TypeError for what is no array. */
export function checkList(operation: string, name: string, value: readonly unknown[]): void {
  if (Array.isArray(value)) return;
  throw new TypeError(`${operation}: ${name} is ${describeValue(value)}; it must be an array`);
}

/**
 * The options as they were given.
 *
 * @param flags Those of the accepted options that are true or false.
 * @throws RangeError for an unknown option, since a misspelt one would be ignored.
 * @throws TypeError for a flag that is neither true nor false.
 */
export function readOptions<Options extends object>(
  operation: string,
  options: Options,
  accepted: readonly (keyof Options & string)[],
  flags: readonly (keyof Options & string)[] = [],
): Options {
  if (typeof options !== "object" || options === null || Array.isArray(options) || isOurs(options)) {
    throw new TypeError(
      `${operation}: the options are ${describeValue(options)}; they must be an object, as { ${accepted[0]}: … }`,
    );
  }
  const names: readonly string[] = accepted;
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) {
    for (const flag of flags) checkFlag(operation, flag, options[flag]);
    return options;
  }
  throw unknownName(operation, unknown, "option", names);
}

/**
 * The result of `Symbol.toPrimitive`: the text in templates and for `String`, and an error for arithmetic and comparisons,
 * which would be done with that text.
 */
export function textOrRefusal(text: () => string, hint: string): string {
  if (hint === "string") return text();
  throw new TypeError(
    "JavaScript's operators do not compute with tensors: call add, sub, mul, div, less, equal …, or item() for the number " +
      "of a tensor with one element",
  );
}
