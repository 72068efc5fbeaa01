/** The methods of symbolic tensors: those of tensors that are functions of core's. Imported for what it does. */
import * as core from "@strata/core";
import { SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { operate } from "./operation.ts";

const functions: Readonly<Record<string, unknown>> = core;

for (const name of Object.getOwnPropertyNames(core.Tensor.prototype)) {
  const f = functions[name];
  if (!isFunction(f)) continue;
  const value = function (this: SymbolicTensor, ...rest: readonly unknown[]): unknown {
    return operate(f, this, ...rest);
  };
  Object.defineProperty(SymbolicTensor.prototype, name, { value, writable: true, configurable: true });
}

function isFunction(value: unknown): value is (...inputs: readonly unknown[]) => unknown {
  return typeof value === "function";
}
