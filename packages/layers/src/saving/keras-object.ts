import { isPlainObject } from "../schema/configurable.ts";
import type { Json } from "../schema/option.ts";

/** An object in the form in which Keras 3 writes configurations. */
export interface KerasObject {
  /** The module of its class; null for classes of the user's own. */
  readonly module?: string | null;
  /** The name of its class. */
  readonly class_name: string;
  /** The arguments of its constructor; of a function its name. */
  readonly config: Json;
  /** The name under which a class of the user's own was registered; null for Keras's own. */
  readonly registered_name?: string | null;
  /** Of a layer: the shapes that it was built for. */
  readonly build_config?: Json;
}

/** Whether a value of JSON is an object of some class, and no plain data. */
export function isKerasObject(json: Json): json is KerasObject & { readonly [name: string]: Json } {
  return isPlainObject(json) && typeof json.class_name === "string" && "config" in json;
}
