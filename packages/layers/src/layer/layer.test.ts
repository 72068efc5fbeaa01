import { add, matmul, ShapeError, type Tensor, type Variable } from "@strata/core";
import { beforeEach, describe, expect, it } from "vitest";
import { Dense } from "../layers/core/dense.ts";
import { Input } from "../layers/core/input-layer.ts";
import { Dropout } from "../layers/regularization/dropout.ts";
import { Sequential } from "../models/sequential.ts";
import { clearSession } from "../utilities/names.ts";
import type { SymbolicShape } from "../utilities/shapes.ts";
import type { CallContext, LayerOptions } from "./any-layer.ts";
import { Layer } from "./layer.ts";

beforeEach(clearSession);

/** Counts its calls in a weight that is not trained, and scales by one that is. */
class CountingScale extends Layer {
  scale: Variable | null = null;
  calls: Variable | null = null;

  override build(): void {
    this.calls = this.addWeight("calls", [], { initializer: "zeros", trainable: false });
    this.scale = this.addWeight("scale", [], { initializer: "ones" });
  }

  override call(inputs: Tensor, { training }: CallContext): Tensor {
    if (training) this.calls?.assignAdd(1);
    return inputs.mul(this.scale ?? 1);
  }
}

class Residual extends Layer {
  readonly inner: Dense;
  readonly others: Layer[];

  constructor(units: number, options: LayerOptions = {}) {
    super(options);
    this.inner = new Dense(units);
    this.others = [new CountingScale(), new Dropout(0.5)];
  }

  override call(inputs: Tensor, context: CallContext): Tensor {
    const sum = add(inputs, this.inner.apply(inputs, context));
    return this.others.reduce((values, layer) => layer.apply(values, context), sum);
  }
}

describe("a layer of one's own", () => {
  it("trains within a model, together with the layers in its properties", async () => {
    const model = new Sequential([Input({ shape: [3] }), new Residual(3), new Dense(1)]);
    expect(model.outputShape).toEqual([null, 1]);
    expect(model.weights.map(({ name }) => name)).toEqual([
      "residual/dense/kernel",
      "residual/dense/bias",
      "residual/counting_scale/scale",
      "residual/counting_scale/calls",
      "dense_1/kernel",
      "dense_1/bias",
    ]);
    model.compile({ loss: "mse", optimizer: "sgd" });
    await model.fit(
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      [1, 2],
      { epochs: 3, batchSize: 1, verbose: 0 },
    );
    expect(model.getWeights()[3].item()).toBe(6);
    expect(model.getWeights()[2].item()).not.toBe(1);
  });

  it("hands on to its parts whether it is training", () => {
    const layer = new Residual(2);
    layer.apply([[1, 1]], { training: true });
    layer.apply([[1, 1]]);
    expect(layer.nonTrainableWeights.map((weight) => weight.item())).toEqual([1]);
  });

  it("infers the shape of its output without being told how", () => {
    class Swap extends Layer {
      override call(inputs: Tensor): Tensor {
        return inputs.transpose([0, 2, 1]);
      }
    }
    expect(new Swap().computeOutputShape([null, 3, 5])).toEqual([null, 5, 3]);
  });

  it("has no weights left behind when its build fails", () => {
    class Failing extends Layer {
      override build(_inputShape: SymbolicShape): void {
        this.addWeight("first", [2]);
        throw new ShapeError("no");
      }
      override call(inputs: Tensor): Tensor {
        return inputs;
      }
    }
    const layer = new Failing();
    expect(() => layer.apply([[1]])).toThrow("no");
    expect(layer.weights).toHaveLength(0);
    expect(layer.built).toBe(false);
  });
});

describe("names", () => {
  it("are those of the classes, numbered, as Keras numbers them", () => {
    const names = [new Dense(1), new Dense(1), new Dropout(0.1), new CountingScale()].map(({ name }) => name);
    expect(names).toEqual(["dense", "dense_1", "dropout", "counting_scale"]);
    expect(new Dense(1, { name: "head" }).name).toBe("head");
  });
});

describe("weights", () => {
  it("are frozen with their layer, and those of its parts too", () => {
    const layer = new Residual(2);
    layer.buildFor([null, 2]);
    expect(layer.trainableWeights).toHaveLength(3);
    layer.trainable = false;
    expect(layer.trainableWeights).toHaveLength(0);
    expect(layer.nonTrainableWeights).toHaveLength(4);
    expect(layer.weights.every(({ trainable }) => !trainable)).toBe(true);
    layer.trainable = true;
    expect(layer.trainableWeights).toHaveLength(3);
  });

  it("are all set or none: a value that does not fit changes nothing", () => {
    const layer = new Dense(2, { kernelInitializer: "ones" });
    layer.buildFor([null, 3]);
    expect(() =>
      layer.setWeights([
        [
          [0, 0],
          [0, 0],
          [0, 0],
        ],
        [1],
      ]),
    ).toThrow('setWeights: "dense/bias" has the shape [2], the value [1]; they must be the same');
    expect(() => layer.setWeights([[1]])).toThrow("1 values were given for the 2 weights of");
    expect(layer.getWeights()[0].sum().item()).toBe(6);
  });

  it("keep what was got when training goes on", () => {
    const layer = new Dense(1, { kernelInitializer: "ones" });
    layer.buildFor([null, 1]);
    const [before] = layer.getWeights();
    layer.setWeights([[[5]], [0]]);
    expect(before.arraySync()).toEqual([[1]]);
    expect(matmul([[2]], layer.kernel ?? 0).arraySync()).toEqual([[10]]);
  });
});
