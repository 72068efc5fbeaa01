/** One of each kind of part, written with nothing but the public faces of the two packages. */
import {
  full,
  PerVariableOptimizer,
  type Shape,
  sign,
  sub,
  type Tensor,
  type UpdateInputs,
  type Variable,
} from "@strata/core";
import {
  type Callback,
  Dense,
  Input,
  initializers,
  Layer,
  type Logs,
  losses,
  metrics,
  Sequential,
  type SymbolicShape,
} from "@strata/layers";
import { expect, test } from "vitest";

class Scale extends Layer {
  declare factor: Variable;

  override build(inputShape: SymbolicShape): void {
    this.factor = this.addWeight("factor", [inputShape.at(-1) ?? 1], { initializer: new Halves() });
  }

  override call(inputs: Tensor): Tensor {
    return inputs.mul(this.factor);
  }
}

class Halves extends initializers.Initializer {
  override apply(shape: Shape): Tensor {
    return full(shape, 0.5);
  }
}

class Quartic extends losses.Loss {
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return sub(yTrue, yPred).pow(4).mean(-1);
  }
}

class Closeness extends metrics.defineMetric((yTrue, yPred) =>
  sub(yTrue, yPred).abs().less(0.5).cast("float32"),
) {}

class SignDescent extends PerVariableOptimizer {
  protected override slotGroups() {
    return [];
  }

  protected override update({ gradient, value, scalars: { learningRate } }: UpdateInputs) {
    return { value: value.sub(sign(gradient).mul(learningRate)), slots: {} };
  }
}

class Recorder implements Callback {
  readonly losses: number[] = [];

  onEpochEnd(_epoch: number, logs: Logs): void {
    this.losses.push(logs.loss);
  }
}

test("a layer, an initializer, a loss, a metric, an optimizer and a callback of one's own train together", async () => {
  const model = new Sequential([
    Input({ shape: [1] }),
    new Scale(),
    new Dense(1, { kernelInitializer: "ones" }),
  ]);
  model.compile({ optimizer: new SignDescent(0.01), loss: new Quartic(), metrics: [new Closeness()] });
  const recorder = new Recorder();
  await model.fit([[1], [2]], [[1], [2]], { epochs: 5, verbose: 0, callbacks: [recorder] });
  expect(recorder.losses).toHaveLength(5);
  expect(recorder.losses[4]).toBeLessThan(recorder.losses[0]);
  expect(model.metricsNames).toEqual(["loss", "closeness"]);
});
