/** Values made of tensors: what functions that are traced take and return. */
import { Tensor } from "./tensor.ts";
import { Variable } from "./variable.ts";

/** What a function given to {@link jit} may take and return: tensors in arrays and objects, and plain values. */
export type JitValue =
  | Tensor
  | Variable
  | number
  | string
  | boolean
  | null
  | undefined
  | readonly JitValue[]
  | { readonly [name: string]: JitValue };

/** What a traced function may return: as its arguments, or nothing. */
// biome-ignore lint/suspicious/noConfusingVoidType: a function without a return statement returns void to TypeScript
export type JitResult = JitValue | void;

/** Tensors and Variables in arrays and objects, which may be nested. */
export type TensorStructure =
  | Tensor
  | Variable
  | null
  | undefined
  | readonly TensorStructure[]
  | { readonly [name: string]: TensorStructure };

// Both name the general structure first: to map the arrays that it may be would never end.

/** The structure with a tensor for each Variable in it: what it holds. */
export type TensorsOf<S> = [TensorStructure] extends [S]
  ? TensorStructure
  : S extends Tensor | Variable
    ? Tensor
    : S extends null | undefined
      ? S
      : { -readonly [K in keyof S]: TensorsOf<S[K]> };

/** The structure, in which Variables may stand for tensors. */
export type StructureLike<S> = [TensorStructure] extends [S]
  ? TensorStructure
  : S extends Tensor | Variable
    ? Tensor | Variable
    : S extends null | undefined
      ? S
      : { readonly [K in keyof S]: StructureLike<S[K]> };

/** A text that is equal for arguments that the same program serves; collects the tensors in order. */
export function describe(value: JitResult, tensors: Tensor[]): string {
  if (value instanceof Tensor || value instanceof Variable) {
    tensors.push(value instanceof Tensor ? value : value.value);
    return `${value.dtype}[${value.shape.join()}]`;
  }
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
  if (isArray(value)) return `[${value.map((item) => describe(item, tensors)).join()}]`;
  const fields = Object.keys(value).map(
    (name) => `${JSON.stringify(name)}:${describe(value[name], tensors)}`,
  );
  return `{${fields.join()}}`;
}

/** The same structure, with each tensor replaced, in the order of `describe`. */
export function mapTensors<S extends TensorStructure>(value: S, replace: () => Tensor): TensorsOf<S>;
export function mapTensors(value: JitResult, replace: () => Tensor): JitValue;
export function mapTensors(value: JitResult, replace: () => Tensor): JitValue {
  if (value instanceof Tensor || value instanceof Variable) return replace();
  if (typeof value !== "object" || value === null) return value ?? (value === null ? null : undefined);
  if (isArray(value)) return value.map((item) => mapTensors(item, replace));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapTensors(item, replace)]));
}

function isArray(
  value: readonly JitValue[] | { readonly [name: string]: JitValue },
): value is readonly JitValue[] {
  return Array.isArray(value);
}
