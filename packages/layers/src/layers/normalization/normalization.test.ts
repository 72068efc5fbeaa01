import { gradients, jit, SGD, setBackend, setSeed, type Tensor, tensor } from "@strata/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Sequential } from "../../models/sequential.ts";
import { expectClose } from "../../testing/close.ts";
import { input, runLayerTest } from "../../testing/run-layer-test.ts";
import { Dense } from "../core/dense.ts";
import { Normalization } from "../preprocessing/normalization.ts";
import { BatchNormalization } from "./batch-normalization.ts";
import { GroupNormalization } from "./group-normalization.ts";
import { LayerNormalization } from "./layer-normalization.ts";
import { RMSNormalization } from "./rms-normalization.ts";
import { SpectralNormalization } from "./spectral-normalization.ts";
import { UnitNormalization } from "./unit-normalization.ts";

beforeEach(() => setSeed(3));

describe("normalization layers hold to the common battery: shapes, gradients, config, a training step", () => {
  beforeAll(() => setBackend("reference"));
  afterAll(() => setBackend("cpu"));

  it.each([{}, { renorm: true }, { axis: 1 }])("BatchNormalization %o", async (given) => {
    const isRenormalized = "renorm" in given;
    await runLayerTest({
      make: (options) => new BatchNormalization({ ...given, ...options }),
      inputs: input([null, 3, 4]),
      trainableWeights: 2,
      nonTrainableWeights: isRenormalized ? 5 : 2,
    });
  });

  it.each([
    [{}, 2],
    [{ axis: [1, -1] }, 2],
    [{ center: false, scale: false }, 0],
    [{ rmsScaling: true }, 1],
  ] as const)("LayerNormalization %o", async (given, trainableWeights) => {
    await runLayerTest({
      make: (options) => new LayerNormalization({ ...given, ...options }),
      inputs: input([null, 3, 4]),
      trainableWeights,
    });
  });

  it.each([
    [2, -1],
    [-1, 1],
  ])("GroupNormalization of %i groups, axis %i", async (groups, axis) => {
    await runLayerTest({
      make: (options) => new GroupNormalization(groups, { axis, ...options }),
      inputs: axis === 1 ? input([null, 2, null, null]) : input([null, null, 4]),
      trainableWeights: 2,
    });
  });

  it("RMSNormalization", async () => {
    const make = (options: object) => new RMSNormalization({ axis: [-1, 1], ...options });
    await runLayerTest({ make, inputs: input([null, 3, 4]), trainableWeights: 1 });
  });

  it("UnitNormalization", async () => {
    await runLayerTest({ make: (options) => new UnitNormalization(options), inputs: input([null, null]) });
  });

  it("SpectralNormalization", async () => {
    await runLayerTest({
      make: (options) => new SpectralNormalization(new Dense(2, options), options),
      inputs: input([null, 3]),
      trainableWeights: 2,
      nonTrainableWeights: 1,
    });
  });

  it("Normalization", async () => {
    const inputs = input([null, 2]);
    const make = (options: object) => new Normalization({ mean: [1, 2], variance: [4, 5], ...options });
    await runLayerTest({ make, inputs });
    await runLayerTest({ make: (options) => new Normalization(options), inputs, nonTrainableWeights: 3 });
  });
});

