/** One architecture for each kind of block; the guide has the table of all families. */
import { normal, setSeed } from "@strata/core";
import { exportOnnx } from "@strata/layers";
import {
  ConvNeXtTiny,
  EfficientNetB0,
  type ImageModel,
  MobileNetV2,
  MobileNetV3Small,
} from "@strata/layers/applications";
import { afterAll, expect, it } from "vitest";
import { describeWith } from "../peers.ts";
import { DifferenceTable } from "./difference-table.ts";
import { largestDifference, runOnnx } from "./onnx-runtime.ts";

const features = { includeTop: false, pooling: "avg", inputShape: [32, 32, 3] } as const;

const architectures: readonly (readonly [string, () => ImageModel])[] = [
  ["MobileNetV2", () => MobileNetV2({ ...features, alpha: 0.35 })],
  ["MobileNetV3Small", () => MobileNetV3Small(features)],
  ["EfficientNetB0", () => EfficientNetB0(features)],
  ["ConvNeXtTiny", () => ConvNeXtTiny(features)],
];

describeWith(["onnxruntime-web"], "ONNX Runtime computes what the applications compute", () => {
  const table = new DifferenceTable();

  it.each(architectures)("%s", async (name, build) => {
    setSeed(1);
    const model = build();
    const images = normal([3, 32, 32, 3]).mul(50).add(120);
    const expected = model.apply(images, { training: false });
    const [input] = model.inputs;
    const [results] = await runOnnx(await exportOnnx(model), new Map([[input.name, images]]));
    const [found] = Object.values(results);
    const difference = largestDifference(found, expected) / Math.min(1, expected.abs().max().item());
    table.note(name, difference);
    expect(difference).toBeLessThan(1e-5);
  });

  afterAll(() => table.print("applications"));
});
