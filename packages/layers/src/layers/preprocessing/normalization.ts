import {
  add,
  cast,
  maximum,
  moments,
  mul,
  type NestedArray,
  reshape,
  type Shape,
  ShapeError,
  sqrt,
  square,
  sub,
  Tensor,
  type TensorLike,
  type Variable,
  zeros,
} from "@strata/core";
import { normalizeAxes, sizeOf } from "@strata/core/internal";
import { layerOptions } from "../../layer/any-layer.ts";
import { type InputRule, knownSize } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import { named } from "../../schema/configurable.ts";
import { type Given, option, type Rest, type Values } from "../../schema/option.ts";
import { boolean } from "../../schema/vocabulary.ts";
import { formatShape, type SymbolicShape } from "../../utilities/shapes.ts";
import { toTensor } from "../../utilities/tensors.ts";

const keptAxes = option<readonly number[], number | readonly number[] | null>({
  accepted: "an integer, an array of integers, or null",
  read: (given) => {
    const list = given === null ? [] : [given].flat();
    return list.every((axis): axis is number => Number.isInteger(axis)) ? list : undefined;
  },
  write: (value) => value,
});

const statistic = option<number | NestedArray>({
  accepted: "a number or an array of numbers",
  read: (given) => (isNumbers(given) ? given : undefined),
});

function isNumbers(given: unknown): given is number | NestedArray {
  return typeof given === "number" || (Array.isArray(given) && given.every(isNumbers));
}

const options = {
  ...layerOptions,
  /** The axis, or the axes, along which mean and variance differ. Null: one mean and one variance for everything. */
  axis: keptAxes(-1),
  /** The mean, in place of {@link Normalization.adapt}: a number, or an array with an axis for each of `axis`. */
  mean: statistic().orNull().kept(),
  /** The variance, of the same shape. */
  variance: statistic().orNull().kept(),
  /** Whether the inverse is computed: x · √variance + mean. */
  invert: boolean(false),
};

/** Options of {@link Normalization}. */
export interface NormalizationOptions extends Given<typeof options> {}

export interface Normalization extends Values<typeof options> {}

/** Keeps what is divided by from 0. */
const leastDeviation = 1e-7;

/**
 * Gives inputs the mean 0 and the variance 1: (x − mean) / √variance, where mean and variance are given or those of data.
 * Keeps the shape.
 *
 * @example
 * ```ts
 * import { Normalization } from "@strata/layers";
 *
 * const layer = new Normalization();
 * layer.adapt([[0, 7], [2, 9]]);
 * console.log(layer.apply([[0, 9]]).arraySync()); // [[-1, 1]]
 * console.log(new Normalization({ axis: null, mean: 3, variance: 4 }).apply([[5]]).arraySync()); // [[1]]
 * ```
 */
export class Normalization extends Layer {
  static override readonly className: string = "Normalization";
  static override readonly options = options;
  override readonly supportsMasking = true;
  /**
   * Mean and variance that were found in data, and a number that Keras keeps there; null where they were given.
   *
   * @internal
   */
  adapted: { readonly mean: Variable; readonly variance: Variable; readonly count: Variable } | null = null;
  #built: { readonly rank: number; readonly axes: readonly number[]; readonly sizes: Shape } | null = null;

  constructor(
    ...given:
      | [axis?: number | readonly number[] | null, options?: Rest<NormalizationOptions, "axis">]
      | [options: NormalizationOptions]
  ) {
    super(named(new.target, given, "axis"));
    const { mean, variance } = this.valuesOf(options);
    const [one, other] = [mean, variance].map((each) => (each === null ? null : toTensor(each).shape));
    if (formatOrNull(one) !== formatOrNull(other)) {
      throw new RangeError(
        `Normalization: mean has the shape ${formatOrNull(one)} and variance ${formatOrNull(other)}; both must be given, with ` +
          "the same shape, or neither",
      );
    }
    if (one !== null && one.length > this.axis.length) {
      throw new RangeError(
        `Normalization: mean has the shape ${formatShape(one)}; it must have at most as many dimensions as axis, ` +
          `which is [${this.axis.join(", ")}]`,
      );
    }
  }

