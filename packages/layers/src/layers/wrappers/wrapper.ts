import { type AnyLayer, layerOptions } from "../../layer/any-layer.ts";
import { Layer } from "../../layer/layer.ts";
import { layer } from "../../layer/layer-option.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest } from "../../schema/option.ts";

/** The options of all wrappers. */
export const wrapperOptions = {
  ...layerOptions,
  /** The layer that is wrapped. */
  layer: layer(),
};

/** Options of {@link Wrapper}. */
export interface WrapperOptions extends Given<typeof wrapperOptions> {}

/** A layer that does something to the inputs, the results or the weights of another; subclasses say what. */
export abstract class Wrapper<Inputs, Outputs, Extra = unknown> extends Layer<Inputs, Outputs, Extra> {
  static override readonly className: string = "Wrapper";
  static override readonly options = wrapperOptions;
  override readonly supportsMasking = true;
  /** The layer that is wrapped. */
  declare readonly layer: AnyLayer;

  constructor(
    ...given: [layer: AnyLayer, options?: Rest<WrapperOptions, "layer">] | [options: WrapperOptions]
  ) {
    super(named(new.target, given, "layer"));
  }
}
