import type { AnyLayer } from "../layer/any-layer.ts";
import type { Structure } from "../layer/structure.ts";
import type { Expected } from "./array-batches.ts";

/** A model as its trainer knows it. */
export interface TrainerModel extends AnyLayer {
  readonly expectedInputs: Structure<Expected> | null;
  readonly outputNames: readonly string[] | null;
  readonly isCallable: boolean;
}

/** A layer and all of its parts, each once. */
export function partsOf(layer: AnyLayer): readonly AnyLayer[] {
  return [...new Set([layer, ...layer.sublayers.flatMap(({ part }) => partsOf(part))])];
}
