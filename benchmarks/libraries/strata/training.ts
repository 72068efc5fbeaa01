import {
  Adam,
  evaluate,
  mean,
  sparseSoftmaxCrossEntropy,
  type Tensor,
  type Variable,
  variable,
} from "@strata/core";
import type { DrawnTensors } from "../../workloads/workload.ts";
import type { Prepared } from "../library.ts";
import { drawn } from "./drawn.ts";

export type TrainingStep = (inputs: Tensor, labels: Tensor) => Tensor;

/** `jit`, or what leaves a step the plain function that it is. */
export type Compile = (step: TrainingStep) => TrainingStep;

/** A network: what it predicts, and the Variables that are trained. */
export interface Network {
  predict(inputs: Tensor): Tensor;
  readonly variables: readonly Variable[];
}

/** Makes Variables of drawn tensors, and keeps a list of them. */
export class Weights {
  readonly variables: Variable[] = [];
  private readonly tensors: DrawnTensors;

  constructor(tensors: DrawnTensors) {
    this.tensors = tensors;
  }

  take(name: string): Variable {
    const made = variable(drawn(this.tensors[name]));
    this.variables.push(made);
    return made;
  }

  /** Of what is not trained. */
  takeFixed(name: string): Variable {
    return variable(drawn(this.tensors[name]), { trainable: false });
  }

  dense(name: string): (x: Tensor) => Tensor {
    const [kernel, bias] = [this.take(`${name}.kernel`), this.take(`${name}.bias`)];
    return (x) => x.matmul(kernel).add(bias);
  }
}

/** The loss of a batch, its gradients, and the optimizer's update. */
export function trainingStep({ predict, variables }: Network, optimizer: Adam): TrainingStep {
  return (inputs, labels) =>
    optimizer.minimize(() => mean(sparseSoftmaxCrossEntropy(labels, predict(inputs))), variables);
}

/** Trains on one batch, and reads the loss. */
export function training(
  network: Network,
  tensors: DrawnTensors,
  compile: Compile,
  learningRate: number,
): Prepared {
  const step = compile(trainingStep(network, new Adam({ learningRate })));
  const [inputs, labels] = [drawn(tensors.inputs), drawn(tensors.labels)];
  evaluate(inputs, labels);
  let loss = Number.NaN;
  return {
    run() {
      loss = step(inputs, labels).item();
    },
    observe: () => [loss],
  };
}
