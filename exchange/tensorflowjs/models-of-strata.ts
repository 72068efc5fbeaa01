import * as layers from "@strata/layers";
import { Input, Model, Sequential, type SymbolicTensor } from "@strata/layers";

/** Ten models as users of Strata build them, of what TensorFlow.js has too. */
export const modelsOfStrata = {
  "a perceptron": {
    inputs: [[8]],
    build: () =>
      new Sequential([
        Input({ shape: [8] }),
        new layers.Dense(16, { activation: "gelu" }),
        new layers.Dropout(0.3),
        new layers.Dense(3, { activation: "softmax" }),
      ]),
  },
  "a convolutional network with batch normalization": {
    inputs: [[12, 12, 3]],
    build: () =>
      new Sequential([
        Input({ shape: [12, 12, 3] }),
        new layers.Conv2D(6, 3, { padding: "same", useBias: false }),
        new layers.BatchNormalization(),
        new layers.ReLU({ maxValue: 6 }),
        new layers.MaxPooling2D(2),
        new layers.Conv2DTranspose(4, 3, { strides: 2, activation: "elu" }),
        new layers.Flatten(),
        new layers.Dense(4),
      ]),
  },
  "depthwise and separable convolutions": {
    inputs: [[10, 10, 4]],
    build: () =>
      new Sequential([
        Input({ shape: [10, 10, 4] }),
        new layers.ZeroPadding2D({
          padding: [
            [0, 1],
            [0, 1],
          ],
        }),
        new layers.DepthwiseConv2D(3, { strides: 2, depthMultiplier: 2 }),
        new layers.SeparableConv2D(6, 3, { padding: "same", depthMultiplier: 2, activation: "silu" }),
        new layers.GlobalAveragePooling2D(),
      ]),
  },
  "two layers of LSTM": {
    inputs: [[7, 3]],
    build: () =>
      new Sequential([
        Input({ shape: [7, 3] }),
        new layers.LSTM(5, { returnSequences: true }),
        new layers.LSTM(4, { goBackwards: true }),
        new layers.Dense(1),
      ]),
  },
  "a GRU that resets its state before the product": {
    inputs: [[7, 3]],
    build: () =>
      new Sequential([
        Input({ shape: [7, 3] }),
        new layers.GRU(5, { resetAfter: false }),
        new layers.Dense(2),
      ]),
  },
  "a bidirectional network over embeddings, with a mask": {
    inputs: [[9]],
    below: 20,
    build: () =>
      new Sequential([
        Input({ shape: [9] }),
        new layers.Embedding(20, 4, { maskZero: true }),
        new layers.Bidirectional(new layers.LSTM(3), { mergeMode: "ave" }),
        new layers.Dense(2, { activation: "sigmoid" }),
      ]),
  },
  "several inputs and outputs, with merging layers": {
    inputs: [[4], [6]],
    build: () => {
      const [a, b] = [Input({ shape: [4] }), Input({ shape: [6] })];
      const wide = new layers.Dense(5, { activation: "tanh" }).apply(b);
      const narrow = new layers.Dense(5).apply(a);
      const sum = new layers.Add().apply([wide, narrow]);
      const all = new layers.Concatenate().apply([sum, new layers.Multiply().apply([wide, narrow]), a]);
      const outputs = [
        new layers.Dense(2, { name: "first" }).apply(all),
        new layers.Maximum().apply([wide, sum]),
      ];
      return new Model({ inputs: [a, b], outputs });
    },
  },
  "residual blocks": {
    inputs: [[8, 8, 4]],
    build: () => {
      const inputs = Input({ shape: [8, 8, 4] });
      const block = (x: SymbolicTensor): SymbolicTensor => {
        const inner = new layers.Conv2D(4, 3, { padding: "same", activation: "relu" }).apply(x);
        return new layers.ReLU().apply(
          new layers.Add().apply([new layers.BatchNormalization().apply(inner), x]),
        );
      };
      const pooled = new layers.GlobalMaxPooling2D().apply(block(block(inputs)));
      return new Model({
        inputs,
        outputs: new layers.Dense(3).apply(new layers.LayerNormalization().apply(pooled)),
      });
    },
  },
  "a model within a model, and a layer, both used twice": {
    inputs: [[5], [5]],
    build: () => {
      const inner = new Sequential([
        Input({ shape: [3] }),
        new layers.Dense(4, { activation: "relu" }),
        new layers.Dense(2),
      ]);
      const shared = new layers.Dense(3);
      const [a, b] = [Input({ shape: [5] }), Input({ shape: [5] })];
      const outputs = new layers.Dot(1).apply([inner.apply(shared.apply(a)), inner.apply(shared.apply(b))]);
      return new Model({ inputs: [a, b], outputs });
    },
  },
  "an encoder whose states begin a decoder": {
    inputs: [
      [6, 3],
      [4, 2],
    ],
    build: () => {
      const [source, target] = [Input({ shape: [6, 3] }), Input({ shape: [4, 2] })];
      const [, h, c] = new layers.LSTM(5, { returnState: true }).apply(source);
      const steps = new layers.LSTM(5, { returnSequences: true }).apply(target, { initialState: [h, c] });
      const outputs = new layers.TimeDistributed(new layers.Dense(2, { activation: "softmax" })).apply(steps);
      return new Model({ inputs: [source, target], outputs });
    },
  },
} as const;
