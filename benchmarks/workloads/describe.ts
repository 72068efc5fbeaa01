import type { TrainingModel } from "./workload.ts";

/** A step of training in one line, for people. */
export function describe(model: TrainingModel): string {
  const batch = `batch ${model.batch}`;
  switch (model.kind) {
    case "perceptron": {
      const dropout = model.dropout > 0 ? `, dropout ${model.dropout}` : "";
      return `dense layers ${model.widths.join("-")}, relu${dropout}, ${batch}`;
    }
    case "convnet": {
      const layers = model.filters.map((count) => `${count}c3-p2`).join("-");
      return `${imageOf(model)}, ${layers}-${model.classes}, relu, ${batch}`;
    }
    case "normalizedConvnet": {
      const layers = model.filters.map(
        (count, index) => `${count}c3${model.pooled.includes(index) ? "-p2" : ""}`,
      );
      return `${imageOf(model)}, ${layers.join("-")}-average-${model.classes}, BatchNorm, relu, ${batch}`;
    }
    case "lstm":
    case "gru":
      return `${model.units} units over ${model.length} steps of ${model.features} features, ${batch}`;
    case "transformer": {
      const { blocks, width, heads, tokens, vocabulary } = model;
      return `${blocks} blocks of width ${width} with ${heads} heads, ${tokens} of ${vocabulary} tokens, gelu, ${batch}`;
    }
    case "attention": {
      const { tokens, width, heads } = model;
      return `${heads} heads over ${tokens} places of width ${width}, average, ${batch}`;
    }
    case "batchNormalized":
      return `${imageOf(model)}, BatchNorm, relu, average, ${batch}`;
    case "resnet50":
      return `${imageOf({ ...model, channels: 3 })}, ${batch}`;
  }
}

function imageOf({ size, channels }: { size: number; channels: number }): string {
  return `${size}×${size}×${channels} images`;
}
