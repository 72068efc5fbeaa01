import { map, reshape, ShapeError, type Tensor, transpose } from "@strata/core";
import { describeValue, formatShape } from "@strata/core/internal";
import type { CallArguments, CallContext } from "../../layer/any-layer.ts";
import type { InputRule } from "../../layer/input-rule.ts";
import { type MaskStructure, maskOf, singleMask } from "../../layer/masks.ts";
import { isTensorValue } from "../../layer/structure.ts";
import { isShape, type SymbolicShape } from "../../utilities/shapes.ts";
import { toTensor } from "../../utilities/tensors.ts";
import { Wrapper, type WrapperOptions } from "./wrapper.ts";

/** Options of {@link TimeDistributed}. */
export interface TimeDistributedOptions extends WrapperOptions {}

/**
 * Applies a layer of [batch, ...] to every step of sequences, [batch, steps, ...] → [batch, steps, ...], with the same
 * weights. A layer that counts in training, as BatchNormalization does, sees one step after the other.
 *
 * @example
 * ```ts
 * import { ones } from "@strata/core";
 * import { Dense, TimeDistributed } from "@strata/layers";
 *
 * console.log(new TimeDistributed(new Dense(2)).apply(ones([8, 10, 3])).shape); // [8, 10, 2]
 * ```
 */
export class TimeDistributed extends Wrapper<Tensor, Tensor> {
  static override readonly className: string = "TimeDistributed";

  protected override get inputRule(): InputRule {
    return { leastRank: 3 };
  }

  override build(inputShape: SymbolicShape): void {
    const batch = isShape(this.buildShape) ? this.buildShape[0] : null;
    this.layer.buildFor([batch, ...inputShape.slice(2)]);
  }

  override call(inputs: Tensor, context: CallContext, { mask: masks }: CallArguments): Tensor {
    const mask = singleMask(masks);
    const [batch, steps] = inputs.shape;
    if (mask !== null && (mask.shape[0] !== batch || mask.shape[1] !== steps)) {
      throw new ShapeError(
        `${this.name}: the mask has the shape ${formatShape(mask.shape)}; it must begin with ${formatShape([batch, steps])}`,
      );
    }
    if (context.training && this.layer.nonTrainableWeights.length > 0) {
      return this.#stepByStep(inputs, mask, context);
    }
    const result = this.#apply(withoutSteps(inputs), mask === null ? null : withoutSteps(mask), context);
    return reshape(result, [batch, steps, ...result.shape.slice(1)]);
  }

  /** As in Keras, the mask that the inputs carry is passed on, and one that is given for the call is not. */
  override computeMask(inputs: Tensor): MaskStructure | null {
    return maskOf(inputs);
  }

  #stepByStep(inputs: Tensor, mask: Tensor | null, context: CallContext): Tensor {
    const sequences = [inputs, ...(mask === null ? [] : [mask])].map(withStepsFirst);
    const [result, losses] = map(([step, stepMask = null]) => {
      const terms: Tensor[] = [];
      const made = this.#apply(step, stepMask, { ...context, addLoss: (loss) => void terms.push(loss) });
      return terms.length === 0 ? [made] : [made, terms.reduce((total, each) => total.add(each))];
    }, sequences);
    if (losses !== undefined) context.addLoss(losses.sum());
    return withStepsFirst(result);
  }

  #apply(inputs: Tensor, mask: Tensor | null, context: CallContext): Tensor {
    const result = this.layer.apply(inputs, mask === null ? context : { ...context, mask });
    if (isTensorValue(result)) return toTensor(result);
    throw new TypeError(
      `${this.name}: the layer ${JSON.stringify(this.layer.name)} gave ${describeValue(result)}; it must give one tensor`,
    );
  }
}

/** [batch, steps, ...] → [batch · steps, ...]. */
function withoutSteps(x: Tensor): Tensor {
  const [batch, steps, ...rest] = x.shape;
  return reshape(x, [batch * steps, ...rest]);
}

/** [batch, steps, ...] → [steps, batch, ...], and back. */
function withStepsFirst(x: Tensor): Tensor {
  return transpose(x, [1, 0, ...x.shape.map((_, axis) => axis).slice(2)]);
}
