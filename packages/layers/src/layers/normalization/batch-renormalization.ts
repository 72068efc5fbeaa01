import {
  clip,
  div,
  maximum,
  minimum,
  sqrt,
  stopGradient,
  sub,
  type Tensor,
  type Variable,
} from "@strata/core";
import { isPlainObject } from "../../schema/configurable.ts";
import { option } from "../../schema/option.ts";
import { boolean, fraction } from "../../schema/vocabulary.ts";

/** Bounds of the corrections of batch renormalization; null or left out: none. */
export interface RenormClipping {
  /** The highest ratio of standard deviations. */
  readonly rmax?: number | null;
  /** The lowest ratio of standard deviations. */
  readonly rmin?: number | null;
  /** The highest difference of means, in standard deviations. */
  readonly dmax?: number | null;
}

const clipping = option<RenormClipping>({
  accepted: "an object with numbers for some of rmax, rmin and dmax, where rmin ≤ rmax and dmax ≥ 0",
  read: (given) => (isClipping(given) ? given : undefined),
});

function isClipping(given: unknown): given is RenormClipping {
  if (!isPlainObject(given)) return false;
  const { rmax, rmin, dmax, ...others } = given;
  const bounds = [rmax, rmin, dmax].map((bound) => bound ?? null);
  if (Object.keys(others).length > 0 || bounds.some((bound) => bound !== null && !Number.isFinite(bound))) {
    return false;
  }
  return Number(rmin ?? 0) <= Number(rmax ?? Number.POSITIVE_INFINITY) && Number(dmax ?? 0) >= 0;
}

/** The options of batch renormalization. */
export const renormalizationOptions = {
  /** Whether batches are normalized by corrected statistics, so that training and inference differ less. */
  renorm: boolean(false),
  /** Bounds of the corrections. */
  renormClipping: clipping().orNull(),
  /** As `momentum`, of the statistics that batches are corrected by. */
  renormMomentum: fraction(0.99),
};

/** The statistics that batch renormalization keeps besides the moving mean and variance. */
export interface RenormStatistics {
  /** The moving standard deviation, from which the moving variance follows. */
  readonly movingStddev: Variable;
  /** The mean that batches are corrected by. */
  readonly renormMean: Variable;
  /** The standard deviation that batches are corrected by. */
  readonly renormStddev: Variable;
}

/**
 * The factor r and the offset d of normalized values, with which they are what the moving statistics would give: S. Ioffe,
 * "Batch renormalization" (2017). Neither has a gradient.
 */
export function renormCorrections(
  batch: { readonly mean: Tensor; readonly stddev: Tensor },
  { renormMean, renormStddev }: RenormStatistics,
  { epsilon, renormClipping }: { readonly epsilon: number; readonly renormClipping: RenormClipping | null },
): { readonly r: Tensor; readonly d: Tensor } {
  const { rmax, rmin, dmax } = renormClipping ?? {};
  const stddev = maximum(renormStddev.value.cast(batch.mean.dtype), Math.sqrt(epsilon));
  let r = div(batch.stddev, stddev);
  let d = div(sub(batch.mean, renormMean.value.cast(batch.mean.dtype)), stddev);
  if (typeof rmin === "number") r = maximum(r, rmin);
  if (typeof rmax === "number") r = minimum(r, rmax);
  if (typeof dmax === "number") d = clip(d, -dmax, dmax);
  return { r: stopGradient(r), d: stopGradient(d) };
}

/** The standard deviation that belongs to a variance. */
export function stddevOf(variance: Tensor, epsilon: number): Tensor {
  return sqrt(variance.add(epsilon));
}
