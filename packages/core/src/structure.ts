/** Values made of tensors: what functions that are traced take and return. */
import { describeValue } from "./arguments.ts";
import type { TypedArray } from "./dtype.ts";
import { nodeOf, Tensor, type TensorLike } from "./tensor.ts";
import { Variable } from "./variable.ts";

/**
 * Arguments and results of a function given to {@link jit}: tensors in arrays and plain objects, and plain values. An
 * `object` is one whose properties are such values; others are refused at the call.
 */
export type JitValue =
  | Tensor
  | Variable
  | number
  | string
  | boolean
  | null
  | undefined
  | readonly JitValue[]
  | object;

/** The result of a traced function: as its arguments, or nothing. */
// biome-ignore lint/suspicious/noConfusingVoidType: a function without a return statement returns void to TypeScript
export type JitResult = JitValue | void;

/** Tensors and Variables in arrays and plain objects, which may be nested. */
export type TensorStructure = Tensor | Variable | null | undefined | readonly TensorStructure[] | object;

/** Whether a tensor can be given for `S`, and nothing but what ops take for one. */
type IsTensorLike<S> = [Tensor] extends [S] ? ([S] extends [TensorLike] ? true : false) : false;

// Both name the general structure first: to map the arrays that it may be would never end.

/** The structure with a tensor for each Variable in it: what it holds. */
export type TensorsOf<S> = [TensorStructure] extends [S]
  ? TensorStructure
  : S extends Tensor | Variable | TypedArray
    ? Tensor
    : S extends Plain
      ? S
      : { -readonly [K in keyof S]: TensorsOf<S[K]> };

/** The structure, in which Variables may stand for tensors. */
export type StructureLike<S> = [TensorStructure] extends [S]
  ? TensorStructure
  : IsTensorLike<S> extends true
    ? Tensor | Variable
    : S extends Tensor | Variable
      ? Tensor | Variable
      : S extends Plain
        ? S
        : { readonly [K in keyof S]: StructureLike<S[K]> };

/** An argument in a call of a function made by {@link jit}: Variables and typed arrays for tensors. */
export type JitArgument<S> = [JitValue] extends [S]
  ? JitValue
  : IsTensorLike<S> extends true
    ? Tensor | Variable | TypedArray
    : S extends Tensor | Variable
      ? Tensor | Variable | TypedArray
      : S extends Plain
        ? S
        : { readonly [K in keyof S]: JitArgument<S[K]> };

type Plain =
  | number
  | string
  | boolean
  | null
  | undefined
  // biome-ignore lint/suspicious/noConfusingVoidType: a function without a return statement returns void to TypeScript
  | void
  | ((...inputs: never) => unknown);

export type Leaf = Tensor | Variable | TypedArray;

export function isLeaf(value: unknown): value is Leaf {
  return value instanceof Tensor || value instanceof Variable || isTypedArray(value);
}

function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** Whose structure it is, for messages, and what it may hold. */
export interface StructureRole {
  readonly operation: string;
  /** As `"argument 0"`. */
  readonly what: string;
  /** Tensors only, or plain values too. */
  readonly holds: "tensors" | "values";
  /** Whether all numbers are described alike. Default: false. */
  readonly ignoresNumbers?: boolean;
}

/**
 * A text that is equal for structures of the same form, types and plain values; collects the tensors in order.
 *
 * @param position Its place among several, for messages.
 */
export function describe(
  value: unknown,
  tensors: Tensor[],
  role: StructureRole,
  position: number | null = null,
): string {
  const text = textOf(value, tensors, role);
  if (text !== null) return text;
  throw refused(value, role, position === null ? "" : ` ${position}`);
}

/** Structures that are nested deeper, as one that contains itself is, are refused. */
const deepestStructure = 1000;

