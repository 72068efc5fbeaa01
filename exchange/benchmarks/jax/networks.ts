import { lax, nn, numpy as np, random } from "@jax-js/jax";
import type { Convnet, Perceptron } from "../../../benchmarks/workloads/workload.ts";
import type { Weights } from "./adam.ts";
import type { Network } from "./training.ts";

function dense(weights: Weights, name: string, x: np.Array): np.Array {
  return np.matmul(x, weights[`${name}.kernel`]).add(weights[`${name}.bias`]);
}

function dropout(x: np.Array, rate: number, key: np.Array): np.Array {
  const kept = random.bernoulli(key, 1 - rate, x.shape);
  return np.where(kept, x.div(1 - rate), 0);
}

export function perceptron({ widths, dropout: rate }: Perceptron): Network {
  const last = widths.length - 2;
  return {
    classes: widths[widths.length - 1],
    predict(weights, inputs, key) {
      const keys = np.split(random.split(key, widths.length), widths.length);
      const hidden = Array.from({ length: last }, (_, index) => `layer${index}`);
      const features = hidden.reduce((x, name, index) => {
        const active = nn.relu(dense(weights, name, x));
        return rate > 0 ? dropout(active, rate, keys[index].reshape([2])) : active;
      }, inputs);
      return dense(weights, `layer${last}`, features);
    },
  };
}

/** Channels come first, and kernels are [out, in, height, width]: the tensors are drawn the other way round. */
export function convnet({ batch, filters, classes }: Convnet): Network {
  return {
    classes,
    predict(weights, images, key) {
      key.dispose();
      const features = filters.reduce(
        (x, count, index) => {
          const kernel = weights[`convolution${index}.kernel`].transpose([3, 2, 0, 1]);
          const bias = weights[`convolution${index}.bias`].reshape([count, 1, 1]);
          const active = nn.relu(lax.conv(x, kernel, [1, 1], "SAME").add(bias));
          return lax.reduceWindow(active, np.max, [2, 2], [2, 2]);
        },
        images.transpose([0, 3, 1, 2]),
      );
      return dense(weights, "dense", features.transpose([0, 2, 3, 1]).reshape([batch, -1]));
    },
  };
}
