import { Adam, describeBackend, evaluate, jit, setSeed, type Tensor } from "@strata/core";
import { losses } from "@strata/layers";
import { draw } from "../../workloads/draw.ts";
import type { Epoch, Model, Prediction, Workload } from "../../workloads/workload.ts";
import { type Building, type Library, moments, NotSupported, type Prepared } from "../library.ts";
import { drawn } from "../strata/drawn.ts";
import { training } from "../strata/training.ts";
import { type Network, networkOf, residualNetwork } from "./networks.ts";

/** Strata, as a user writes with layers. */
export function layers(): Library {
  return {
    description: describeBackend().replaceAll("\n", "; "),
    prepare({ model, tensors }: Workload): Prepared {
      setSeed(1);
      if ("learningRate" in model) {
        // The loop is core's, and so the time is that of the layers.
        const network = networkOf({ model, tensors });
        const trained = {
          predict: (inputs: Tensor) => network.apply(inputs, { training: true }),
          variables: network.trainableWeights,
        };
        return training(trained, tensors, jit, model.learningRate);
      }
      switch (model.kind) {
        case "epoch":
          return fitting(networkOf({ model: model.network, tensors }), { model, tensors });
        case "prediction":
          return predicting(networkOf({ model: model.network, tensors }), { model, tensors });
        default:
          throw new NotSupported("layers have no single ops");
      }
    },
    build({ model }: Workload<Model>): Building {
      if (model.kind !== "resnet50") throw new NotSupported("only ResNet50 is made for itself");
      const begun = performance.now();
      const network = residualNetwork(model);
      const built = performance.now();
      network.summary({ printFn: () => {} });
      return {
        buildMilliseconds: built - begun,
        summaryMilliseconds: performance.now() - built,
      };
    },
  };
}

function fitting(network: Network, { model, tensors }: Workload<Epoch>): Prepared {
  const { batch, learningRate } = model.network;
  network.compile({
    loss: new losses.SparseCategoricalCrossentropy({ fromLogits: true }),
    optimizer: new Adam({ learningRate }),
  });
  const [inputs, labels] = [drawn(tensors.inputs), drawn(tensors.labels)];
  evaluate(inputs, labels);
  let loss = Number.NaN;
  return {
    async run() {
      const { history } = await network.fit(inputs, labels, { batchSize: batch, verbose: 0 });
      [loss] = history.loss;
    },
    observe: () => [loss],
  };
}

function predicting(network: Network, { model, tensors }: Workload<Prediction>): Prepared {
  const inputs = draw(tensors.inputs);
  let outputs: ArrayLike<number> = [];
  return {
    async run() {
      const predicted = await network.predict(inputs, { batchSize: model.network.batch, verbose: 0 });
      outputs = await predicted.data();
    },
    observe: () => moments(outputs),
  };
}
