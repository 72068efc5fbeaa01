/** All architectures by name, and what the guide says of them. */
import * as all from "../index.ts";

type Build = (options?: all.ArchitectureOptions) => all.ImageModel;

/** The architectures by name, those of a family together. */
export const architectures: Readonly<Record<string, Build>> = {
  ...{ VGG16: all.VGG16, VGG19: all.VGG19 },
  ...{ ResNet50: all.ResNet50, ResNet101: all.ResNet101, ResNet152: all.ResNet152 },
  ...{ ResNet50V2: all.ResNet50V2, ResNet101V2: all.ResNet101V2, ResNet152V2: all.ResNet152V2 },
  ...{ DenseNet121: all.DenseNet121, DenseNet169: all.DenseNet169, DenseNet201: all.DenseNet201 },
  ...{ InceptionV3: all.InceptionV3, InceptionResNetV2: all.InceptionResNetV2, Xception: all.Xception },
  ...{ MobileNet: all.MobileNet, MobileNetV2: all.MobileNetV2 },
  ...{ MobileNetV3Small: all.MobileNetV3Small, MobileNetV3Large: all.MobileNetV3Large },
  ...{ NASNetMobile: all.NASNetMobile, NASNetLarge: all.NASNetLarge },
  ...{ EfficientNetB0: all.EfficientNetB0, EfficientNetB1: all.EfficientNetB1 },
  ...{ EfficientNetB2: all.EfficientNetB2, EfficientNetB3: all.EfficientNetB3 },
  ...{ EfficientNetB4: all.EfficientNetB4, EfficientNetB5: all.EfficientNetB5 },
  ...{ EfficientNetB6: all.EfficientNetB6, EfficientNetB7: all.EfficientNetB7 },
  ...{ EfficientNetV2B0: all.EfficientNetV2B0, EfficientNetV2B1: all.EfficientNetV2B1 },
  ...{ EfficientNetV2B2: all.EfficientNetV2B2, EfficientNetV2B3: all.EfficientNetV2B3 },
  ...{ EfficientNetV2S: all.EfficientNetV2S, EfficientNetV2M: all.EfficientNetV2M },
  ...{ EfficientNetV2L: all.EfficientNetV2L },
  ...{ ConvNeXtTiny: all.ConvNeXtTiny, ConvNeXtSmall: all.ConvNeXtSmall, ConvNeXtBase: all.ConvNeXtBase },
  ...{ ConvNeXtLarge: all.ConvNeXtLarge, ConvNeXtXLarge: all.ConvNeXtXLarge },
};

/** The row of an architecture in the guide's table: of a model of so many classes, for 1000 classes. */
export function tableRow(name: string, model: all.ImageModel, classes: number): string {
  const size = model.inputShape?.[1];
  const last = model.layers.findLast(({ weights }) => weights.length > 0)?.countParams() ?? 0;
  const parameters = model.countParams() + (last / classes) * (1000 - classes);
  const cells = [
    `\`${name}\``,
    size === null ? "any" : `${size} × ${size}`,
    model.layers.length,
    parameters.toLocaleString("en-US"),
  ];
  return `| ${cells.join(" | ")} |`;
}
