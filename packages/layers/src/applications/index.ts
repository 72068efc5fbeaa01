/**
 * The architectures of Keras's applications, by Keras's names: functions that give a functional model.
 *
 * @module
 */

import "../operations/methods.ts";

export type { ArchitectureOptions, ImageModel } from "./architecture.ts";
export { checkedFile } from "./checked-file.ts";
export { type ClassName, decodePredictions, type Prediction, readClassIndex } from "./class-index.ts";
export {
  ConvNeXtBase,
  ConvNeXtLarge,
  type ConvNeXtOptions,
  ConvNeXtSmall,
  ConvNeXtTiny,
  ConvNeXtXLarge,
} from "./convnext.ts";
export { DenseNet121, DenseNet169, DenseNet201 } from "./densenet.ts";
export {
  EfficientNetB0,
  EfficientNetB1,
  EfficientNetB2,
  EfficientNetB3,
  EfficientNetB4,
  EfficientNetB5,
  EfficientNetB6,
  EfficientNetB7,
  type EfficientNetOptions,
} from "./efficientnet.ts";
export {
  EfficientNetV2B0,
  EfficientNetV2B1,
  EfficientNetV2B2,
  EfficientNetV2B3,
  EfficientNetV2L,
  EfficientNetV2M,
  type EfficientNetV2Options,
  EfficientNetV2S,
} from "./efficientnet-v2.ts";
export * from "./families.ts";
export { InceptionResNetV2 } from "./inception-resnet-v2.ts";
export { InceptionV3 } from "./inception-v3.ts";
export { MobileNet, type MobileNetOptions } from "./mobilenet.ts";
export { MobileNetV2, type MobileNetV2Options } from "./mobilenet-v2.ts";
export { MobileNetV3Large, type MobileNetV3Options, MobileNetV3Small } from "./mobilenet-v3.ts";
export { NASNetLarge, NASNetMobile } from "./nasnet.ts";
export { type PreprocessMode, type PreprocessOptions, preprocessInput } from "./preprocess-input.ts";
export { ResNet50, ResNet101, ResNet152 } from "./resnet.ts";
export { ResNet50V2, ResNet101V2, ResNet152V2 } from "./resnet-v2.ts";
export { VGG16, VGG19 } from "./vgg.ts";
export { Xception } from "./xception.ts";
