import {
  add,
  batchNorm,
  broadcastTo,
  cast,
  div,
  moments,
  mul,
  relu,
  reshape,
  ShapeError,
  square,
  sub,
  sum,
  type Tensor,
  type TensorLike,
  type Variable,
  where,
} from "@strata/core";
import { normalizeAxis } from "@strata/core/internal";
import { initializer } from "../../initializers/registry.ts";
import { type CallArguments, type CallContext, layerOptions } from "../../layer/any-layer.ts";
import { type InputRule, knownSize } from "../../layer/input-rule.ts";
import { singleMask } from "../../layer/masks.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { boolean, fraction, integer } from "../../schema/vocabulary.ts";
import { formatShape, type SymbolicShape } from "../../utilities/shapes.ts";
import {
  type RenormStatistics,
  renormalizationOptions,
  renormCorrections,
  stddevOf,
} from "./batch-renormalization.ts";
import {
  ScaledNormalization,
  scaledNormalizationOptions,
  withFullPrecision,
} from "./scaled-normalization.ts";

const options = {
  ...layerOptions,
  /** The axis of the features, each of which has a mean and a variance of its own. */
  axis: integer(-1),
  /** The share of their values that moving statistics keep when they follow a batch. */
  momentum: fraction(0.99),
  ...scaledNormalizationOptions,
  /** Initial values of the moving mean. */
  movingMeanInitializer: initializer("zeros"),
  /** Initial values of the moving variance. */
  movingVarianceInitializer: initializer("ones"),
  /** Whether statistics are taken over the batches of all replicas. There is one, whose batch it is either way. */
  synchronized: boolean(false),
  ...renormalizationOptions,
};

/** Options of {@link BatchNormalization}. */
export interface BatchNormalizationOptions extends Given<typeof options> {}

export interface BatchNormalization extends Values<typeof options> {}

/**
 * Gives each feature the mean 0 and the variance 1: (x − mean) / √(variance + epsilon) · gamma + beta. Keeps the shape.
 * In training, mean and variance are those of the batch, of the steps that a mask leaves, and the moving mean and
 * variance follow them; otherwise they are the moving ones, and also in training while `trainable` is false. S. Ioffe,
 * C. Szegedy, "Batch normalization" (2015).
 *
 * @example
 * ```ts
 * import { BatchNormalization } from "@strata/layers";
 *
 * const layer = new BatchNormalization({ momentum: 0, epsilon: 0 });
 * console.log(layer.apply([[1, 10], [3, 30]], { training: true }).arraySync()); // [[-1, -1], [1, 1]]
 * console.log(layer.movingMean.arraySync(), layer.movingVariance.arraySync()); // [2, 20] [1, 100]
 * console.log(layer.apply([[3, 20]]).arraySync()); // [[1, 0]]
 * ```
 */
export class BatchNormalization extends ScaledNormalization {
  static override readonly className: string = "BatchNormalization";
  static override readonly options = options;
  /** The mean that is used outside of training, [features]. */
  declare movingMean: Variable;
  /** The variance that is used outside of training, [features]. */
  declare movingVariance: Variable;
  /** The statistics of batch renormalization; null without it. */
  renormStatistics: RenormStatistics | null = null;
  #rank: number | null = null;

  constructor(
    ...given:
      | [axis?: number, options?: Rest<BatchNormalizationOptions, "axis">]
      | [options: BatchNormalizationOptions]
  ) {
    super(named(new.target, given, "axis"));
  }

  protected override get inputRule(): InputRule {
    return this.#rank === null ? {} : { rank: this.#rank, sizes: { [this.axis]: this.movingMean.shape[0] } };
  }

