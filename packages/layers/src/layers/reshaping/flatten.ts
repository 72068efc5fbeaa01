import { reshape, type Tensor } from "@strata/core";
import { layerOptions } from "../../layer/any-layer.ts";
import { type InputRule, oneTensor } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import type { Given, Values } from "../../schema/option.ts";
import { dataFormat } from "../../schema/vocabulary.ts";

const options = {
  ...layerOptions,
  /** The place of the channels in the shape; channels that come first are moved to the end before. */
  dataFormat: dataFormat("channelsLast"),
};

/** Options of {@link Flatten}. */
export interface FlattenOptions extends Given<typeof options> {}

export interface Flatten extends Values<typeof options> {}

/**
 * All dimensions but that of the batch become one: [batch, ...] → [batch, size].
 *
 * @example
 * ```ts
 * import { Flatten } from "@strata/layers";
 *
 * console.log(new Flatten().apply([[[1, 2], [3, 4]]]).arraySync()); // [[1, 2, 3, 4]]
 * ```
 */
export class Flatten extends Layer {
  static override readonly className: string = "Flatten";
  static override readonly options = options;

  constructor(options: FlattenOptions = {}) {
    super(options);
  }

  protected override get inputRule(): InputRule {
    return oneTensor;
  }

  override call(inputs: Tensor): Tensor {
    const [batch, ...sample] = inputs.shape;
    const isMoved = this.dataFormat === "channelsFirst" && sample.length > 1;
    const axes = sample.map((_, axis) => axis + 1);
    const ordered = isMoved ? inputs.transpose([0, ...axes.slice(1), 1]) : inputs;
    return reshape(ordered, [batch, sample.reduce((product, size) => product * size, 1)]);
  }
}
