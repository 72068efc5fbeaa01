import { describeValue } from "@strata/core/internal";
import { type AliasesOf, aliasesOf, classesOf, type DefaultNames, functionsOf } from "../registry/classes.ts";
import { type ObjectKind, resolveObject } from "../registry/object-option.ts";
import { Registry } from "../registry/registry.ts";
import type { NameOf } from "../utilities/names.ts";
import { BinaryCrossentropy } from "./binary-crossentropy.ts";
import { CategoricalCrossentropy } from "./categorical-crossentropy.ts";
import * as classes from "./classes.ts";
import { Loss } from "./loss.ts";
import { type LossFunction, LossFunctionWrapper } from "./loss-function-wrapper.ts";
import { SparseCategoricalCrossentropy } from "./sparse-categorical-crossentropy.ts";

/** The names that stand for one of the cross-entropies, which the shapes of targets and outputs decide. */
const undecided = ["crossentropy", "ce"] as const;

/** The name of a loss: that of its class in camelCase or in Keras's snake_case, or an abbreviation. */
export type LossName =
  | NameOf<DefaultNames<typeof classes, Loss>>
  | AliasesOf<typeof classes>
  | (typeof undecided)[number];

/** A loss: by name, as an object, or as a function that gives the loss of each sample. */
export type LossLike = LossName | Loss | LossFunction;

const lossClasses = classesOf(classes, Loss);

/** The losses that have names. */
export const lossRegistry = new Registry("loss", lossClasses, aliasesOf(lossClasses));

/** The losses as functions, by the names of their classes. */
export const lossFunctions = new Registry("loss function", functionsOf(lossClasses));

const kind: ObjectKind<Loss, LossFunction> = {
  kind: "a loss",
  registry: lossRegistry,
  isInstance: (value: unknown) => value instanceof Loss,
  fromFunction: lossOfFunction,
};

/** A loss, or null for a name that the shapes of targets and outputs decide: see {@link decideCrossentropy}. */
export function resolveLoss(loss: LossLike, operation: string): Loss | null {
  if (typeof loss !== "string") return resolveObject(kind, `${operation}: the loss`, loss);
  const isUndecided = undecided.some((name) => name === loss.toLowerCase());
  return isUndecided ? null : resolveObject(kind, operation, loss);
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
  const name = lossFunctions.nameOf(f);
  return name === undefined ? new LossFunctionWrapper(f) : new lossClasses[name]();
}
