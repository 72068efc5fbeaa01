import {
  add,
  argMax,
  bincount,
  broadcastTo,
  cast,
  type DType,
  diag,
  div,
  gather,
  greater,
  greaterEqual,
  less,
  logicalAnd,
  mul,
  notEqual,
  reshape,
  sub,
  sum,
  type Tensor,
  type TensorLike,
  type Variable,
  where,
} from "@strata/core";
import { isFloat } from "@strata/core/internal";
import { epsilon } from "../losses/probabilities.ts";
import { isPlainObject, named } from "../schema/configurable.ts";
import { type Given, option, type Rest, type Values } from "../schema/option.ts";
import { boolean, dtype, integer, number, positiveInteger } from "../schema/vocabulary.ts";
import { toTensor } from "../utilities/tensors.ts";
import { type MetricDirection, nameOption, PredictionMetric } from "./metric.ts";

const classIds = option<readonly number[]>({
  accepted: "an array of integers of at least 0",
  read: (given) => {
    const isList = Array.isArray(given) && given.length > 0;
    return isList && given.every((id) => Number.isInteger(id) && id >= 0) ? given : undefined;
  },
  write: (value) => value,
});

const commonOptions = {
  ...nameOption,
  /** The dtype of the counts. By default int32, and float32 if the first batch has weights that are floats. */
  dtype: dtype("int32"),
};

const axisOptions = {
  /** The axis of the classes, for one-hot vectors. */
  axis: integer(-1),
};

/** The class ids that are compared, and their form. */
export interface Comparison {
  /** The number of classes. */
  readonly numClasses: number;
  /** The classes whose mean is computed. */
  readonly targetClassIds: readonly number[];
  /** A target that does not count; null for none. */
  readonly ignoreClass: number | null;
  /** Whether targets are class ids, and not vectors of classes. */
  readonly sparseYTrue: boolean;
  /** Whether predictions are class ids, and not vectors of classes. */
  readonly sparseYPred: boolean;
  /** The axis of the classes in vectors. */
  readonly axis: number;
}

/** The mean of the intersections over unions of some classes. */
export abstract class IntersectionOverUnion extends PredictionMetric {
  static override readonly direction: MetricDirection = "up";
  private readonly isDTypeGiven: boolean;
  private matrix: Variable | null = null;

  constructor(given: object) {
    super(given);
    this.isDTypeGiven = isPlainObject(given) && given.dtype !== undefined;
    const { numClasses, targetClassIds } = this.comparison();
    const highest = Math.max(...targetClassIds);
    if (highest >= numClasses) {
      throw new RangeError(
        `${this.name}: targetClassIds has ${highest}; for ${numClasses} classes accepted are the integers 0 to ${numClasses - 1}`,
      );
    }
  }

  /** The targets and predictions that are compared. */
  protected abstract comparison(): Comparison;

  override updateState(yTrue: TensorLike, yPred: TensorLike, sampleWeight?: TensorLike | null): void {
    const { numClasses, ignoreClass, sparseYTrue, sparseYPred, axis } = this.comparison();
    const [targets, prediction] = [[yTrue, sparseYTrue] as const, [yPred, sparseYPred] as const].map(
      ([given, isSparse]) => {
        const classes = isSparse ? toTensor(given) : argMax(toTensor(given), axis);
        return cast(reshape(classes, [-1]), "int32");
      },
    );
    const given = toTensor(sampleWeight ?? 1);
    const matrix = this.matrixFor(sampleWeight == null ? "int32" : given.dtype);
    const weights = cast(given.rank > 1 ? reshape(given, [-1]) : given, matrix.dtype);
    const isClass = [targets, prediction]
      .map((each) => logicalAnd(greaterEqual(each, 0), less(each, numClasses)))
      .reduce((left, right) => logicalAnd(left, right));
    const isCounted = ignoreClass === null ? isClass : logicalAnd(isClass, notEqual(targets, ignoreClass));
    const cells = where(isCounted, add(mul(targets, numClasses), prediction), -1);
    const counts = bincount(cells, broadcastTo(weights, targets.shape), numClasses ** 2);
    matrix.assignAdd(reshape(counts, [numClasses, numClasses]));
  }

  private matrixFor(weightDType: DType): Variable {
    const found = this.isDTypeGiven || !isFloat(weightDType) ? this.dtype : "float32";
    const { numClasses } = this.comparison();
    this.matrix ??= this.addVariable("total_confusion_matrix", [numClasses, numClasses], found);
    if (isFloat(weightDType) && !isFloat(this.matrix.dtype) && !this.isDTypeGiven) {
      throw new RangeError(
        `${this.name}: sampleWeight is ${weightDType}, and the counts so far are ${this.matrix.dtype}; give the metric the ` +
          'option dtype: "float32"',
      );
    }
    return this.matrix;
  }

