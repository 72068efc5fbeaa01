import type { Variable } from "@strata/core";
import type { AnyLayer } from "../../layer/any-layer.ts";
import { DepthwiseConv1D, DepthwiseConv2D } from "../../layers/convolution/depthwise-convolution.ts";
import { RecurrentLayer } from "../../layers/recurrent/recurrent-layer.ts";
import { StackedRNNCells } from "../../layers/recurrent/stacked-cells.ts";
import { Bidirectional } from "../../layers/wrappers/bidirectional.ts";
import { TimeDistributed } from "../../layers/wrappers/time-distributed.ts";
import { Model } from "../../models/model.ts";

/** A weight under the name that TensorFlow.js has for it. */
export interface NamedWeight {
  /** The name of the layer, and of the weight: `"dense/kernel"`. */
  readonly name: string;
  /** The weight. */
  readonly weight: Variable;
}

/** All weights of a layer or model by TensorFlow.js's names, in order; what is shared is there once. */
export function namedWeightsOf(model: AnyLayer): readonly NamedWeight[] {
  const seen = new Set<Variable>();
  return weightsIn(model, model.name).filter(({ weight }) => {
    const isNew = !seen.has(weight);
    seen.add(weight);
    return isNew;
  });
}

function weightsIn(layer: AnyLayer, scope: string): readonly NamedWeight[] {
  // The layers of a model are built before the model is called, so that its name is none of theirs.
  if (layer instanceof Model) return layer.layers.flatMap((each) => weightsIn(each, each.name));
  const parts = layer.sublayers;
  const ofParts = new Set(parts.flatMap(({ part }) => part.weights));
  const own = [...layer.weightPaths].flatMap(([path, weight]) =>
    ofParts.has(weight) ? [] : [{ name: `${scope}/${nameOfWeight(layer, path)}`, weight }],
  );
  return [
    ...own,
    ...parts.flatMap(({ name, part }, index) =>
      weightsIn(part, scopeOfPart(layer, scope, name, part, index)),
    ),
  ];
}

function nameOfWeight(layer: AnyLayer, name: string): string {
  const isDepthwise = layer instanceof DepthwiseConv1D || layer instanceof DepthwiseConv2D;
  return isDepthwise && name === "kernel" ? "depthwise_kernel" : name;
}

/** The prefix of the names of the weights of a layer's part. */
function scopeOfPart(layer: AnyLayer, scope: string, name: string, part: AnyLayer, index: number): string {
  if (layer instanceof RecurrentLayer || layer instanceof TimeDistributed) return scope;
  if (layer instanceof Bidirectional) {
    const base = layer.forwardLayer.name.replace(/^forward_/, "");
    return `${scope}/${part === layer.forwardLayer ? "forward" : "backward"}_${base}`;
  }
  if (layer instanceof StackedRNNCells) return `${scope}/RNNCell_${index}`;
  return `${scope}/${name}`;
}

/** The names among `known` that a name in a file may stand for, the closest first. */
export function* possibleNames(name: string): Generator<string> {
  const parts = name.split("/");
  // Since version 2.2, TensorFlow writes the name of the cell between those of the layer and the weight.
  const withoutCell = parts.length > 2 ? [...parts.slice(0, -2), parts[parts.length - 1]] : null;
  yield name;
  if (withoutCell !== null) yield withoutCell.join("/");
  // Layers within a model may have its name before theirs.
  for (let skipped = 1; skipped < parts.length - 1; skipped++) {
    yield parts.slice(skipped).join("/");
    if (withoutCell !== null && skipped < withoutCell.length - 1) yield withoutCell.slice(skipped).join("/");
  }
}
