import { describe, expect, it } from "vitest";
import "../ops/methods.ts";
import { gradients } from "../autodiff/gradients.ts";
import { jit } from "../jit.ts";
import { sum } from "../ops/reductions.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { onBackend } from "../testing/backends.ts";
import { variable } from "../variable.ts";
import { Adam, AdamW } from "./adam.ts";
import { LossScaleOptimizer } from "./loss-scale-optimizer.ts";
import { MultiOptimizer } from "./multi-optimizer.ts";
import { OptimizerMap } from "./optimizer-map.ts";
import { SGD } from "./sgd.ts";

const backends = ["cpu", "reference"] as const;

describe("LossScaleOptimizer", () => {
  const ways = backends.flatMap((backend) => [true, false].map((compiled) => ({ backend, compiled })));

  it.each(ways)(
    "leaves out steps with infinite gradients, halves the scale, and doubles it later: $backend, compiled: $compiled",
    ({ backend, compiled }) => {
      onBackend(backend, () => {
        const [x, y] = [variable([1, 2]), variable(1)];
        const [x2, y2] = [variable([1, 2]), variable(1)];
        const optimizer = new LossScaleOptimizer(new Adam(0.5), { initialScale: 8, dynamicGrowthSteps: 2 });
        const plain = new Adam(0.5);
        const apply = (first: Tensor, second: Tensor): void =>
          optimizer.applyGradients([first, second], [x, y]);
        const step = compiled ? jit(apply) : apply;
        step(tensor([8, 16]), tensor(8, []));
        const before = [x, y, ...optimizer.variables.slice(4)].map((each) => each.arraySync());
        step(tensor([1, Number.NaN]), tensor(1, []));
        expect([x, y, ...optimizer.variables.slice(4)].map((each) => each.arraySync())).toEqual(before);
        expect([optimizer.dynamicScale.item(), optimizer.stepCounter.item()]).toEqual([4, 0]);
        step(tensor([4, 8]), tensor(4, []));
        step(tensor([4, 8]), tensor(4, []));
        expect([optimizer.dynamicScale.item(), optimizer.stepCounter.item()]).toEqual([8, 0]);
        for (let index = 0; index < 3; index++) plain.applyGradients([[1, 2], 1], [x2, y2]);
        // The reference rounds to float32 where a program ends, and these end in different places.
        x.dataSync().forEach((value, index) => {
          expect(value).toBeCloseTo(x2.dataSync()[index], 6);
        });
        expect(y.item()).toBeCloseTo(y2.item(), 6);
        expect(optimizer.iterations.item()).toBe(3);
      });
    },
  );

  it("keeps gradients of float16 that would vanish", () => {
    const x = variable(tensor([1], undefined, "float16"));
    const step = (optimizer: LossScaleOptimizer | SGD): number => {
      const loss = sum(x.mul(1e-4).mul(1e-4));
      optimizer.applyGradients(gradients(optimizer.scaleLoss(loss), [x]), [x]);
      return x.item();
    };
    expect(step(new SGD(1e7))).toBe(1);
    expect(step(new LossScaleOptimizer(new SGD(1e7)))).toBeCloseTo(0.9, 2);
  });

  it("has the learning rate, averages and exclusions of the inner optimizer", () => {
    const inner = new AdamW(0.5, { useEma: true });
    const optimizer = new LossScaleOptimizer({ innerOptimizer: inner });
    optimizer.learningRate = 0.25;
    expect([inner.learningRate, optimizer.learningRate]).toEqual([0.25, 0.25]);
    optimizer.excludeFromWeightDecay({ names: ["bias"] });
    const bias = variable(2, { name: "bias" });
    optimizer.applyGradients([0], [bias]);
    expect(bias.item()).toBe(2);
    optimizer.finalizeVariableValues();
    expect(() => inner.excludeFromWeightDecay({})).toThrow("was built");
    expect(optimizer.getConfig()).toEqual({
      name: "loss_scale_optimizer",
      innerOptimizer: inner,
      initialScale: 2 ** 15,
      dynamicGrowthSteps: 2000,
    });
  });

  it("wants to scale the loss alone", () => {
    expect(() => new LossScaleOptimizer(new SGD({ lossScaleFactor: 2 }))).toThrow(
      'LossScaleOptimizer: the inner optimizer "sgd" has a lossScaleFactor; it must be null',
    );
    expect(() => new LossScaleOptimizer(JSON.parse("3"))).toThrow(
      "LossScaleOptimizer: innerOptimizer is 3; it must be an Optimizer",
    );
  });
});

describe("MultiOptimizer", () => {
  it.each(backends)("changes each Variable as its optimizer would alone, on %s", (backend) => {
    onBackend(backend, () => {
      const make = () => ["encoder/kernel", "decoder/kernel"].map((name) => variable([1, 2], { name }));
      const [encoder, decoder] = make();
      const [encoder2, decoder2] = make();
      const optimizer = new MultiOptimizer(new OptimizerMap(new SGD(0.5), { "encoder/.*": new Adam(0.25) }), {
        lossScaleFactor: 4,
      });
      const [sgd, adam] = [new SGD(0.5), new Adam(0.25)];
      const loss = (a: Tensor, b: Tensor): Tensor => a.square().sum().add(b.square().sum());
      const step = jit(() => optimizer.minimize(() => loss(encoder.value, decoder.value)));
      for (let index = 0; index < 3; index++) {
        step();
        adam.minimize(() => loss(encoder2.value, decoder2.value), [encoder2]);
        sgd.minimize(() => loss(encoder2.value, decoder2.value), [decoder2]);
      }
      expect(encoder.arraySync()).toEqual(encoder2.arraySync());
      expect(decoder.arraySync()).toEqual(decoder2.arraySync());
      expect(optimizer.iterations.item()).toBe(3);
    });
  });

  it("has the learning rate of the first of them, and finalizes those that average", () => {
    const [first, rest] = [new SGD(0.5, { useEma: true }), new SGD(0.25)];
    const optimizer = new MultiOptimizer({ optimizerMap: new OptimizerMap(rest).set("x", first) });
    optimizer.learningRate = 1;
    expect([optimizer.learningRate, first.learningRate, rest.learningRate]).toEqual([1, 1, 0.25]);
    const [x, y] = [variable(0, { name: "x" }), variable(0, { name: "y" })];
    for (let index = 0; index < 2; index++) optimizer.applyGradients([1, 1], [x, y]);
    optimizer.finalizeVariableValues([x, y]);
    expect(x.item()).toBeCloseTo(-1.01, 5);
    expect(y.item()).toBe(-0.5);
  });
});

describe("OptimizerMap", () => {
  it("prefers the name itself to patterns, and wants only one pattern to fit the whole name", () => {
    const [a, b, c] = [new SGD(1), new SGD(2), new SGD(3)];
    const map = new OptimizerMap(c, { "dense/kernel": a, "dense/.*": b });
    expect(map.optimizerOf(variable(0, { name: "dense/kernel" }))).toBe(a);
    expect(map.optimizerOf(variable(0, { name: "dense/bias" }))).toBe(b);
    expect(map.optimizerOf(variable(0, { name: "a/dense/bias" }))).toBe(c);
    expect(map.optimizers).toEqual([a, b, c]);
    map.set(".*bias", a);
    expect(() => map.optimizerOf(variable(0, { name: "dense/bias" }))).toThrow(
      '"dense/.*" and ".*bias" fit the Variable "dense/bias"; only one may',
    );
    expect(() => map.set(".*bias", a)).toThrow('there is an optimizer for ".*bias"');
  });
});
