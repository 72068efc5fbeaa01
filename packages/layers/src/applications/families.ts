import type { Tensor, TensorLike } from "@strata/core";
import { SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { toTensor } from "../utilities/tensors.ts";
import { decodePredictions } from "./class-index.ts";
import { type PreprocessMode, type PreprocessOptions, preprocessInput } from "./preprocess-input.ts";

/** The functions before and after the networks of a family. */
export interface Family {
  /** Brings images of values from 0 to 255 to those that the networks were trained with. */
  readonly preprocessInput: {
    (images: TensorLike, options?: PreprocessOptions): Tensor;
    (images: SymbolicTensor, options?: PreprocessOptions): SymbolicTensor;
  };
  /** The classes with the highest scores: {@link decodePredictions}. */
  readonly decodePredictions: typeof decodePredictions;
}

/** With null, images stay as they are, since the networks scale them themselves. */
function family(mode: PreprocessMode | null): Family {
  function preprocess(images: TensorLike, options?: PreprocessOptions): Tensor;
  function preprocess(images: SymbolicTensor, options?: PreprocessOptions): SymbolicTensor;
  function preprocess(images: TensorLike | SymbolicTensor, options?: PreprocessOptions) {
    if (images instanceof SymbolicTensor)
      return mode === null ? images : preprocessInput(images, mode, options);
    return mode === null ? toTensor(images) : preprocessInput(images, mode, options);
  }
  return { preprocessInput: preprocess, decodePredictions };
}

/** Of {@link ConvNeXtTiny} and its relatives, which scale images themselves. */
export const convnext = family(null);
/** Of {@link DenseNet121} and its relatives. */
export const densenet = family("torch");
/** Of {@link EfficientNetB0} and its relatives, which scale images themselves. */
export const efficientnet = family(null);
/** Of {@link EfficientNetV2B0} and its relatives, which scale images themselves. */
export const efficientnetV2 = family(null);
/** Of {@link InceptionResNetV2}. */
export const inceptionResnetV2 = family("tf");
/** Of {@link InceptionV3}. */
export const inceptionV3 = family("tf");
/** Of {@link MobileNet}. */
export const mobilenet = family("tf");
/** Of {@link MobileNetV2}. */
export const mobilenetV2 = family("tf");
/** Of {@link MobileNetV3Small} and {@link MobileNetV3Large}, which scale images themselves. */
export const mobilenetV3 = family(null);
/** Of {@link NASNetMobile} and {@link NASNetLarge}. */
export const nasnet = family("tf");
/** Of {@link ResNet50}, {@link ResNet101} and {@link ResNet152}. */
export const resnet = family("caffe");
/** Of {@link ResNet50V2}, {@link ResNet101V2} and {@link ResNet152V2}. */
export const resnetV2 = family("tf");
/** Of {@link VGG16} and {@link VGG19}. */
export const vgg = family("caffe");
/** Of {@link Xception}. */
export const xception = family("tf");
