/** Options that hold layers. */
import { option } from "../schema/option.ts";
import { AnyLayer } from "./any-layer.ts";

/** An option that is a layer. */
export const layer = layerWhere("a layer", (given): given is AnyLayer => given instanceof AnyLayer);

/** An option that is a layer which a rule of its own accepts. */
export function layerWhere<Held extends AnyLayer>(
  accepted: string,
  isAccepted: (given: unknown) => given is Held,
) {
  return option<Held>({
    accepted,
    read: (given) => (isAccepted(given) ? given : undefined),
    restore: (json, restore) => restore(json),
  });
}
