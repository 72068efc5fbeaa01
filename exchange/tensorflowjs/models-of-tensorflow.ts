import type { TensorFlow, TensorFlowModel, TensorFlowSymbol } from "./tensorflow.ts";

/** A model of TensorFlow.js, and the shapes of its inputs, without the batch. */
export interface TheirModel {
  readonly inputs: readonly (readonly number[])[];
  /** The inputs are whole numbers from 0 up to it; undefined for any numbers. */
  readonly below?: number;
  build(tf: TensorFlow): TensorFlowModel;
}

/** Ten models as users of TensorFlow.js build them. */
export const modelsOfTensorFlow: Readonly<Record<string, TheirModel>> = {
  "a perceptron": {
    inputs: [[8]],
    build: ({ layers, sequential }) =>
      sequential({
        layers: [
          layers.dense({ units: 16, activation: "relu", inputShape: [8] }),
          layers.dropout({ rate: 0.2 }),
          layers.dense({ units: 3, activation: "softmax" }),
        ],
      }),
  },
  "a convolutional network with batch normalization": {
    inputs: [[12, 12, 3]],
    build: ({ layers, sequential }) =>
      sequential({
        layers: [
          layers.conv2d({
            filters: 6,
            kernelSize: 3,
            padding: "same",
            useBias: false,
            inputShape: [12, 12, 3],
          }),
          layers.batchNormalization(),
          layers.reLU({ maxValue: 6 }),
          layers.maxPooling2d({ poolSize: 2 }),
          layers.conv2d({ filters: 8, kernelSize: 3, activation: "elu" }),
          layers.flatten(),
          layers.dense({ units: 4 }),
        ],
      }),
  },
  "depthwise and separable convolutions": {
    inputs: [[10, 10, 4]],
    build: ({ layers, sequential }) =>
      sequential({
        layers: [
          layers.zeroPadding2d({
            padding: [
              [0, 1],
              [0, 1],
            ],
            inputShape: [10, 10, 4],
          }),
          layers.depthwiseConv2d({ kernelSize: 3, strides: 2, useBias: false }),
          layers.separableConv2d({ filters: 6, kernelSize: 3, padding: "same", activation: "swish" }),
          layers.globalAveragePooling2d({ dataFormat: "channelsLast" }),
        ],
      }),
  },
  "two layers of LSTM": {
    inputs: [[7, 3]],
    build: ({ layers, sequential }) =>
      sequential({
        layers: [
          layers.lstm({ units: 5, returnSequences: true, inputShape: [7, 3] }),
          layers.lstm({ units: 4, recurrentActivation: "sigmoid" }),
          layers.dense({ units: 1 }),
        ],
      }),
  },
  "a GRU that resets its state before the product": {
    inputs: [[7, 3]],
    build: ({ layers, sequential }) =>
      sequential({
        layers: [layers.gru({ units: 5, resetAfter: false, inputShape: [7, 3] }), layers.dense({ units: 2 })],
      }),
  },
  "a bidirectional network over embeddings, with a mask": {
    inputs: [[9]],
    below: 20,
    build: ({ layers, sequential }) =>
      sequential({
        layers: [
          layers.embedding({ inputDim: 20, outputDim: 4, maskZero: true, inputLength: 9 }),
          layers.bidirectional({ layer: layers.gru({ units: 3 }), mergeMode: "concat" }),
          layers.dense({ units: 2, activation: "sigmoid" }),
        ],
      }),
  },
  "several inputs and outputs, with merging layers": {
    inputs: [[4], [6]],
    build: ({ input, layers, model }) => {
      const a = input({ shape: [4], name: "a" });
      const b = input({ shape: [6], name: "b" });
      const wide = layers.dense({ units: 5, activation: "tanh" }).apply(b);
      const narrow = layers.dense({ units: 5 }).apply(a);
      const sum = layers.add().apply([wide, narrow]);
      const all = layers.concatenate().apply([sum, layers.multiply().apply([wide, narrow]), a]);
      return model({
        inputs: [a, b],
        outputs: [layers.dense({ units: 2, name: "first" }).apply(all), layers.maximum().apply([wide, sum])],
      });
    },
  },
  "residual blocks": {
    inputs: [[8, 8, 4]],
    build: ({ input, layers, model }) => {
      const start = input({ shape: [8, 8, 4] });
      const block = (x: TensorFlowSymbol): TensorFlowSymbol => {
        const inner = layers
          .conv2d({ filters: 4, kernelSize: 3, padding: "same", activation: "relu" })
          .apply(x);
        return layers
          .activation({ activation: "relu" })
          .apply(layers.add().apply([layers.batchNormalization().apply(inner), x]));
      };
      const pooled = layers.globalMaxPooling2d({ dataFormat: "channelsLast" }).apply(block(block(start)));
      return model({ inputs: start, outputs: layers.dense({ units: 3 }).apply(pooled) });
    },
  },
  "a model within a model, and a layer, both used twice": {
    inputs: [[5], [5]],
    build: ({ input, layers, model, sequential }) => {
      const inner = sequential({
        layers: [layers.dense({ units: 4, activation: "relu", inputShape: [3] }), layers.dense({ units: 2 })],
        name: "inner",
      });
      const shared = layers.dense({ units: 3, name: "shared" });
      const [a, b] = [input({ shape: [5], name: "left" }), input({ shape: [5], name: "right" })];
      const both = [inner.apply(shared.apply(a)), inner.apply(shared.apply(b))];
      return model({ inputs: [a, b], outputs: layers.dot({ axes: 1 }).apply(both) });
    },
  },
  "an encoder whose states begin a decoder": {
    inputs: [
      [6, 3],
      [4, 2],
    ],
    build: ({ input, layers, model }) => {
      const [source, target] = [input({ shape: [6, 3] }), input({ shape: [4, 2] })];
      const [, h, c] = layers.lstm({ units: 5, returnState: true, name: "encoder" }).apply(source);
      const decoder = layers.lstm({ units: 5, returnSequences: true, name: "decoder" });
      const steps = decoder.apply(target, { initialState: [h, c] });
      const outputs = layers
        .timeDistributed({ layer: layers.dense({ units: 2, activation: "softmax" }) })
        .apply(steps);
      return model({ inputs: [source, target], outputs });
    },
  },
};
