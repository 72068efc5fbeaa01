import { cast, ones, type Shape, Tensor } from "@strata/core";
import { expect } from "vitest";
import { Input } from "../layers/core/input-layer.ts";
import { fromKerasConfig } from "../saving/from-keras-config.ts";
import { toKerasConfig } from "../saving/to-keras-config.ts";
import { readKerasCases } from "../testing/keras-cases.node.ts";
import { testKerasCases } from "../testing/keras-suite.node.ts";
import { AnyLayer } from "./any-layer.ts";
import { SymbolicTensor } from "./symbolic-tensor.ts";

/** A configuration and the shape of an input for each class of the cases. */
const layers: Readonly<
  Record<string, readonly [config: Readonly<Record<string, string | number>>, input: Shape]>
> = {
  Activation: [{ activation: "relu" }, [2, 3]],
  BatchNormalization: [{}, [2, 3]],
  Conv2D: [{ filters: 2, kernel_size: 2 }, [2, 4, 4, 3]],
  Dense: [{ units: 2 }, [2, 3]],
  Dropout: [{ rate: 0.5 }, [2, 3]],
  EinsumDense: [{ equation: "ab,bc->ac", output_shape: 2 }, [2, 3]],
  Embedding: [{ input_dim: 5, output_dim: 2 }, [2, 3]],
  Flatten: [{}, [2, 3, 2]],
  GRU: [{ units: 2 }, [2, 3, 2]],
  GlobalAveragePooling1D: [{}, [2, 3, 2]],
  GroupNormalization: [{ groups: 2 }, [2, 4]],
  LSTM: [{ units: 2 }, [2, 3, 2]],
  LayerNormalization: [{}, [2, 3]],
  MaxPooling2D: [{}, [2, 4, 4, 3]],
  PReLU: [{}, [2, 3]],
  ReLU: [{}, [2, 3]],
  Rescaling: [{ scale: 0.5 }, [2, 3]],
  Softmax: [{}, [2, 3]],
};

function layerOf(name: string, policy: string): AnyLayer {
  const [config] = layers[name];
  const layer = fromKerasConfig({
    module: "keras.layers",
    class_name: name,
    config: { ...config, dtype: policy },
    registered_name: null,
  });
  if (layer instanceof AnyLayer) return layer;
  throw new Error(`${name} is no layer`);
}

function dtypeOf(result: unknown): string {
  if (result instanceof Tensor || result instanceof SymbolicTensor) return result.dtype;
  throw new Error("the result is no tensor");
}

testKerasCases("dtype_policies", readKerasCases("dtype_policies"), (test, excuse) => {
  const { class_name, policy, input_dtype } = test;
  const name = String(class_name);
  const input = input_dtype === "int32" ? "int32" : "float32";
  const [, shape] = layers[name];
  const layer = layerOf(name, String(policy));
  const result = layer.apply(cast(ones(shape), input), { training: true });
  const symbolic = layerOf(name, String(policy)).apply(Input({ batchShape: shape, dtype: input }));
  const weights = [...layer.weightPaths].map(([path, { dtype }]) => [path.split("/").at(-1), dtype]);
  const expected = Object.entries(test.weight_dtypes ?? {}).map(([path, dtype]) => [
    path.split("/").at(-1),
    dtype,
  ]);
  expect({
    compute: layer.computeDType,
    variable: layer.variableDType,
    output: dtypeOf(result),
    symbolic: dtypeOf(symbolic),
    weights,
    config: toKerasConfig(layer.dtypePolicy),
  }).toEqual({
    compute: test.compute_dtype,
    variable: test.variable_dtype,
    output: test.output_dtype,
    symbolic: excuse === null ? test.symbolic_output_dtype : test.output_dtype,
    weights: expected,
    config: test.dtype_config,
  });
});
