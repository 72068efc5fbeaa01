import type { Tensor } from "@strata/core";
import { type CallArguments, type CallContext, layerOptions } from "../../layer/any-layer.ts";
import { Layer } from "../../layer/layer.ts";
import type { MaskStructure } from "../../layer/masks.ts";
import { isTensorValue, type Mapped } from "../../layer/structure.ts";
import { isPlainObject, named } from "../../schema/configurable.ts";
import { type Given, option, type Rest, type Values } from "../../schema/option.ts";
import { isShape, type SymbolicShape } from "../../utilities/shapes.ts";
import { toTensor } from "../../utilities/tensors.ts";

/** The context of the function of a {@link Lambda}: the layer's `arguments`, and these. */
export interface LambdaArguments extends CallArguments {
  /** Whether it is a call in training. */
  readonly training: boolean;
  /** One of the layer's `arguments`. */
  readonly [name: string]: unknown;
}

/** The function of a {@link Lambda}. */
export type LambdaFunction<Inputs, Outputs> = (inputs: Inputs, given: LambdaArguments) => Outputs;

/** Any function; what it takes is known to the layer that has it. */
export type AnyFunction = (...given: never) => unknown;

const isFunction = (value: unknown): value is AnyFunction => typeof value === "function";

const functionOption = option<AnyFunction>({
  accepted: "a function of the inputs",
  read: (given) => (isFunction(given) ? given : undefined),
  restore: (json, restore) => restore(json),
});

const options = {
  ...layerOptions,
  /** The layer's computation, from its inputs and {@link LambdaArguments}. */
  function: functionOption(),
  /** The shape of a sample of the result, or a function from the input's shape to the result's. Null: it is found out. */
  outputShape: option<SymbolicShape | AnyFunction>({
    accepted: "an array of sizes, or a function of the input's shape",
    read: (given) => (isFunction(given) || isShape(given) ? given : undefined),
    restore: (json, restore) => restore(json),
  })()
    .orNull()
    .omitted("whenNull"),
  /** The mask of the result, or a function from the inputs and their masks to it. Null: the result carries none. */
  mask: option<Tensor | AnyFunction>({
    accepted: "a tensor, or a function of the inputs and their masks",
    read: (given) => {
      if (isFunction(given)) return given;
      return isTensorValue(given) ? toTensor(given) : undefined;
    },
    restore: (json, restore) => restore(json),
  })()
    .orNull()
    .omitted("whenNull"),
  /** Further arguments of the function, by name. */
  arguments: option<Readonly<Record<string, unknown>>>({
    accepted: "an object of arguments by name",
    read: (given) => (isPlainObject(given) ? given : undefined),
    restore: (json, restore) => restore(json),
  })({}),
};

/** Options of {@link Lambda}. */
export interface LambdaOptions extends Given<typeof options> {}

// biome-ignore lint/correctness/noUnusedVariables: declarations merge with equal type parameters only
export interface Lambda<Inputs = Tensor, Outputs = Tensor> extends Values<typeof options> {}

/**
 * A function as a layer. A configuration holds its name, under which `registerKerasSerializable` must know it; a
 * configuration with the code of a Python function is refused.
 *
 * @typeParam Inputs What the function takes: a tensor, or arrays and objects of tensors.
 * @typeParam Outputs What it gives.
 *
 * @example
 * ```ts
 * import type { Tensor } from "@strata/core";
 * import { Lambda } from "@strata/layers";
 *
 * console.log(new Lambda((x: Tensor) => x.mul(2)).apply([[1, 2]]).arraySync()); // [[2, 4]]
 * ```
 */
export class Lambda<Inputs = Tensor, Outputs = Tensor> extends Layer<Inputs, Outputs> {
  static override readonly className: string = "Lambda";
  static override readonly options = options;
  override readonly supportsMasking: boolean;

  constructor(
    ...given:
      | [f: LambdaFunction<Inputs, Outputs>, options?: Rest<LambdaOptions, "function">]
      | [options: LambdaOptions]
  ) {
    super(named(new.target, given, "function"));
    this.supportsMasking = this.mask !== null;
  }

  override call(inputs: Inputs, { training }: CallContext, { mask }: CallArguments): Outputs {
    return Reflect.apply(this.function, undefined, [inputs, { ...this.arguments, training, mask }]);
  }

  override computeMask(inputs: Inputs, mask: MaskStructure | null): MaskStructure | null {
    return isFunction(this.mask) ? Reflect.apply(this.mask, undefined, [inputs, mask]) : this.mask;
  }

  override computeOutputShape(inputShape: Mapped<Inputs, SymbolicShape>): Mapped<Outputs, SymbolicShape>;
  override computeOutputShape(inputShape: unknown): unknown {
    const { outputShape } = this;
    if (isFunction(outputShape)) return Reflect.apply(outputShape, undefined, [inputShape]);
    if (outputShape === null) return super.computeOutputShape(inputShape as Mapped<Inputs, SymbolicShape>);
    return [isShape(inputShape) ? inputShape[0] : null, ...outputShape];
  }
}