  override build(inputShape: SymbolicShape): void {
    const features = [knownSize(this, inputShape, this.axis)];
    const { movingMeanInitializer, movingVarianceInitializer } = this;
    const statistic = (name: string, initializer = movingMeanInitializer): Variable =>
      this.addWeight(name, features, { trainable: false, initializer });
    this.addScaleAndOffset(features);
    this.movingMean = statistic("moving_mean");
    this.movingVariance = statistic("moving_variance", movingVarianceInitializer);
    if (this.renorm) {
      const stddev = (name: string): Variable =>
        this.addWeight(name, features, {
          trainable: false,
          initializer: (shape, dtype) => movingVarianceInitializer.apply(shape, dtype).sqrt(),
        });
      this.renormStatistics = {
        movingStddev: stddev("moving_stddev"),
        renormMean: statistic("renorm_mean"),
        renormStddev: stddev("renorm_stddev"),
      };
    }
    this.#rank = inputShape.length;
  }

  override call(inputs: Tensor, { training }: CallContext, { mask }: CallArguments): Tensor {
    return withFullPrecision(inputs, (x) =>
      training && this.trainable
        ? this.#normalizeBatch(x, singleMask(mask))
        : this.#normalize(x, this.movingMean, this.movingVariance, this.gamma, this.beta),
    );
  }

  #normalize(
    x: Tensor,
    mean: TensorLike,
    variance: TensorLike,
    scale: TensorLike | null,
    offset: TensorLike | null,
  ): Tensor {
    const { axis, epsilon } = this;
    return batchNorm(x, mean, variance, { axis, epsilon, scale, offset });
  }

  /** Normalizes by the statistics of the batch, and makes the moving ones follow. */
  #normalizeBatch(x: Tensor, mask: Tensor | null): Tensor {
    const { gamma, beta, momentum, epsilon, renormMomentum, renormStatistics } = this;
    const { mean, variance } = this.#momentsOf(x, mask);
    follow(this.movingMean, mean, momentum);
    if (renormStatistics === null) {
      follow(this.movingVariance, variance, momentum);
      return this.#normalize(x, mean, variance, gamma, beta);
    }
    const stddev = stddevOf(variance, epsilon);
    const { r, d } = renormCorrections({ mean, stddev }, renormStatistics, this);
    const scale = gamma === null ? r : mul(r, gamma);
    const shift = gamma === null ? d : mul(d, gamma);
    const { movingStddev, renormMean, renormStddev } = renormStatistics;
    follow(renormMean, mean, renormMomentum);
    follow(renormStddev, stddev, renormMomentum);
    follow(movingStddev, stddev, momentum);
    this.movingVariance.assign(relu(square(movingStddev).sub(epsilon)));
    return this.#normalize(x, mean, variance, scale, beta === null ? shift : add(shift, beta));
  }

  /** Mean and variance of each feature, of the steps that the mask leaves. */
  #momentsOf(x: Tensor, mask: Tensor | null): { readonly mean: Tensor; readonly variance: Tensor } {
    const features = normalizeAxis(this.name, this.axis, x.rank);
    const others = x.shape.map((_, axis) => axis).filter((axis) => axis !== features);
    if (mask === null) return moments(x, others);
    if (mask.rank !== x.rank - 1) {
      throw new ShapeError(
        `${this.name}: the mask has the shape ${formatShape(mask.shape)} and the input ${formatShape(x.shape)}; the mask ` +
          "must have one dimension less than the input",
      );
    }
    const counts = broadcastTo(cast(mask, "bool").expandDims(-1), x.shape);
    // As in Keras: 0 where the mask leaves nothing.
    const total = add(sum(cast(counts, x.dtype), others), 1e-7);
    const mean = div(sum(where(counts, x, 0), others), total);
    const among = x.shape.map((size, axis) => (axis === features ? size : 1));
    const centred = where(counts, sub(x, reshape(mean, among)), 0);
    return { mean, variance: div(sum(square(centred), others), total) };
  }

  protected override optionValue(name: string, given: unknown): unknown {
    // Keras writes an empty object for no bounds.
    return name === "renormClipping" && this.renorm ? (given ?? {}) : super.optionValue(name, given);
  }
}

/** Brings a moving average nearer to the value of a batch. */
function follow(average: Variable, value: Tensor, momentum: number): void {
  const moved = average.value
    .cast(value.dtype)
    .mul(momentum)
    .add(value.mul(1 - momentum));
  average.assign(cast(moved, average.dtype));
}
