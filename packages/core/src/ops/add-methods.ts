import { Tensor, type TensorLike } from "../tensor.ts";
import { Variable } from "../variable.ts";

/** Functions that begin with a tensor, by name. */
type TensorFunctions = Readonly<Record<string, (x: TensorLike, ...rest: never[]) => unknown>>;

/** The same functions as methods of that tensor. */
export type MethodsOf<Functions extends TensorFunctions> = {
  [Name in keyof Functions]: Functions[Name] extends (x: TensorLike, ...rest: infer Rest) => infer Result
    ? (...rest: Rest) => Result
    : never;
};

const functionsOfMethods = new Map<string, TensorFunctions[string]>();

/** The functions that are methods of tensors so far, by name. */
export const methodFunctions: ReadonlyMap<string, unknown> = functionsOfMethods;

/** Makes methods of Tensor and Variable that apply the functions to it. */
export function addMethods(functions: TensorFunctions): void {
  for (const [name, apply] of Object.entries(functions)) {
    functionsOfMethods.set(name, apply);
    const value = function (this: Tensor | Variable, ...rest: never[]): unknown {
      return apply(this, ...rest);
    };
    for (const { prototype } of [Tensor, Variable]) {
      Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
    }
  }
}
