/** The methods of symbolic tensors: those of tensors that are functions of core's. Imported for what it does. */
import { methodFunctions } from "@strata/core/internal";
import { SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { operate } from "./operation.ts";

// Not by name from all of core's functions, of which a page would then carry every one.
for (const [name, f] of methodFunctions) {
  if (!isFunction(f)) continue;
  const value = function (this: SymbolicTensor, ...rest: readonly unknown[]): unknown {
    return operate(f, this, ...rest);
  };
  Object.defineProperty(SymbolicTensor.prototype, name, { value, writable: true, configurable: true });
}

function isFunction(value: unknown): value is (...inputs: readonly unknown[]) => unknown {
  return typeof value === "function";
}
