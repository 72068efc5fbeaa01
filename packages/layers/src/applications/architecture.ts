/** The parts that all architectures share: their options, their inputs, and the layers at their end. */
import { listAlternatives } from "@strata/core/internal";
import { activation } from "../activations/registry.ts";
import type { Layer } from "../layer/layer.ts";
import { leavesOf } from "../layer/structure.ts";
import { SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { Dense } from "../layers/core/dense.ts";
import { Input } from "../layers/core/input-layer.ts";
import { GlobalAveragePooling2D, GlobalMaxPooling2D } from "../layers/pooling/global-pooling.ts";
import { Model } from "../models/model.ts";
import { type Given, type OptionValues, option } from "../schema/option.ts";
import { boolean, choice, positiveInteger, shape, text } from "../schema/vocabulary.ts";
import { formatShape } from "../utilities/shapes.ts";

/** The options that all architectures take. */
export const architectureOptions = {
  /** Whether the layers that make scores for classes of the features are there. */
  includeTop: boolean(true),
  /** Null: initial values are drawn. `await model.loadWeights(source)` reads those of a trained model. */
  weights: option<null>({
    accepted:
      "null, since reading takes time: await model.loadWeights(source) reads a file that you name; those that Keras has trained " +
      "are written by model.save_weights in Python, and are in ~/.keras/models where it was used",
    read: (given) => (given === null ? null : undefined),
  })(null),
  /** A symbolic tensor that the architecture is applied to, in place of an input of its own. */
  inputTensor: option<SymbolicTensor>({
    accepted: "a symbolic tensor, as Input({ shape }) gives it",
    read: (given) => (given instanceof SymbolicTensor ? given : undefined),
  })().orNull(),
  /**
   * The shape of one image, [height, width, channels]; without the top, sizes can be null for any. Null: the shape that the
   * architecture was made for, or without the top [null, null, 3].
   */
  inputShape: shape().orNull(),
  /** Without the top: makes a vector of the last feature map, by its mean or its maximum. Null: the map itself. */
  pooling: choice(["avg", "max"])().orNull(),
  /** With the top: the number of classes. */
  classes: positiveInteger(1000),
  /** With the top: applied to the scores, by name or as a function; `"linear"` leaves them as they are. */
  classifierActivation: activation("softmax"),
  /** The name of the model. Null: that of Keras's. */
  name: text().orNull(),
};

/** Options of architectures. */
export interface ArchitectureOptions extends Given<typeof architectureOptions> {}

/** A model of images, [batch, height, width, channels], that gives scores of classes or features. */
export type ImageModel = Model;

/** The options of an architecture with their defaults. */
export type Architecture = OptionValues<typeof architectureOptions>;

/** The images that an architecture takes. */
export interface ImageSizes {
  /** Height and width that it was made for. */
  readonly usual: number;
  /** The least height and width. */
  readonly least: number;
  /** Whether height and width must be known. Default: with the top. */
  readonly mustBeKnown?: boolean;
}

/**
 * The tensor that an architecture begins with.
 *
 * @throws RangeError for a shape that is not one of images, and for images that are too small.
 */
export function begin(owner: string, options: Architecture, sizes: ImageSizes): SymbolicTensor {
  const { inputTensor, includeTop } = options;
  const { usual, least, mustBeKnown = includeTop } = sizes;
  const sample =
    inputTensor?.shape.slice(1) ?? options.inputShape ?? (mustBeKnown ? [usual, usual, 3] : [null, null, 3]);
  const [height, width, channels] = sample;
  const isImage = sample.length === 3 && channels !== null;
  const isLarge = [height, width].every((size) => size === null || size >= least);
  const isKnown = !mustBeKnown || (height !== null && width !== null);
  if (!isImage || !isLarge || !isKnown) {
    throw new RangeError(
      `${owner}: the input shape is ${formatShape(sample)}; it must be [height, width, channels] with a height and a width ` +
        `of at least ${least}${mustBeKnown ? "" : ", or null for any"}`,
    );
  }
  return inputTensor ?? Input({ shape: sample });
}

/** Applies one layer after the other. */
export function chain(x: SymbolicTensor, ...layers: readonly Layer[]): SymbolicTensor {
  return layers.reduce((tensor, layer) => layer.apply(tensor), x);
}

/** The number of channels of images. */
export function channelsOf({ shape }: SymbolicTensor): number {
  const channels = shape[shape.length - 1];
  if (channels !== null) return channels;
  throw new RangeError(`the shape ${formatShape(shape)} has no number of channels`);
}

/** A number of channels near `channels` that `divisor` divides, and not less than nine tenths of it. */
export function divisible(channels: number, divisor = 8): number {
  const rounded = Math.max(divisor, Math.floor((channels + divisor / 2) / divisor) * divisor);
  return rounded < 0.9 * channels ? rounded + divisor : rounded;
}

/**
 * The zeros around an image, [before, after] by axis, with which windows at a distance of 2 give half of its size, rounded
 * up: where a size is even, one less before than after.
 */
export function halvingPadding({ shape }: SymbolicTensor, kernelSize: number) {
  const half = Math.floor(kernelSize / 2);
  return [shape[1], shape[2]].map((size): readonly [number, number] => [
    (size ?? 0) % 2 === 0 ? half - 1 : half,
    half,
  ]);
}

/** The scores of the classes, of a vector of features. */
export function classifier({ classes, classifierActivation }: Architecture): Dense {
  return new Dense(classes, { activation: classifierActivation, name: "predictions" });
}

/**
 * The mean or the maximum of a feature map, where `pooling` asks for it.
 *
 * @param name The layer's name; null where Keras gives it none of its own.
 */
export function pooled(
  x: SymbolicTensor,
  { pooling }: Architecture,
  names: { readonly avg: string; readonly max: string } | null = null,
): SymbolicTensor {
  if (pooling === "avg") return new GlobalAveragePooling2D({ name: names?.avg }).apply(x);
  return pooling === "max" ? new GlobalMaxPooling2D({ name: names?.max }).apply(x) : x;
}

/** The model from the inputs that a tensor depends on to another tensor. */
export function modelBetween(start: SymbolicTensor, outputs: SymbolicTensor, name: string): ImageModel {
  const inputs = sourcesOf(start);
  if (inputs.length === 1) return new Model({ inputs: inputs[0], outputs, name });
  throw new RangeError(
    `${name}: inputTensor depends on ${inputs.length} inputs (${listAlternatives(inputs.map((each) => each.name))}); it must ` +
      "depend on one",
  );
}

/** The results of Input layers that a tensor depends on. */
function sourcesOf(tensor: SymbolicTensor): readonly SymbolicTensor[] {
  const before = leavesOf<unknown>(tensor.origin.call.inputs).filter(
    (each): each is SymbolicTensor => each instanceof SymbolicTensor,
  );
  return before.length === 0 ? [tensor] : [...new Set(before.flatMap(sourcesOf))];
}
