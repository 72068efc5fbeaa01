import type { DType, Tensor, TensorLike, TensorMethods } from "@strata/core";
import type { SymbolicShape } from "../utilities/shapes.ts";
import type { SymbolicType } from "./output-types.ts";
import { type Mapped, mapStructure, type Structure, type TensorStructure } from "./structure.ts";

declare const standsFor: unique symbol;

interface StandsFor<Of> {
  /** The tensor that it stands for. */
  readonly [standsFor]: Of;
}

/** The structure of tensors `S`, with symbolic tensors in their places. The compiler infers `S` from what is given for it. */
export type SymbolicFor<S> = [TensorStructure] extends [S]
  ? Structure<SymbolicTensor>
  : S extends Tensor
    ? StandsFor<S>
    : { [Name in keyof S]: SymbolicFor<S[Name]> };

/** A layer, or another function of tensors, as symbolic tensors know it. */
export interface Applied {
  /** Its name. */
  readonly name: string;
}

/** The arguments of a function, where symbolic tensors may stand for tensors. */
export type SymbolicArguments<Inputs extends readonly unknown[]> = {
  readonly [Index in keyof Inputs]: SymbolicArgument<Inputs[Index]>;
};

type SymbolicArgument<Input> = [Tensor] extends [Input]
  ? Input | SymbolicTensor
  : Input extends readonly TensorLike[]
    ? readonly (Input[number] | SymbolicTensor)[]
    : Input;

/** The methods of tensors that are functions of core's, for symbolic tensors. */
export type SymbolicMethods = {
  readonly [Name in keyof TensorMethods]: TensorMethods[Name] extends (...rest: infer Rest) => infer Result
    ? (...rest: SymbolicArguments<Rest>) => Mapped<Result, SymbolicTensor>
    : never;
};

/** The arguments of a call as a configuration of Keras's had them, with symbolic tensors in their places. */
export interface KerasArguments {
  /** Those by position. */
  readonly args: readonly unknown[];
  /** Those by name. */
  readonly kwargs: { readonly [name: string]: unknown };
}

/** One application of a layer to symbolic tensors. */
export class LayerCall<Of extends Applied = Applied> {
  /** The layer. */
  readonly layer: Of;
  /** Its inputs: symbolic tensors, and tensors that are the same for every batch. */
  readonly inputs: Structure<unknown>;
  /** The further arguments, among them perhaps symbolic tensors. */
  readonly given: { readonly [name: string]: unknown };
  /** Its results. */
  readonly outputs: Structure<SymbolicTensor<Of>>;
  /** How many calls of the layer came before. */
  readonly index: number;
  /** The arguments as they were read from a configuration, which is written with them again; null elsewhere. */
  keras: KerasArguments | null = null;

  constructor(
    layer: Of,
    inputs: Structure<unknown>,
    given: { readonly [name: string]: unknown },
    outputTypes: Structure<SymbolicType>,
    index: number,
  ) {
    this.layer = layer;
    this.inputs = inputs;
    this.given = given;
    this.index = index;
    this.outputs = mapStructure(
      outputTypes,
      ({ shape, dtype }, place) => new SymbolicTensor(shape, dtype, { call: this, index: place }),
    );
  }
}

// The methods are put on the prototype by operations/methods.ts.
// biome-ignore lint/correctness/noUnusedVariables: the class that this is merged with has the parameter
export interface SymbolicTensor<Of extends Applied = Applied> extends SymbolicMethods {}

/** The place of a symbolic tensor in a graph. */
export interface TensorOrigin<Of extends Applied = Applied> {
  /** The call that it is a result of. */
  readonly call: LayerCall<Of>;
  /** Its place among the results. */
  readonly index: number;
}

/**
 * The result of a layer before there is data: a shape, whose batch dimension is null, and a dtype. `Input` makes the
 * first one, and applying a layer to one gives the next. It has core's common functions as methods; `operate` applies
 * any other.
 *
 * @example
 * ```ts
 * import { Dense, Input } from "@strata/layers";
 *
 * const x = new Dense(10).apply(Input({ shape: [784] }));
 * console.log(x.shape, x.add(1).sum(-1).shape); // [null, 10] [null]
 * ```
 */
export class SymbolicTensor<Of extends Applied = Applied> {
  /** The sizes of the dimensions; null where any size is taken. */
  readonly shape: SymbolicShape;
  /** The type of the elements. */
  readonly dtype: DType;
  /** The call that it is a result of, and its place among the results. */
  readonly origin: TensorOrigin<Of>;

  /** Never there: the type of the tensor that it stands for, from which the types of a model are inferred. */
  declare readonly [standsFor]: Tensor;

  /** @internal */
  constructor(shape: SymbolicShape, dtype: DType, origin: TensorOrigin<Of>) {
    this.shape = shape;
    this.dtype = dtype;
    this.origin = origin;
  }

  /** The layer whose result it is. */
  get layer(): Of {
    return this.origin.call.layer;
  }

  /** The name of the layer whose result it is. */
  get name(): string {
    return this.layer.name;
  }

  /** The number of dimensions. */
  get rank(): number {
    return this.shape.length;
  }

  /** Shape, dtype and layer, in one line. */
  toString(): string {
    return `SymbolicTensor ${this.dtype} [${this.shape.map(String).join(", ")}] of ${JSON.stringify(this.name)}`;
  }
}
