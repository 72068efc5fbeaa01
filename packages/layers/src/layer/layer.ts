import type { Tensor, TensorLike } from "@strata/core";
import type { SymbolicShape } from "../utilities/shapes.ts";
import {
  AnyLayer,
  type CallArguments,
  type CallContext,
  type CallOptions,
  type LayerOptions,
} from "./any-layer.ts";
import type { MaskStructure } from "./masks.ts";
import type { Mapped } from "./structure.ts";
import type { SymbolicTensor } from "./symbolic-tensor.ts";

/** The further arguments of a call, with symbolic tensors in the places of tensors; none if a layer takes none. */
export type SymbolicExtra<Extra> = unknown extends Extra ? object : Partial<Mapped<Extra, SymbolicTensor>>;

/**
 * A part of a model: a function of tensors with weights of its own. Subclasses implement `call`, and `build` if they
 * have weights. The weights are made at the first use, when the shape of the input is known. Layers and Variables that
 * a layer keeps in properties, also in arrays, objects and Maps, are its parts: their weights are among its own.
 *
 * @typeParam Inputs A tensor, or arrays and objects of tensors.
 * @typeParam Outputs As the inputs.
 * @typeParam Extra Further arguments of a call, by name. The class lists the names in `callArguments`.
 *
 * @example
 * ```ts
 * import { matmul, type Tensor, type Variable } from "@strata/core";
 * import { Layer, type SymbolicShape } from "@strata/layers";
 *
 * class Linear extends Layer {
 *   declare kernel: Variable;
 *
 *   override build(inputShape: SymbolicShape): void {
 *     const inputs = inputShape[inputShape.length - 1] ?? 1;
 *     this.kernel = this.addWeight("kernel", [inputs, 2], { initializer: "ones" });
 *   }
 *
 *   override call(inputs: Tensor): Tensor {
 *     return matmul(inputs, this.kernel);
 *   }
 * }
 *
 * console.log(new Linear().apply([[1, 2, 3]]).arraySync()); // [[6, 6]]
 * ```
 */
export abstract class Layer<Inputs = Tensor, Outputs = Tensor, Extra = unknown> extends AnyLayer {
  /**
   * @param options Name, whether it is trainable, dtype, and the options of the class.
   * @throws RangeError for values that are not accepted.
   */
  constructor(options: LayerOptions = {}) {
    super(options);
  }

  /**
   * Makes the weights with {@link Layer.addWeight}, for inputs of shapes whose batch dimension is null. Called once,
   * before the first `call`.
   *
   * @param _inputShape The shape of the input; for several inputs, the structure of their shapes.
   */
  override build(_inputShape: Mapped<Inputs, SymbolicShape>): void {}

  /**
   * The layer's computation, written with core's ops. Use {@link Layer.apply} to call a layer.
   *
   * @param inputs The inputs; floats have the dtype that the layer computes in.
   * @param context To be passed on to layers that it applies: `this.dense.apply(x, context)`.
   * @param given Masks, and the further arguments of the call.
   */
  abstract override call(inputs: Inputs, context: CallContext, given: CallArguments & Extra): Outputs;

  /**
   * Which steps of the results count. By default those of the inputs, if the layer supports masks.
   *
   * @param inputs The inputs.
   * @param mask Which steps of the inputs count; null if all do.
   */
  override computeMask(inputs: Inputs, mask: MaskStructure | null): MaskStructure | null {
    return super.computeMask(inputs, mask);
  }

  /**
   * Calls the layer; builds it first if it is not built.
   *
   * @param inputs Tensors or what makes them; or symbolic tensors, for which only the shapes are worked out.
   * @param options Whether it is called in training; masks, and the further arguments of the layer. Within the call of
   * another layer: its context.
   * @throws ShapeError for inputs that the layer does not take.
   */
  override apply(
    inputs: Mapped<Inputs, SymbolicTensor>,
    options?: CallOptions & SymbolicExtra<Extra>,
  ): Mapped<Outputs, SymbolicTensor>;
  override apply(inputs: Mapped<Inputs, TensorLike>, options?: CallOptions & Partial<Extra>): Outputs;
  override apply(inputs: unknown, options?: CallOptions): unknown {
    return super.apply(inputs, options);
  }

  /**
   * The shapes of the results. By default the layer is built and traced to see them; no values are computed.
   *
   * @param inputShape The shape of the input, with null for dimensions of any size; a structure of shapes for several.
   */
  override computeOutputShape(inputShape: Mapped<Inputs, SymbolicShape>): Mapped<Outputs, SymbolicShape>;
  override computeOutputShape(inputShape: unknown): unknown {
    return super.computeOutputShape(inputShape);
  }

  /**
   * Makes the weights for inputs of a shape, if there are none yet; those of the layer's parts too.
   *
   * @param inputShape The shape of the input, with null for the batch dimension; a structure of shapes for several.
   */
  override buildFor(inputShape: Mapped<Inputs, SymbolicShape>): void;
  override buildFor(inputShape: unknown): void {
    super.buildFor(inputShape);
  }
}
