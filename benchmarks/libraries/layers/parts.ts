import { split, type Tensor } from "@strata/core";
import {
  BatchNormalization,
  Dense,
  LayerNormalization,
  type Model,
  MultiHeadAttention,
  type SymbolicTensor,
} from "@strata/layers";
import type { DrawnTensors } from "../../workloads/workload.ts";
import { drawn } from "../strata/drawn.ts";

type DenseOptions = NonNullable<ConstructorParameters<typeof Dense>[1]>;

/** A layer or a model, whose weights can be set. */
interface Weighted {
  setWeights(values: readonly Tensor[]): void;
}

/** Makes layers, and gives them the weights that all libraries start with, once they are built. */
export class Parts {
  private readonly tensors: DrawnTensors;
  private readonly taken: { readonly layer: Weighted; readonly values: readonly Tensor[] }[] = [];

  constructor(tensors: DrawnTensors) {
    this.tensors = tensors;
  }

  value(name: string): Tensor {
    return drawn(this.tensors[name]);
  }

  /** The layer, which is to have these weights. */
  with<Part extends Weighted>(layer: Part, ...values: readonly (string | Tensor)[]): Part {
    this.taken.push({
      layer,
      values: values.map((each) => (typeof each === "string" ? this.value(each) : each)),
    });
    return layer;
  }

  /** The model, whose layers are to have the weights that are drawn for their names. */
  withNames<Named extends Pick<Model, "getLayer">>(model: Named): Named {
    const names = Object.keys(this.tensors).filter((name) => name.includes("."));
    for (const layer of new Set(names.map((name) => name.split(".")[0]))) {
      this.with(model.getLayer(layer), ...names.filter((name) => name.startsWith(`${layer}.`)));
    }
    return model;
  }

  dense(name: string, units: number, options: DenseOptions = {}): Dense {
    return this.with(new Dense(units, options), `${name}.kernel`, `${name}.bias`);
  }

  layerNormalization(name: string): LayerNormalization {
    return this.with(new LayerNormalization({ epsilon: 1e-5 }), `${name}.scale`, `${name}.offset`);
  }

  batchNormalization(name: string): BatchNormalization {
    const layer = new BatchNormalization({ momentum: 0.9, epsilon: 1e-5 });
    return this.with(layer, ...["scale", "offset", "mean", "variance"].map((each) => `${name}.${each}`));
  }

  /** The projections of query, key and value are drawn side by side. */
  selfAttention(name: string, heads: number, width: number): (x: SymbolicTensor) => SymbolicTensor {
    const size = width / heads;
    const kernels = split(this.value(`${name}.projections.kernel`), 3, -1);
    const biases = split(this.value(`${name}.projections.bias`), 3, -1);
    const layer = this.with(
      new MultiHeadAttention(heads, size),
      ...kernels.flatMap((kernel, index) => [
        kernel.reshape([width, heads, size]),
        biases[index].reshape([heads, size]),
      ]),
      this.value(`${name}.output.kernel`).reshape([heads, size, width]),
      `${name}.output.bias`,
    );
    return (x) => layer.apply({ query: x, value: x });
  }

  /** To be called when all layers are built. */
  setWeights(): void {
    for (const { layer, values } of this.taken) layer.setWeights(values);
  }
}
