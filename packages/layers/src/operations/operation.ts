import type { Tensor } from "@strata/core";
import { inferOutputTypes, SymbolicType } from "../layer/output-types.ts";
import { leavesOf, type Mapped, mapStructure, type Structure } from "../layer/structure.ts";
import { LayerCall, type SymbolicArguments, SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { uniqueName } from "../utilities/names.ts";
import { type AnyFunction, kerasOperationOf } from "./keras-operations.ts";

/** A function of tensors as a step of a functional model, where no layer is needed. */
export class Operation {
  /** Its name in the model: Keras's for the function, numbered. */
  readonly name: string;
  /** The function. */
  readonly f: AnyFunction;

  constructor(f: AnyFunction, name: string | null = null) {
    this.f = f;
    this.name = name ?? uniqueName(kerasOperationOf(f)?.className ?? (f.name || "operation"));
  }

  /** Records a call on arguments among which there are symbolic tensors. */
  record(inputs: readonly unknown[]): LayerCall<Operation> {
    const symbols = leavesOf<unknown>(inputs).filter((leaf) => leaf instanceof SymbolicTensor);
    const types = symbols.map(({ shape, dtype }) => new SymbolicType(shape, dtype));
    const outputTypes = inferOutputTypes(this.name, types, (placeholders) => {
      let next = 0;
      const replaced = mapStructure<unknown, unknown>(inputs, (leaf) =>
        leaf instanceof SymbolicTensor ? placeholders[next++] : leaf,
      );
      return this.run(replaced);
    });
    return new LayerCall<Operation>(this, inputs, {}, outputTypes, 0);
  }

  /** Applies the function to arguments. */
  run(inputs: unknown): Structure<Tensor> {
    return Reflect.apply(this.f, undefined, Array.isArray(inputs) ? inputs : [inputs]);
  }
}

/**
 * Applies a function of tensors to symbolic tensors, as a step of a functional model. Symbolic tensors have core's
 * common functions as methods, too: `a.add(b)` is `operate(add, a, b)`.
 *
 * Models with functions that Keras has can be written in its configuration; with others they run and train.
 *
 * @param f The function: one of core's ops, or one of your own that is written with them.
 * @param inputs Its arguments, among them symbolic tensors.
 * @returns What the function returns, with symbolic tensors for tensors.
 *
 * @example
 * ```ts
 * import { concat } from "@strata/core";
 * import { Input, Model, operate } from "@strata/layers";
 *
 * const x = Input({ shape: [2] });
 * const outputs = operate(concat, [x, x.square()], -1);
 * console.log(new Model({ inputs: x, outputs }).apply([[2, 3]]).arraySync()); // [[2, 3, 4, 9]]
 * ```
 */
export function operate<const Inputs extends readonly unknown[], Result>(
  f: (...inputs: Inputs) => Result,
  ...inputs: SymbolicArguments<Inputs>
): Mapped<Result, SymbolicTensor>;
export function operate(f: AnyFunction, ...inputs: readonly unknown[]): unknown {
  return new Operation(f).record(inputs).outputs;
}
