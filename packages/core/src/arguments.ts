/** Checks of arguments of any kind, in the name of the function that was called. */

/** A value of any kind as a message shows it, in few words. */
export function describeValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null)
    return `a value of type ${value.constructor?.name ?? "Object"}`;
  return String(value);
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

/** Throws a TypeError for what is no array. */
export function checkList(operation: string, name: string, value: readonly unknown[]): void {
  if (Array.isArray(value)) return;
  throw new TypeError(`${operation}: ${name} is ${describeValue(value)}; it must be an array`);
}

/**
 * The options as they were given.
 *
 * @throws RangeError for an option that there is not, since a misspelt one would be ignored.
 */
export function readOptions<Options extends object>(
  operation: string,
  options: Options,
  accepted: readonly (keyof Options & string)[],
): Options {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`${operation}: the options are ${describeValue(options)}; they must be an object`);
  }
  const names: readonly string[] = accepted;
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return options;
  throw new RangeError(`${operation}: there is no option "${unknown}"; accepted are ${names.join(", ")}`);
}
