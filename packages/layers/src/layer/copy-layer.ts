import { isPlainObject } from "../schema/configurable.ts";
import { AnyLayer } from "./any-layer.ts";

/**
 * A layer of the same class and options, and with weights of its own, which are made anew if the layer has any.
 *
 * @param layer The layer, whose parts are copied too.
 * @param changes Options that are to differ.
 */
export function copyLayer(layer: AnyLayer, changes: object = {}): AnyLayer {
  const options = { ...Object(copyOfParts(layer.getConfig())), ...changes };
  const copy: unknown = Reflect.construct(layer.constructor, [options]);
  if (!(copy instanceof AnyLayer)) throw new TypeError(`${layer.name}: its class does not make layers`);
  const built = layer.built ? layer.buildConfig() : null;
  if (built !== null) copy.buildFromConfig(built);
  return copy;
}

function copyOfParts(value: unknown): unknown {
  if (value instanceof AnyLayer) return copyLayer(value);
  if (Array.isArray(value)) return value.map(copyOfParts);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, copyOfParts(each)]));
}