  /** The mean so far, of those of the classes that occurred. */
  override result(): Tensor {
    if (this.matrix === null) return toTensor(0);
    const ids = [...this.comparison().targetClassIds];
    const counts = cast(this.matrix, "float32");
    const both = diag(counts);
    const union = sub(add(sum(counts, 0), sum(counts, 1)), both);
    const [intersections, unions] = [both, union].map((each) => gather(each, Int32Array.from(ids)));
    const isThere = greater(unions, 1e-9);
    const ratios = where(isThere, div(intersections, add(unions, epsilon)), 0);
    return div(sum(ratios), add(sum(cast(isThere, "float32")), epsilon));
  }
}

const sizeOptions = {
  /** The number of classes. */
  numClasses: positiveInteger(),
};

const targetOptions = {
  /** The classes whose mean is computed. */
  targetClassIds: classIds(),
};

const ignoreOptions = {
  /** A target that does not count. Null: none. */
  ignoreClass: integer().orNull(),
};

const sparseOptions = {
  /** Whether targets are class ids, and not vectors of classes. */
  sparseYTrue: boolean(true),
  /** Whether predictions are class ids, and not vectors of classes. */
  sparseYPred: boolean(true),
};

const denseOptions = {
  /** Whether predictions are class ids, and not vectors of classes. */
  sparseYPred: boolean(false),
};

const iouOptions = {
  ...sizeOptions,
  ...targetOptions,
  ...ignoreOptions,
  ...sparseOptions,
  ...axisOptions,
  ...commonOptions,
};

/** Options of {@link IoU}. */
export interface IoUOptions extends Given<typeof iouOptions> {}

export interface IoU extends Values<Omit<typeof iouOptions, "dtype" | "name">> {}

/**
 * The mean over some classes of intersection over union: true positives / (true positives + false positives + false
 * negatives). Class ids: [batch, ...].
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.IoU(2, [0]);
 * metric.updateState([0, 0, 1, 1], [0, 1, 0, 1]);
 * console.log(metric.result().item().toFixed(4)); // 0.3333
 * ```
 */
export class IoU extends IntersectionOverUnion {
  static override readonly className: string = "IoU";
  static override readonly options = iouOptions;

  constructor(
    ...given:
      | [
          numClasses: number,
          targetClassIds: readonly number[],
          options?: Rest<IoUOptions, "numClasses" | "targetClassIds">,
        ]
      | [options: IoUOptions]
  ) {
    super(named(new.target, given, "numClasses", "targetClassIds"));
  }

  protected override comparison(): Comparison {
    return this;
  }
}

const binaryOptions = {
  /** The classes whose mean is computed: 0, 1 or both. */
  targetClassIds: classIds([0, 1]),
  /** Predictions of at least it are of class 1. */
  threshold: number(0.5),
  ...commonOptions,
};

/** Options of {@link BinaryIoU}. */
export interface BinaryIoUOptions extends Given<typeof binaryOptions> {}

export interface BinaryIoU extends Values<Omit<typeof binaryOptions, "dtype" | "name">> {}

/**
 * Intersection over union of two classes, for predictions from 0 to 1. Targets, 0 or 1, and predictions: [batch, ...].
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.BinaryIoU([0, 1], { threshold: 0.3 });
 * metric.updateState([0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7]);
 * console.log(metric.result().item().toFixed(4)); // 0.3333
 * ```
 */
export class BinaryIoU extends IntersectionOverUnion {
  static override readonly className: string = "BinaryIoU";
  static override readonly options = binaryOptions;

  constructor(
    ...given:
      | [options?: BinaryIoUOptions]
      | [targetClassIds: readonly number[], options?: Rest<BinaryIoUOptions, "targetClassIds">]
  ) {
    super(named(new.target, given, "targetClassIds"));
  }

  override updateState(yTrue: TensorLike, yPred: TensorLike, sampleWeight?: TensorLike | null): void {
    super.updateState(yTrue, greaterEqual(yPred, this.threshold), sampleWeight);
  }

  protected override comparison(): Comparison {
    const { targetClassIds } = this;
    return {
      numClasses: 2,
      targetClassIds,
      ignoreClass: null,
      sparseYTrue: true,
      sparseYPred: true,
      axis: -1,
    };
  }
}

