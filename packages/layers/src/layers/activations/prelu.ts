import { prelu, type Tensor, type Variable } from "@strata/core";
import { constraint } from "../../constraints/registry.ts";
import { initializer } from "../../initializers/registry.ts";
import { layerOptions } from "../../layer/any-layer.ts";
import { type InputRule, knownSize } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import { regularizer } from "../../regularizers/registry.ts";
import type { Given, Values } from "../../schema/option.ts";
import { axisList } from "../../schema/vocabulary.ts";
import type { SymbolicShape } from "../../utilities/shapes.ts";

const options = {
  ...layerOptions,
  /** Initial values of the slopes. */
  alphaInitializer: initializer("zeros"),
  /** A penalty for the slopes. */
  alphaRegularizer: regularizer(),
  /** The values that the slopes may have. */
  alphaConstraint: constraint(),
  /** The axes along which the slopes are shared, counted from 1: [1, 2] for one slope a channel of an image. Null: none. */
  sharedAxes: axisList().orNull(),
};

/** Options of {@link PReLU}. */
export interface PReLUOptions extends Given<typeof options> {}

export interface PReLU extends Values<typeof options> {}

/**
 * x where x > 0, else alpha · x, with slopes that are learned (He et al. 2015). Keeps the shape.
 *
 * @example
 * ```ts
 * import { PReLU } from "@strata/layers";
 *
 * console.log(new PReLU({ alphaInitializer: "ones" }).apply([[-1, 2]]).arraySync()); // [[-1, 2]]
 * ```
 */
export class PReLU extends Layer {
  static override readonly className: string = "PReLU";
  static override readonly options = options;
  override readonly supportsMasking = true;
  /** The slopes, of the shape of a sample with 1 in place of the shared axes. */
  declare alpha: Variable;

  constructor(options: PReLUOptions = {}) {
    super(options);
  }

  protected override get inputRule(): InputRule {
    if (!this.built) return { leastRank: 2 };
    const sizes = this.alpha.shape.flatMap((size, axis) =>
      this.sharedAxes?.includes(axis + 1) ? [] : [[axis + 1, size]],
    );
    return { rank: this.alpha.shape.length + 1, sizes: Object.fromEntries(sizes) };
  }

  override build(inputShape: SymbolicShape): void {
    const slopes = inputShape
      .slice(1)
      .map((_, axis) => (this.sharedAxes?.includes(axis + 1) ? 1 : knownSize(this, inputShape, axis + 1)));
    this.alpha = this.addWeight("alpha", slopes);
  }

  override call(inputs: Tensor): Tensor {
    return prelu(inputs, this.alpha);
  }
}