/** As `describe`; null where something is refused. */
function textOf(value: unknown, tensors: Tensor[], role: StructureRole, level = 0): string | null {
  if (level > deepestStructure) {
    const { operation, what } = role;
    throw new RangeError(
      `${operation}: ${what} is nested in more than ${deepestStructure} levels, or contains itself`,
    );
  }
  if (isLeaf(value)) {
    const tensor = tensorOf(value, role.operation);
    tensors.push(tensor);
    return `${tensor.dtype}[${tensor.shape.join()}]`;
  }
  if (typeof value !== "object" || value === null) return textOfPlain(value, role);
  let text = "";
  if (Array.isArray(value)) {
    for (const item of value) {
      const part = textOf(item, tensors, role, level + 1);
      if (part === null) return null;
      text += text === "" ? part : `,${part}`;
    }
    return `[${text}]`;
  }
  if (!isPlainObject(value)) return null;
  for (const name of Object.keys(value)) {
    const part = textOf(value[name], tensors, role, level + 1);
    if (part === null) return null;
    text += `${text === "" ? "" : ","}${JSON.stringify(name)}:${part}`;
  }
  return `{${text}}`;
}

function textOfPlain(value: unknown, { holds, ignoresNumbers = false }: StructureRole): string | null {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "number" && ignoresNumbers) return "number";
  if (holds === "tensors") return null;
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" || typeof value === "boolean") {
    return Object.is(value, -0) ? "-0" : String(value);
  }
  return typeof value === "function" ? `function ${numberOfFunction(value)}` : null;
}

/** The error for the first part of the structure that is refused. */
function refused(value: unknown, role: StructureRole, path: string): TypeError {
  const isRefused = (part: unknown): boolean => textOf(part, [], role) === null;
  if (Array.isArray(value)) {
    const index = value.findIndex(isRefused);
    return refused(value[index], role, `${path}[${index}]`);
  }
  if (isPlainObject(value)) {
    const [name, part] = Object.entries(value).find(([, each]) => isRefused(each)) ?? ["", undefined];
    return refused(part, role, `${path}.${name}`);
  }
  const { operation, what, holds } = role;
  const others = holds === "values" ? ", typed arrays, numbers, strings, booleans, functions" : "";
  const isInstance = typeof value === "object" && value !== null;
  const advice = isInstance ? "; of an instance of a class give the tensors that it holds" : "";
  return new TypeError(
    `${operation}: ${what}${path} is ${isInstance ? describeValue(value) : `the ${typeof value} ${String(value)}`}; ` +
      `accepted are tensors, Variables${others}, null, undefined, and arrays and plain objects of them${advice}`,
  );
}

/** Objects of a literal, of any realm, and without a prototype: those that a copy of their properties equals. */
export function isPlainObject(value: unknown): value is { readonly [name: string]: unknown } {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

const functionNumbers = new WeakMap<object, number>();
let numberedFunctions = 0;

/** Functions are told apart by identity: two of one text may use different values. */
export function numberOfFunction(f: object): number {
  const known = functionNumbers.get(f) ?? ++numberedFunctions;
  functionNumbers.set(f, known);
  return known;
}

/** The tensor that a part of a structure stands for. */
export function tensorOf(value: Tensor | Variable | TypedArray, operation = "tensor"): Tensor {
  if (value instanceof Tensor) return value;
  return value instanceof Variable ? value.value : new Tensor(nodeOf(value, undefined, operation));
}

/** The same structure, with each tensor replaced, in the order of {@link describe}. */
export function mapTensors<S extends TensorStructure>(
  value: S,
  replace: (leaf: Leaf) => Tensor,
): TensorsOf<S>;
export function mapTensors(value: unknown, replace: (leaf: Leaf) => Tensor): unknown;
export function mapTensors(value: unknown, replace: (leaf: Leaf) => Tensor): unknown {
  if (isLeaf(value)) return replace(value);
  if (Array.isArray(value)) return value.map((item) => mapTensors(item, replace));
  if (!isPlainObject(value)) return value;
  const mapped: Record<string, unknown> = {};
  for (const name of Object.keys(value)) mapped[name] = mapTensors(value[name], replace);
  return mapped;
}

/** Throws a TypeError in `operation`'s name for a promise, which a function that is traced cannot wait for. */
export function checkNoPromise(operation: string, name: string, result: unknown): void {
  if (!isThenable(result)) return;
  // It is refused here, and must not be reported a second time.
  result.then(undefined, () => {});
  throw new TypeError(
    `${operation}: "${name}" returns a promise; it must return tensors at once, since it is run to see what it computes, ` +
      "when there are no values to wait for. Call what is asynchronous, as nonzero, outside of it",
  );
}

interface Thenable {
  then(resolved: undefined, rejected: () => void): unknown;
}

function isThenable(value: unknown): value is Thenable {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
