/** Checks of arguments, in the name of the op that was called. */
import { isFloat } from "../dtype.ts";
import { DTypeError, describeValue } from "../errors.ts";
import type { GraphNode } from "../graph/node.ts";
import type { TensorLike } from "../tensor.ts";
import { operandNode } from "./operands.ts";

/** The node of a float operand; a DTypeError in `operation`'s name for any other. */
export function checkIsFloat(operation: string, value: TensorLike): GraphNode {
  const node = operandNode(operation, value);
  if (isFloat(node.dtype)) return node;
  throw new DTypeError(`${operation}: does not take ${node.dtype}; accepted are "float32" or "float64"`);
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