  protected override get inputRule(): InputRule {
    if (this.#built === null) return {};
    const { rank, axes, sizes } = this.#built;
    return { rank, sizes: Object.fromEntries(axes.map((axis, index) => [axis, sizes[index]])) };
  }

  override build(inputShape: SymbolicShape): void {
    const axes = normalizeAxes(this.name, this.axis, inputShape.length);
    const sizes = axes.map((axis) => knownSize(this, inputShape, axis));
    this.#built = { rank: inputShape.length, axes, sizes };
    if (this.valuesOf(options).mean !== null) return;
    this.adapted = {
      mean: this.addWeight("mean", sizes, { initializer: "zeros", trainable: false }),
      variance: this.addWeight("variance", sizes, { initializer: "ones", trainable: false }),
      count: this.addWeight("count", [], { initializer: "zeros", dtype: "int32" }),
    };
  }

  /**
   * Takes over mean and variance of data.
   *
   * @param data All of the data, or their batches.
   * @throws RangeError if mean and variance were given, or there are no data; ShapeError if data do not fit each other.
   */
  adapt(data: TensorLike | Iterable<TensorLike>): void {
    if (this.valuesOf(options).mean !== null) {
      throw new RangeError(`${this.name}: mean and variance were given as options; adapt would replace them`);
    }
    let seen = 0;
    let mean: Tensor = zeros([]);
    let variance: Tensor = zeros([]);
    for (const each of isBatches(data) ? data : [data]) {
      const batch = cast(toTensor(each), this.computeDType);
      this.buildFor(batch.shape);
      const { axes } = this.#checkedShape(batch.shape);
      const others = batch.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
      const size = sizeOf(others.map((axis) => batch.shape[axis]));
      const found = moments(batch, others);
      seen += size;
      const [before, now] = [1 - size / seen, size / seen];
      const next = add(mul(mean, before), mul(found.mean, now));
      variance = add(
        mul(add(variance, square(sub(mean, next))), before),
        mul(add(found.variance, square(sub(found.mean, next))), now),
      );
      mean = next;
    }
    if (this.adapted === null) throw new RangeError(`${this.name}: there are no data to adapt to`);
    this.adapted.mean.assign(cast(mean, this.adapted.mean.dtype));
    this.adapted.variance.assign(cast(variance, this.adapted.variance.dtype));
  }

  override call(inputs: Tensor): Tensor {
    const x = cast(inputs, this.computeDType);
    const { mean, variance } = this.adapted ?? this.valuesOf(options);
    const [centre, spread] = [mean, variance].map((each) => this.#placed(each ?? 0));
    const deviation = maximum(sqrt(spread), leastDeviation);
    return this.invert ? add(centre, mul(x, deviation)) : x.sub(centre).div(deviation);
  }

  /** A statistic whose axes stand at their places among those of the input. */
  #placed(value: TensorLike): Tensor {
    const { rank = 0, axes = [] } = this.#built ?? {};
    const tensor = cast(value, this.computeDType);
    const among = new Array<number>(rank).fill(1);
    tensor.shape.forEach((size, index) => {
      among[axes[axes.length - tensor.rank + index]] = size;
    });
    return reshape(tensor, among);
  }

  #checkedShape(shape: Shape): { readonly axes: readonly number[] } {
    const { rank = 0, axes = [], sizes = [] } = this.#built ?? {};
    if (shape.length === rank && axes.every((axis, index) => shape[axis] === sizes[index])) return { axes };
    throw new ShapeError(
      `${this.name}: the data have the shape ${formatShape(shape)}; the layer was built for ${rank} dimensions, with the sizes ` +
        `[${sizes.join(", ")}] in the axes [${axes.join(", ")}]`,
    );
  }
}

function formatOrNull(shape: Shape | null): string {
  return shape === null ? "null" : formatShape(shape);
}

/** Whether data come in batches, and not as one tensor or array. */
function isBatches(data: TensorLike | Iterable<TensorLike>): data is Iterable<TensorLike> {
  if (Array.isArray(data)) return data.some((each) => each instanceof Tensor || ArrayBuffer.isView(each));
  return (
    typeof data === "object" &&
    !ArrayBuffer.isView(data) &&
    Symbol.iterator in data &&
    !(data instanceof Tensor)
  );
}
