import { setBackend, setSeed, type Tensor, tensor, zeros } from "@strata/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { maskOf } from "../../layer/masks.ts";
import { fromKerasConfig } from "../../saving/from-keras-config.ts";
import { registerKerasSerializable } from "../../saving/known-classes.ts";
import { toKerasConfig } from "../../saving/to-keras-config.ts";
import { input, runLayerTest } from "../../testing/run-layer-test.ts";
import { EinsumDense } from "./einsum-dense.ts";
import { Identity } from "./identity.ts";
import { Lambda, type LambdaArguments } from "./lambda.ts";
import { Masking } from "./masking.ts";
import { TernaryDense } from "./ternary-dense.ts";

beforeEach(() => setSeed(3));

function scaledBy(x: Tensor, { factor }: LambdaArguments): Tensor {
  return x.mul(Number(factor));
}

describe("core layers hold to the common battery", () => {
  beforeAll(() => setBackend("reference"));
  afterAll(() => setBackend("cpu"));

  it("EinsumDense", async () => {
    await runLayerTest({
      make: (options) => new EinsumDense("abc,cd->abd", [null, 4], { biasAxes: "d", ...options }),
      inputs: input([null, null, 3]),
      trainableWeights: 2,
    });
    await runLayerTest({
      make: (options) => new EinsumDense("ab...,bc->ac...", 4, { biasAxes: "c", ...options }),
      inputs: input([null, 3, null]),
      trainableWeights: 2,
    });
    await runLayerTest({
      make: (options) => new EinsumDense("...x,xy->...y", 4, { activation: "tanh", ...options }),
      inputs: input([null, null, null, 3]),
      trainableWeights: 1,
    });
  });

  it("Identity, Masking and Lambda", async () => {
    registerKerasSerializable(scaledBy, { package: "test" });
    await runLayerTest({
      make: (options) => new Identity(options),
      inputs: [input([null, 3]), input([null])],
    });
    await runLayerTest({ make: (options) => new Masking(0.5, options), inputs: input([null, null, 3]) });
    await runLayerTest({
      make: (options) => new Lambda(scaledBy, { arguments: { factor: 3 }, ...options }),
      inputs: input([null, 3]),
    });
  });

  it("TernaryDense", async () => {
    await runLayerTest({
      make: (options) => new TernaryDense(2, options),
      inputs: input([null, 3]),
      trainableWeights: 2,
      // The kernel's gradient is not the slope, by design.
      areGradientsSlopes: false,
    });
  });
});

describe("EinsumDense", () => {
  it("scales the kernel by the axes that are summed", () => {
    const layer = new EinsumDense("abc,cde->abde", [null, 50, 40], { kernelInitializer: "lecunNormal" });
    layer.buildFor([null, 5, 30]);
    const deviation = Math.sqrt(layer.kernel.value.square().mean().item());
    expect(deviation).toBeCloseTo(1 / Math.sqrt(30), 2);
  });

  it("says what an equation must be, and what does not follow from it", () => {
    expect(() => new EinsumDense("ab->c", 3)).toThrow(
      /EinsumDense: equation is "ab->c"; it must have the form/,
    );
    expect(() => new EinsumDense("ab,bc->ac", [null], { name: "product" }).buildFor([null, 2])).toThrow(
      'product: the size of the axis "c" of ab,bc->ac does not follow',
    );
    expect(() => new EinsumDense("ab,bc->ac", 2, { name: "product" }).apply(zeros([1, 2, 3]))).toThrow(
      "product: the input has the shape [null, 2, 3]; the equation ab,bc->ac names 2 axes",
    );
  });
});

describe("Lambda", () => {
  it("takes and gives structures, and hears of masks and training", () => {
    const pair = new Lambda(([x, y]: readonly Tensor[]) => ({ sum: x.add(y), difference: x.sub(y) }));
    const { sum, difference } = pair.apply([tensor([[5]]), tensor([[3]])]);
    expect([sum.arraySync(), difference.arraySync()]).toEqual([[[8]], [[2]]]);
    const trained = new Lambda((x: Tensor, { training }) => (training ? x.neg() : x));
    expect(trained.apply([[1]], { training: true }).arraySync()).toEqual([[-1]]);
  });

  it("gives the result a mask of its own, if it is told one", () => {
    const masked = new Masking().apply([[[0]]]);
    const layer = new Lambda((x: Tensor) => x, { mask: (x: Tensor) => x.equal(0).any(-1) });
    expect(maskOf(layer.apply(masked))?.arraySync()).toEqual([[true]]);
    expect(maskOf(new Lambda((x: Tensor) => x).apply(masked))).toBeNull();
    expect(maskOf(masked)?.arraySync()).toEqual([[false]]);
  });

  it("writes a registered function by its name, and says how to name another", () => {
    registerKerasSerializable(scaledBy, { package: "test" });
    const layer = new Lambda(scaledBy, { arguments: { factor: 2 } });
    const copy = fromKerasConfig(JSON.parse(JSON.stringify(toKerasConfig(layer))));
    expect(copy instanceof Lambda && copy.apply([[3]]).arraySync()).toEqual([[6]]);
    expect(() => toKerasConfig(new Lambda((x: Tensor) => x))).toThrow(/has no name to restore it by/);
  });

  it("refuses a configuration that holds Python code", () => {
    const code = { class_name: "__lambda__", config: { code: "4wEA", defaults: null, closure: null } };
    expect(() => fromKerasConfig({ class_name: "Lambda", config: { function: code } })).toThrow(
      "the configuration holds the code of a Python function, which cannot run here",
    );
  });
});

describe("TernaryDense", () => {
  it("counts weights up to the threshold as 0 and the others as their signs", () => {
    const layer = new TernaryDense(1, { threshold: 0.5, useBias: false });
    layer.buildFor([null, 3]);
    layer.setWeights([[[0.4], [-2], [0.6]]]);
    expect(layer.apply([[10, 1, 3]]).arraySync()).toEqual([[2]]);
  });
});
