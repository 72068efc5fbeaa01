/** A limit for the weights of layers that a file restores: a small file must not make large ones. */
import type { Shape } from "@strata/core";
import { sizeOf } from "@strata/core/internal";

/** What a file allows the layers that are restored from it; null while none are restored. */
let allowance: { left: number; readonly haveValues: boolean } | null = null;

/**
 * Restores layers of a file. Their weights begin with zeros if the file has values for them, since they are replaced; together they
 * have at most 8 times as many elements as the file, or as it may have.
 *
 * @param elements The number of elements in the file; or the most, as { most }, if it has none.
 * @param restore Makes the layers.
 */
export function withWeightsOfFile<Result>(
  elements: number | { readonly most: number },
  restore: () => Result,
): Result {
  const before = allowance;
  // Some layers are built more than once on the way, and a wrapper builds copies of its layer.
  allowance =
    typeof elements === "number"
      ? { left: 8 * elements, haveValues: true }
      : { left: 8 * elements.most, haveValues: false };
  try {
    return restore();
  } finally {
    allowance = before;
  }
}

/** Throws a RangeError if the file that a layer is restored from does not allow it a weight of a shape. */
export function checkAllowance(owner: string, shape: Shape): void {
  if (allowance === null) return;
  const size = sizeOf(shape);
  if (!(size <= allowance.left)) {
    throw new RangeError(
      `${owner}: it has the shape [${shape.join(", ")}], ` +
        (allowance.haveValues
          ? "for which the file has too few values"
          : "with which the model of a file without weights is too large"),
    );
  }
  allowance.left -= size;
}

/** Whether layers are being restored whose weights the file has, so that first values of their own are for nothing. */
export function areValuesInFile(): boolean {
  return allowance?.haveValues ?? false;
}
