import { cast, notEqual, ShapeError, type Tensor } from "@strata/core";
import { describeValue } from "@strata/core/internal";
import { checkOptionNames } from "../utilities/options.ts";
import { checkComparable } from "../utilities/ranks.ts";
import { fitsShape, formatShape, type SymbolicShape } from "../utilities/shapes.ts";
import {
  binaryCrossentropy,
  type CrossentropyOptions,
  categoricalCrossentropy,
  meanSquaredError,
  type SparseCrossentropyOptions,
  sparseCategoricalCrossentropy,
  sparseLabels,
} from "./functions.ts";
import { Loss, type LossOptions, lossOptionNames, type Targets } from "./loss.ts";

/**
 * The mean of the squared differences. Targets and predictions: [batch, ...].
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(new losses.MeanSquaredError().apply([[0, 2]], [[1, 4]]).item()); // 2.5
 * ```
 */
export class MeanSquaredError extends Loss {
  /** The name of the class, which minifiers leave alone. */
  static readonly className: string = "MeanSquaredError";

  /** @param options Name and reduction. */
  constructor(options: LossOptions = {}) {
    checkOptionNames("MeanSquaredError", options, lossOptionNames);
    super(options);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanSquaredError(yTrue, yPred);
  }

  override checkTargets(operation: string, { shape }: Targets, outputShape: SymbolicShape): void {
    checkComparable(operation, "meanSquaredError", shape, outputShape);
  }
}

/** Options of {@link BinaryCrossentropy} and {@link CategoricalCrossentropy}. */
export interface CrossentropyLossOptions extends LossOptions, CrossentropyOptions {}

/**
 * The cross-entropy of yes-or-no decisions. Targets and predictions: [batch, decisions].
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * const loss = new losses.BinaryCrossentropy({ fromLogits: true });
 * console.log(loss.apply([[1]], [[0]]).item().toFixed(4)); // 0.6931
 * ```
 */
export class BinaryCrossentropy extends Loss {
  /** The name of the class, which minifiers leave alone. */
  static readonly className: string = "BinaryCrossentropy";
  private readonly options: Required<CrossentropyOptions>;

  /** @param options Name, reduction, `fromLogits` and `labelSmoothing`. */
  constructor(options: CrossentropyLossOptions = {}) {
    checkOptionNames("BinaryCrossentropy", options, [...lossOptionNames, "fromLogits", "labelSmoothing"]);
    const crossentropy = crossentropyOptions("BinaryCrossentropy", options);
    super(options);
    this.options = crossentropy;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return binaryCrossentropy(yTrue, yPred, this.options);
  }

  override checkTargets(operation: string, { shape }: Targets, outputShape: SymbolicShape): void {
    checkComparable(operation, "binaryCrossentropy", shape, outputShape);
  }

  override getConfig(): CrossentropyLossOptions {
    return { ...super.getConfig(), ...this.options };
  }
}

/**
 * The cross-entropy of one decision among K classes, for one-hot targets. Targets and predictions: [batch, K].
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * const loss = new losses.CategoricalCrossentropy();
 * console.log(loss.apply([[0, 1]], [[0.5, 0.5]]).item().toFixed(4)); // 0.6931
 * ```
 */
export class CategoricalCrossentropy extends Loss {
  /** The name of the class, which minifiers leave alone. */
  static readonly className: string = "CategoricalCrossentropy";
  private readonly options: Required<CrossentropyOptions>;

  /** @param options Name, reduction, `fromLogits` and `labelSmoothing`. */
  constructor(options: CrossentropyLossOptions = {}) {
    checkOptionNames("CategoricalCrossentropy", options, [
      ...lossOptionNames,
      "fromLogits",
      "labelSmoothing",
    ]);
    const crossentropy = crossentropyOptions("CategoricalCrossentropy", options);
    super(options);
    this.options = crossentropy;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return categoricalCrossentropy(yTrue, yPred, this.options);
  }

  override checkTargets(operation: string, { shape }: Targets, outputShape: SymbolicShape): void {
    if (fitsShape(shape.slice(1), outputShape.slice(1)) && shape.length === outputShape.length) return;
    throw new ShapeError(
      `${operation}: y has the shape ${formatShape(shape)}; for categoricalCrossentropy and outputs of the shape ` +
        `${formatShape(outputShape)} it must be ${formatShape([shape[0], ...outputShape.slice(1)])} ` +
        "(integer labels are for sparseCategoricalCrossentropy, or for toCategorical)",
    );
  }