const meanOptions = {
  ...sizeOptions,
  ...ignoreOptions,
  ...sparseOptions,
  ...axisOptions,
  ...commonOptions,
};

/** Options of {@link MeanIoU}. */
export interface MeanIoUOptions extends Given<typeof meanOptions> {}

export interface MeanIoU extends Values<Omit<typeof meanOptions, "dtype" | "name">> {}

/**
 * The mean over all classes of intersection over union. Class ids: [batch, ...].
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.MeanIoU(2);
 * metric.updateState([0, 0, 1, 1], [0, 1, 0, 1]);
 * console.log(metric.result().item().toFixed(4)); // 0.3333
 * ```
 */
export class MeanIoU extends IntersectionOverUnion {
  static override readonly className: string = "MeanIoU";
  static override readonly options = meanOptions;

  constructor(
    ...given: [numClasses: number, options?: Rest<MeanIoUOptions, "numClasses">] | [options: MeanIoUOptions]
  ) {
    super(named(new.target, given, "numClasses"));
  }

  protected override comparison(): Comparison {
    const { numClasses, ignoreClass, sparseYTrue, sparseYPred, axis } = this;
    return {
      numClasses,
      targetClassIds: allClasses(numClasses),
      ignoreClass,
      sparseYTrue,
      sparseYPred,
      axis,
    };
  }
}

function allClasses(count: number): readonly number[] {
  return Array.from({ length: count }, (_, id) => id);
}

const oneHotOptions = {
  ...sizeOptions,
  ...targetOptions,
  ...ignoreOptions,
  ...denseOptions,
  ...axisOptions,
  ...commonOptions,
};

/** Options of {@link OneHotIoU}. */
export interface OneHotIoUOptions extends Given<typeof oneHotOptions> {}

export interface OneHotIoU extends Values<Omit<typeof oneHotOptions, "dtype" | "name">> {}

/**
 * The mean over some classes of intersection over union, for one-hot targets. Targets and predictions: [batch, ..., classes].
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.OneHotIoU(2, [0]);
 * metric.updateState([[1, 0], [1, 0], [0, 1]], [[0.9, 0.1], [0.2, 0.8], [0.4, 0.6]]);
 * console.log(metric.result().item().toFixed(4)); // 0.5000
 * ```
 */
export class OneHotIoU extends IntersectionOverUnion {
  static override readonly className: string = "OneHotIoU";
  static override readonly options = oneHotOptions;

  constructor(
    ...given:
      | [
          numClasses: number,
          targetClassIds: readonly number[],
          options?: Rest<OneHotIoUOptions, "numClasses" | "targetClassIds">,
        ]
      | [options: OneHotIoUOptions]
  ) {
    super(named(new.target, given, "numClasses", "targetClassIds"));
  }

  protected override comparison(): Comparison {
    const { numClasses, targetClassIds, ignoreClass, sparseYPred, axis } = this;
    return { numClasses, targetClassIds, ignoreClass, sparseYTrue: false, sparseYPred, axis };
  }
}

const oneHotMeanOptions = {
  ...sizeOptions,
  ...ignoreOptions,
  ...denseOptions,
  ...axisOptions,
  ...commonOptions,
};

/** Options of {@link OneHotMeanIoU}. */
export interface OneHotMeanIoUOptions extends Given<typeof oneHotMeanOptions> {}

export interface OneHotMeanIoU extends Values<Omit<typeof oneHotMeanOptions, "dtype" | "name">> {}

/**
 * The mean over all classes of intersection over union, for one-hot targets. Targets and predictions: [batch, ..., classes].
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.OneHotMeanIoU(2);
 * metric.updateState([[1, 0], [1, 0], [0, 1]], [[0.9, 0.1], [0.2, 0.8], [0.4, 0.6]]);
 * console.log(metric.result().item().toFixed(4)); // 0.5000
 * ```
 */
export class OneHotMeanIoU extends IntersectionOverUnion {
  static override readonly className: string = "OneHotMeanIoU";
  static override readonly options = oneHotMeanOptions;

  constructor(
    ...given:
      | [numClasses: number, options?: Rest<OneHotMeanIoUOptions, "numClasses">]
      | [options: OneHotMeanIoUOptions]
  ) {
    super(named(new.target, given, "numClasses"));
  }

  protected override comparison(): Comparison {
    const { numClasses, ignoreClass, sparseYPred, axis } = this;
    return {
      numClasses,
      targetClassIds: allClasses(numClasses),
      ignoreClass,
      sparseYTrue: false,
      sparseYPred,
      axis,
    };
  }
}
