import type { DType } from "@strata/core";
import type { SymbolicShape } from "../utilities/shapes.ts";
import type { SymbolicType } from "./output-types.ts";
import { mapStructure, type Structure } from "./structure.ts";

/** A layer as symbolic tensors know it. */
export interface Applied {
  /** The layer's name. */
  readonly name: string;
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

/**
 * The result of a layer before there is data: a shape, whose batch dimension is null, and a dtype. `Input` makes the
 * first one, and applying a layer to one gives the next.
 *
 * @example
 * ```ts
 * import { Dense, Input } from "@strata/layers";
 *
 * console.log(new Dense(10).apply(Input({ shape: [784] })).shape); // [null, 10]
 * ```
 */
export class SymbolicTensor<Of extends Applied = Applied> {
  /** The sizes of the dimensions; null where any size is taken. */
  readonly shape: SymbolicShape;
  /** The type of the elements. */
  readonly dtype: DType;
  /** The call that it is a result of, and its place among the results. */
  readonly origin: { readonly call: LayerCall<Of>; readonly index: number };

  /** @internal */
  constructor(
    shape: SymbolicShape,
    dtype: DType,
    origin: { readonly call: LayerCall<Of>; readonly index: number },
  ) {
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