  override getConfig(): CrossentropyLossOptions {
    return { ...super.getConfig(), ...this.options };
  }
}

/** Options of {@link SparseCategoricalCrossentropy}. */
export interface SparseCrossentropyLossOptions extends LossOptions, SparseCrossentropyOptions {}

/**
 * The cross-entropy of one decision among K classes, for integer labels. Labels: [batch] or [batch, 1]; predictions:
 * [batch, K].
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * const loss = new losses.SparseCategoricalCrossentropy();
 * console.log(loss.apply([1], [[0.5, 0.5]]).item().toFixed(4)); // 0.6931
 * ```
 */
export class SparseCategoricalCrossentropy extends Loss {
  /** The name of the class, which minifiers leave alone. */
  static readonly className: string = "SparseCategoricalCrossentropy";
  private readonly options: SparseCrossentropyOptions;

  /** @param options Name, reduction, `fromLogits` and `ignoreClass`. */
  constructor(options: SparseCrossentropyLossOptions = {}) {
    checkOptionNames("SparseCategoricalCrossentropy", options, [
      ...lossOptionNames,
      "fromLogits",
      "ignoreClass",
    ]);
    super(options);
    const { fromLogits = false, ignoreClass } = options;
    this.options = { fromLogits, ...(ignoreClass === undefined ? {} : { ignoreClass }) };
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return sparseCategoricalCrossentropy(yTrue, yPred, this.options);
  }

  /** @throws RangeError for a label that is no class, ShapeError if the shapes do not fit. */
  override checkTargets(operation: string, { values, shape }: Targets, outputShape: SymbolicShape): void {
    const expected = outputShape.slice(1, -1);
    const sample = shape.slice(1);
    if (!fitsShape(sample, expected) && !fitsShape(sample, [...expected, 1])) {
      throw new ShapeError(
        `${operation}: y has the shape ${formatShape(shape)}; for sparseCategoricalCrossentropy and outputs of the ` +
          `shape ${formatShape(outputShape)} it must be ${formatShape([shape[0], ...expected])} ` +
          "(one-hot vectors are for categoricalCrossentropy)",
      );
    }
    const classes = outputShape[outputShape.length - 1];
    if (classes === null) return;
    const { ignoreClass } = this.options;
    for (let index = 0; index < values.length; index++) {
      const label = values[index];
      if ((label >= 0 && label < classes && Number.isInteger(label)) || label === ignoreClass) continue;
      throw new RangeError(
        `${operation}: y holds the label ${label} at position ${index}; for ${classes} classes the labels are the ` +
          `integers 0 to ${classes - 1}`,
      );
    }
  }

  override getConfig(): SparseCrossentropyLossOptions {
    return { ...super.getConfig(), ...this.options };
  }

  protected override mask(yTrue: Tensor, yPred: Tensor): Tensor | null {
    const { ignoreClass } = this.options;
    return ignoreClass === undefined
      ? null
      : cast(notEqual(sparseLabels(yTrue, yPred), ignoreClass), yPred.dtype);
  }
}

/** A function of targets and predictions, [batch, ...], that gives the loss of each sample. */
export type LossFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;

/**
 * A loss made of a function.
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * const loss = new losses.LossFunctionWrapper((yTrue, yPred) => yTrue.sub(yPred).abs().mean(-1));
 * console.log(loss.apply([[1, 2]], [[2, 4]]).item()); // 1.5
 * ```
 */
export class LossFunctionWrapper extends Loss {
  /** The name of the class, which minifiers leave alone. */
  static readonly className: string = "LossFunctionWrapper";
  private readonly f: LossFunction;

  /**
   * @param f The function.
   * @param options Name (default: the function's) and reduction.
   */
  constructor(f: LossFunction, options: LossOptions = {}) {
    super({ ...(f.name === "" ? {} : { name: f.name }), ...options });
    this.f = f;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return this.f(yTrue, yPred);
  }
}

function crossentropyOptions(
  className: string,
  { fromLogits = false, labelSmoothing = 0 }: CrossentropyOptions,
): Required<CrossentropyOptions> {
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new RangeError(
      `${className}: labelSmoothing is ${describeValue(labelSmoothing)}; it must be from 0 to 1`,
    );
  }
  return { fromLogits, labelSmoothing };
}
