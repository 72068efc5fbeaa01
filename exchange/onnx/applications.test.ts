/**
 * Applications in ONNX Runtime, for images of 75 × 75. A run of the tests takes those below, of every kind of block one; STRATA_APPLICATIONS
 * names others, divided by commas, or is "all". The guide has the table of all.
 */
import { normal, setSeed } from "@strata/core";
import { exportOnnx } from "@strata/layers";
import * as applications from "@strata/layers/applications";
import { afterAll, expect, it } from "vitest";
import { describeWith } from "../peers.ts";
import { DifferenceTable } from "./difference-table.ts";
import { largestDifference, runOnnx } from "./onnx-runtime.ts";

type Build = (options: applications.ArchitectureOptions) => applications.ImageModel;

/** Of the exports, functions that begin with a capital are architectures. */
const architectures = new Map<string, Build>(
  Object.entries(applications).flatMap(([name, build]) =>
    isArchitecture(name, build) ? [[name, build]] : [],
  ),
);

function isArchitecture(name: string, given: unknown): given is Build {
  return /^[A-Z]/.test(name) && typeof given === "function";
}

const asked = process.env.STRATA_APPLICATIONS ?? "MobileNetV2,MobileNetV3Small,EfficientNetB0,ConvNeXtTiny";
const names = asked === "all" ? [...architectures.keys()] : asked.split(",");

/** What the smallest of them take as well as the largest. */
const inputShape = [75, 75, 3] as const;

function halveGains({ weights }: applications.ImageModel): void {
  for (const weight of weights) if (weight.name.endsWith("/gamma")) weight.assign(weight.value.div(2));
}

describeWith(["onnxruntime-web"], "ONNX Runtime computes what the applications compute", () => {
  const table = new DifferenceTable();

  it.each(names)(
    "%s",
    async (name) => {
      setSeed(1);
      const model = architectures.get(name)?.({ includeTop: false, pooling: "avg", inputShape });
      if (model === undefined) throw new Error(`there is no ${name}`);
      // As it begins, a change of 2e-7 in the images changes its outputs by 0.8 of the largest.
      if (name === "EfficientNetV2L") halveGains(model);
      const images = normal([2, ...inputShape])
        .mul(50)
        .add(120);
      const expected = model.apply(images, { training: false });
      const [input] = model.inputs;
      const [results] = await runOnnx(await exportOnnx(model), new Map([[input.name, images]]));
      const [found] = Object.values(results);
      const largest = expected.abs().max();
      const scaled = {
        dims: found.dims,
        data: Float32Array.from(found.data, (each) => Number(each) / largest.item()),
      };
      const difference = largestDifference(scaled, expected.div(largest));
      table.note(name, difference);
      expect(difference).toBeLessThan(1e-5);
      for (const weight of model.weights) weight.dispose();
    },
    120_000,
  );

  afterAll(() => table.print("applications"));
});