describe("BatchNormalization", () => {
  const x = tensor([
    [1, 10],
    [3, 30],
  ]);
  const options = { momentum: 0.5, epsilon: 0 };

  it.each(["cpu", "reference"] as const)(
    "moves its statistics in training only, also under jit: %s",
    (backend) => {
      setBackend(backend);
      try {
        for (const wrapped of [false, true]) {
          const layer = new BatchNormalization(options);
          layer.buildFor([null, 2]);
          const train = (inputs: Tensor): Tensor => layer.apply(inputs, { training: true });
          const step = wrapped ? jit(train) : train;
          layer.apply(x);
          expect(layer.movingMean.arraySync()).toEqual([0, 0]);
          expectClose(step(x), [
            [-1, -1],
            [1, 1],
          ]);
          expectClose(layer.movingMean.value, [1, 10]);
          expectClose(layer.movingVariance.value, [1, 50.5]);
          step(x);
          expectClose(layer.movingMean.value, [1.5, 15]);
        }
      } finally {
        setBackend("cpu");
      }
    },
  );

  it("infers in training while it is not trainable", () => {
    const layer = new BatchNormalization(options);
    layer.trainable = false;
    expectClose(layer.apply(x, { training: true }), x.arraySync());
    expect(layer.movingMean.arraySync()).toEqual([0, 0]);
    expect(layer.trainableWeights).toEqual([]);
  });

  it("learns statistics by fit, which predict uses", async () => {
    const model = new Sequential([new BatchNormalization({ inputShape: [2], momentum: 0 }), new Dense(1)]);
    model.compile({ optimizer: new SGD({ learningRate: 0 }), loss: "mse" });
    await model.fit(x, tensor([[0], [1]]), { epochs: 1, verbose: 0 });
    const [, , mean, variance] = model.getWeights();
    expectClose(mean, [2, 20]);
    expectClose(variance, [1, 100]);
  });

  it("has the gradients of what it computes: none in the direction of the input itself", () => {
    const layer = new BatchNormalization({ epsilon: 0 });
    const loss = layer
      .apply(x, { training: true })
      .mul([[1], [2]])
      .sum();
    expectClose(gradients(loss, [x])[0], [
      [0, 0],
      [0, 0],
    ]);
  });

  it("corrects batches by the moving statistics where it renormalizes, within the bounds", () => {
    const make = (renormClipping: object | null) =>
      new BatchNormalization({ ...options, renorm: true, renormClipping });
    // Mean 2 and deviation 1, the moving ones 0 and 1: nothing is changed without bounds.
    expectClose(make(null).apply([[1], [3]], { training: true }), [[1], [3]]);
    expectClose(make({ dmax: 0 }).apply([[1], [3]], { training: true }), [[-1], [1]]);
    expectClose(make({ rmax: 0.5, dmax: 0 }).apply([[1], [3]], { training: true }), [[-0.5], [0.5]]);
    expect(() => make({ rmax: 1, rmin: 2 })).toThrow(/renormClipping is .*rmin ≤ rmax/);
    expect(() => make({ most: 1 })).toThrow(/renormClipping/);
  });

  it("does not overflow in 16 bits", () => {
    const layer = new BatchNormalization({ dtype: "float16", epsilon: 0 });
    expectClose(layer.apply([[-30000], [30000]], { training: true }), [[-1], [1]]);
  });

  it("names what it does not take", () => {
    const layer = new BatchNormalization();
    layer.apply(x);
    expect(() => layer.apply([[1, 2, 3]])).toThrow("must have the size 2 in axis -1");
    expect(() => layer.apply(x, { training: true, mask: tensor(x.arraySync()) })).toThrow(
      "one dimension less",
    );
    expect(() => new BatchNormalization({ axis: 3 }).apply(x)).toThrow("axis 3");
  });
});

describe("SpectralNormalization", () => {
  it("brings the largest singular value of the kernel to 1, and trains the kernel", () => {
    const layer = new SpectralNormalization(new Dense(2, { kernelInitializer: "identity" }), {
      powerIterations: 50,
    });
    layer.buildFor([null, 2]);
    layer.kernel.assign([
      [3, 0],
      [0, 4],
    ]);
    layer.apply([[1, 1]], { training: true });
    expectClose(layer.kernel.value, [
      [0.75, 0],
      [0, 1],
    ]);
    expect(layer.trainableWeights).toContain(layer.kernel);
  });

  it("leaves a kernel of zeros, and names a layer without a kernel", () => {
    const layer = new SpectralNormalization(new Dense(1, { kernelInitializer: "zeros" }));
    expect(layer.apply([[1, 1]], { training: true }).arraySync()).toEqual([[0]]);
    expect(() => new SpectralNormalization(new UnitNormalization()).apply([[1]])).toThrow("neither a kernel");
  });
});

describe("GroupNormalization", () => {
  it("names channels that the groups do not divide", () => {
    expect(() => new GroupNormalization(2).apply([[1, 2, 3]])).toThrow(
      "its 3 channels in axis -1 cannot be divided into 2 groups",
    );
  });
});

describe("Normalization", () => {
  const data = [
    [1, 10],
    [3, 30],
    [5, 20],
    [7, 60],
  ];

  it("adapts to data at once and in batches alike, and inverts", () => {
    const whole = new Normalization();
    whole.adapt(data);
    const inBatches = new Normalization({ invert: true });
    inBatches.adapt([tensor(data.slice(0, 1)), tensor(data.slice(1))]);
    expectClose(whole.getWeights()[0], [4, 30]);
    expectClose(inBatches.getWeights()[1], [5, 350], { relative: 1e-5 });
    expectClose(inBatches.apply(whole.apply(data)), data, { relative: 1e-5 });
  });

  it("names what does not fit", () => {
    expect(() => new Normalization({ mean: 1 })).toThrow("mean has the shape [] and variance null");
    expect(() => new Normalization({ mean: [[1]], variance: [[1]] })).toThrow(
      "at most as many dimensions as axis",
    );
    expect(() => new Normalization({ mean: 1, variance: 1 }).adapt(data)).toThrow("adapt would replace them");
    expect(() => new Normalization().adapt([tensor([[1, 2]]), tensor([[1]])])).toThrow(
      "the data have the shape [1, 1]",
    );
  });
});
