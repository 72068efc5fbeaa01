import { describeValue } from "@strata/core/internal";
import { resolveName, type Spelled } from "../utilities/names.ts";
import {
  BinaryCrossentropy,
  CategoricalCrossentropy,
  type LossFunction,
  LossFunctionWrapper,
  MeanSquaredError,
  SparseCategoricalCrossentropy,
} from "./classes.ts";
import {
  binaryCrossentropy,
  categoricalCrossentropy,
  meanSquaredError,
  sparseCategoricalCrossentropy,
} from "./functions.ts";
import { Loss } from "./loss.ts";

/** The losses that have names, in camelCase. */
export type KnownLoss =
  | "binaryCrossentropy"
  | "categoricalCrossentropy"
  | "meanSquaredError"
  | "sparseCategoricalCrossentropy";

const table: Readonly<Record<KnownLoss | "bce" | "mse", () => Loss>> = {
  binaryCrossentropy: () => new BinaryCrossentropy(),
  categoricalCrossentropy: () => new CategoricalCrossentropy(),
  meanSquaredError: () => new MeanSquaredError(),
  sparseCategoricalCrossentropy: () => new SparseCategoricalCrossentropy(),
  bce: () => new BinaryCrossentropy(),
  mse: () => new MeanSquaredError(),
};

/** Names that stand for one of the cross-entropies, which the shapes of targets and outputs decide. */
const undecided: readonly unknown[] = ["crossentropy", "ce"];

/** The name of a loss: in camelCase, in snake_case, that of its class, or an abbreviation. */
export type LossName = Spelled<KnownLoss> | "mse" | "MSE" | "bce" | "BCE" | "crossentropy" | "ce";

/** A loss: by name, as an object, or as a function that gives the loss of each sample. */
export type LossLike = LossName | Loss | LossFunction;

/** A loss, or null for a name that the shapes of targets and outputs decide: see {@link decideCrossentropy}. */
export function resolveLoss(loss: LossLike, operation: string): Loss | null {
  if (loss instanceof Loss) return loss;
  if (typeof loss === "function") return lossOfFunction(loss);
  if (undecided.includes(loss)) return null;
  const names: Record<string, () => Loss | null> = { ...table, crossentropy: () => null, ce: () => null };
  if (typeof loss === "string") return resolveName(operation, "loss", names, loss)();
  throw new RangeError(
    `${operation}: the loss is ${describeValue(loss)}; it must be a name (${Object.keys(names).join(", ")}), a Loss ` +
      "or a function of targets and predictions",
  );
}

/**
 * The loss that a name stands for, or a function made into one.
 *
 * @throws RangeError for an unknown name, with the accepted ones, and for `"crossentropy"`, which only `compile` can
 * decide.
 */
export function getLoss(loss: LossLike): Loss {
  const resolved = resolveLoss(loss, "getLoss");
  if (resolved !== null) return resolved;
  throw new RangeError(
    `getLoss: ${describeValue(loss)} is decided by the shapes in compile; name one of the losses`,
  );
}

/** The cross-entropy that fits targets and outputs: binary for one output, sparse for labels, else categorical. */
export function decideCrossentropy(isBinary: boolean, isSparse: boolean): Loss {
  if (isBinary) return new BinaryCrossentropy();
  return isSparse ? new SparseCategoricalCrossentropy() : new CategoricalCrossentropy();
}

function lossOfFunction(f: LossFunction): Loss {
  if (f === meanSquaredError) return new MeanSquaredError();
  if (f === binaryCrossentropy) return new BinaryCrossentropy();
  if (f === categoricalCrossentropy) return new CategoricalCrossentropy();
  if (f === sparseCategoricalCrossentropy) return new SparseCategoricalCrossentropy();
  return new LossFunctionWrapper(f);
}
