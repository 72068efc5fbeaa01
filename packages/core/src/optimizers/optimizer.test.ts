import { describe, expect, it } from "vitest";
import { gradients } from "../autodiff/gradients.ts";
import { describeProgram } from "../debug.ts";
import { memoryUse } from "../evaluate.ts";
import { jit } from "../jit.ts";
import { add, clip, mul, sub } from "../ops/arithmetic.ts";
import { ones } from "../ops/creation.ts";
import { sum } from "../ops/reductions.ts";
import { tensor } from "../tensor.ts";
import { variable } from "../variable.ts";
import "../ops/methods.ts";
import { Adafactor } from "./adafactor.ts";
import { Adam, AdamW } from "./adam.ts";
import { Nadam } from "./nadam.ts";
import { Optimizer } from "./optimizer.ts";
import { optimizerDefaults } from "./options.ts";
import { RMSprop } from "./rmsprop.ts";
import { ExponentialDecay } from "./schedules.ts";
import { SGD } from "./sgd.ts";
import type { UpdateInputs, UpdateResult } from "./update.ts";

const names = (optimizer: Optimizer): string[] => optimizer.variables.map(({ name }) => name);

describe("minimize", () => {
  it("returns the loss before the step and changes what it depends on", () => {
    const x = variable(3);
    const other = variable(5);
    const loss = new SGD({ learningRate: 0.5 }).minimize(() => x.square());
    expect(loss.item()).toBe(9);
    expect([x.item(), other.item()]).toEqual([0, 5]);
  });

  it("finds the trainable Variables in the order of their creation, and only those that gradients reach", () => {
    const second = variable(1, { name: "frozen", trainable: false });
    const [a, b, c] = ["a", "b", "c"].map((name) => variable(2, { name }));
    const optimizer = new SGD({ momentum: 0.5, name: "sgd" });
    optimizer.minimize(() =>
      add(mul(c, a), mul(second, mul(b.value.square(), 0).add(b.greater(0).cast("float32")))),
    );
    expect(names(optimizer)).toEqual([
      "sgd/iterations",
      "sgd/learningRate",
      "sgd/momentum/a",
      "sgd/momentum/b",
      "sgd/momentum/c",
    ]);
    expect(second.item()).toBe(1);
  });

  it("finds Variables that were assigned before they were read", () => {
    const x = variable(1);
    x.assign(4);
    new SGD({ learningRate: 0.25 }).minimize(() => x.square());
    expect(x.item()).toBe(2);
  });

  it("changes only the Variables that it is given", () => {
    const [x, y] = [variable(1), variable(1)];
    new SGD({ learningRate: 0.25 }).minimize(() => add(x, y), [y]);
    expect([x.item(), y.item()]).toEqual([1, 0.75]);
  });

  it("multiplies the loss by the loss scale, and divides the gradients again", () => {
    const x = variable(3);
    const optimizer = new SGD({ learningRate: 0.5, lossScaleFactor: 1024 });
    expect(optimizer.minimize(() => x.square()).item()).toBe(9);
    expect(x.item()).toBe(0);
    expect(optimizer.scaleLoss(tensor(2, [])).item()).toBe(2048);
  });

  it("descends in a compiled step, where slots are made during the trace", () => {
    const x = variable([5, -4]);
    const optimizer = new Adam({ learningRate: 0.5 });
    const step = jit(() => optimizer.minimize(() => sum(x.sub([1, 2]).square())));
    const first = step().item();
    for (let index = 0; index < 200; index++) step();
    expect(first).toBe(52);
    expect(step().item()).toBeLessThan(1e-3);
    expect(optimizer.iterations.item()).toBe(202);
  });

  it("needs a loss of one number", () => {
    const x = variable([1, 2]);
    expect(() => new SGD().minimize(() => x.square())).toThrow(
      "SGD.minimize: the loss has the shape [2]; it must be one number",
    );
  });

  it("needs a trainable Variable", () => {
    const x = variable(1, { trainable: false });
    expect(() => new SGD().minimize(() => x.square())).toThrow("the loss depends on no trainable Variable");
  });
});

describe("applyGradients", () => {
  it("takes the gradients of a hand-written step", () => {
    const x = variable([1, 2]);
    new SGD({ learningRate: 0.5 }).applyGradients(gradients(sum(x.square()), [x]), [x]);
    expect(x.arraySync()).toEqual([0, 0]);
  });

  it("builds slots for Variables that come later", () => {
    const [x, y] = [variable(1, { name: "x" }), variable(1, { name: "y" })];
    const optimizer = new SGD({ learningRate: 0.5, momentum: 0.5, useEma: true, name: "s" });
    optimizer.applyGradients([1], [x]);
    optimizer.applyGradients([1], [y]);
    expect(names(optimizer).slice(2)).toEqual(["s/average/x", "s/momentum/x", "s/average/y", "s/momentum/y"]);
    expect([x.item(), y.item()]).toEqual([0.5, 0.5]);
    optimizer.finalizeVariableValues([y]);
    expect(y.item()).toBeCloseTo(0.995, 6);
  });

  it("does nothing with no gradients", () => {
    const optimizer = new SGD();
    optimizer.applyGradients([], []);
    expect(optimizer.iterations.item()).toBe(0);
  });

  it("casts gradients to the Variable's dtype", () => {
    const x = variable(tensor([1, 2], undefined, "float64"));
    new Adam({ learningRate: 0.5 }).applyGradients([tensor([1, 1])], [x]);
    expect(x.dtype).toBe("float64");
    expect(x.dataSync()[0]).toBeCloseTo(0.5, 5);
  });

  it("optimizes float32 and float64 in one step", () => {
    const [x, y] = [variable(1), variable(tensor(1, [], "float64"))];
    const optimizer = new Nadam({ learningRate: 0.5, globalClipNorm: 1 });
    for (let step = 0; step < 3; step++) optimizer.applyGradients([2, 2], [x, y]);
    expect(x.item()).toBeCloseTo(y.item(), 5);
  });

  it("goes on where a scalar Variable, or one without elements, is among them", () => {
    const [x, y] = [variable(1), variable(tensor([], [0, 3]))];
    new Adafactor({ learningRate: 0.5 }).applyGradients([1, ones([0, 3])], [x, y]);
    expect(x.item()).toBe(0.5);
  });

  it.each([
    {
      says: "SGD.applyGradients: 1 gradients for 2 Variables; there must be one for each",
      apply: () => new SGD().applyGradients([1], [variable(1), variable(2)]),
    },
    {
      says: 'SGD.applyGradients: the gradient of "w" has the shape [2], the Variable [3]; they must be the same',
      apply: () => new SGD().applyGradients([[1, 2]], [variable([1, 2, 3], { name: "w" })]),
    },
    {
      says: 'SGD.applyGradients: "n" is int32; it must be "float32", "float64", "float16" or "bfloat16"',
      apply: () => new SGD().applyGradients([1], [variable(tensor(1, [], "int32"), { name: "n" })]),
    },
    {
      says: 'SGD.applyGradients: the gradient of "w" is int32; it must be "float32", "float64", "float16" or "bfloat16"',
      apply: () => new SGD().applyGradients([tensor(1, [], "int32")], [variable(1, { name: "w" })]),
    },
    {
      says: 'SGD.applyGradients: the Variable "w" comes twice; add its gradients up',
      apply: () => {
        const w = variable(1, { name: "w" });
        new SGD().applyGradients([1, 1], [w, w]);
      },
    },
  ])("$says", ({ apply, says }) => {
    expect(apply).toThrow(says);
  });
});

describe("the state", () => {
  it("comes in Keras's order", () => {
    const variables = ["a", "b"].map((name) => variable(1, { name }));
    const optimizer = new Adam({ useEma: true, gradientAccumulationSteps: 2, amsgrad: true });
    optimizer.build(variables);
    const order = [
      ["average", "a"],
      ["average", "b"],
      ["gradientAccumulator", "a"],
      ["gradientAccumulator", "b"],
      ["momentum", "a"],
      ["velocity", "a"],
      ["momentum", "b"],
      ["velocity", "b"],
      ["velocityHat", "a"],
      ["velocityHat", "b"],
    ];
    expect(names(optimizer).slice(2)).toEqual(order.map(([slot, name]) => `adam/${slot}/${name}`));
    expect(optimizer.variables.every(({ trainable }) => !trainable)).toBe(true);
  });

  it("comes slot by slot for RMSprop, and with the shared scalar last for Nadam", () => {
    const variables = ["a", "b"].map((name) => variable(1, { name }));
    const rmsprop = new RMSprop({ momentum: 0.5, centered: true });
    rmsprop.build(variables);
    const slots = ["velocity", "momentum", "averageGradient"];
    expect(names(rmsprop).slice(2)).toEqual(
      slots.flatMap((slot) => [`rmsprop/${slot}/a`, `rmsprop/${slot}/b`]),
    );
    const nadam = new Nadam();
    nadam.build(variables);
    expect(names(nadam).at(-1)).toBe("nadam/decayProduct");
  });

  it("is not made twice", () => {
    const x = variable(1);
    const optimizer = new Adam();
    optimizer.build([x]);
    optimizer.build([x]);
    optimizer.applyGradients([1], [x]);
    expect(optimizer.variables.length).toBe(4);
  });

  it("can be saved and put back", () => {
    const run = (steps: number, optimizer: Optimizer, x = variable([1, 2])) => {
      for (let step = 0; step < steps; step++) optimizer.applyGradients([[0.5, step]], [x]);
      return x;
    };
    const first = new Nadam();
    const x = run(2, first);
    const second = new Nadam();
    const y = variable(x.value);
    second.build([y]);
    second.variables.forEach((each, index) => {
      each.assign(first.variables[index]);
    });
    expect(run(2, second, y).arraySync()).toEqual(run(2, first, x).arraySync());
  });

  it("does not grow with the steps", () => {
    const x = variable(ones([64]));
    const optimizer = new Adam({ useEma: true });
    const run = (steps: number) => {
      for (let step = 0; step < steps; step++) optimizer.minimize(() => sum(x.square())).item();
      return memoryUse();
    };
    // Other tests' Variables may be collected meanwhile.
    const { storageBytes, programBytes } = run(20);
    const after = run(200);
    expect(after.storageBytes).toBeLessThanOrEqual(storageBytes);
    expect(after.programBytes).toBeLessThanOrEqual(programBytes);
  });
});

describe("the learning rate", () => {
  it("reads as it was given", () => {
    const optimizer = new Adam();
    expect(optimizer.learningRate).toBe(0.001);
    optimizer.learningRate = 0.3;
    expect(optimizer.learningRate).toBe(0.3);
    optimizer.variables[1].assign(0.5);
    expect(optimizer.learningRate).toBe(0.5);
  });

  it("changes in a compiled step without another trace", () => {
    const x = variable(0);
    const optimizer = new SGD({ learningRate: 1 });
    let traces = 0;
    const step = jit(() => {
      traces++;
      optimizer.applyGradients([-1], [x]);
    });
    step();
    optimizer.learningRate = 0.5;
    step();
    expect([x.item(), traces]).toEqual([1.5, 1]);
  });

  it("follows a schedule or a function of the steps done, also in a compiled step", () => {
    const schedule = new ExponentialDecay({ initialLearningRate: 1, decaySteps: 1, decayRate: 0.5 });
    for (const learningRate of [schedule, (step: Parameters<typeof schedule.at>[0]) => schedule.at(step)]) {
      const x = variable(0);
      const optimizer = new SGD({ learningRate });
      const step = jit(() => optimizer.applyGradients([-1], [x]));
      for (let index = 0; index < 3; index++) step();
      expect(x.item()).toBe(1.75);
      expect(optimizer.learningRate).toBe(0.125);
      expect(names(optimizer)).toEqual(["SGD/iterations"]);
      expect(() => {
        optimizer.learningRate = 1;
      }).toThrow("SGD: learningRate cannot be set to 1, since it follows a schedule");
    }
  });

  it("counts all calls for a schedule while gradients accumulate, as Keras does", () => {
    const x = variable(0);
    const optimizer = new SGD({
      learningRate: (step) => add(step, 1).cast("float32"),
      gradientAccumulationSteps: 2,
    });
    const seen = [1, 2, 3, 4].map(() => {
      optimizer.applyGradients([-1], [x]);
      return x.item();
    });
    expect(seen).toEqual([0, 2, 2, 6]);
  });

  it("cannot become negative", () => {
    const optimizer = new SGD();
    expect(() => {
      optimizer.learningRate = -1;
    }).toThrow("SGD: learningRate is -1; it must be a finite number of at least 0");
  });
});

describe("weight decay", () => {
  // Keras 3.16, keras/src/optimizers/sgd_test.py, test_weight_decay.
  it("leaves excluded Variables alone", () => {
    const weights = [
      variable(2, { name: "kernel" }),
      variable(2, { name: "dense/bias" }),
      variable(2, { name: "gain" }),
    ];
    const optimizer = new AdamW({ learningRate: 1, weightDecay: 0.004 });
    optimizer.excludeFromWeightDecay({ names: ["bias"], variables: [weights[2]] });
    optimizer.applyGradients([0, 0, 0], weights);
    expect(weights[0].item()).toBeCloseTo(1.992, 6);
    expect(weights.slice(1).map((each) => each.item())).toEqual([2, 2]);
    expect(() => optimizer.excludeFromWeightDecay({})).toThrow("the optimizer has taken a step or was built");
  });
});

describe("constraints", () => {
  it("apply to what each step leads to, after the moving average", () => {
    const x = variable([0.5, -0.5]);
    const optimizer = new SGD({ learningRate: 1, useEma: true });
    optimizer.setConstraint(x, (value) => clip(value, -1, 1));
    optimizer.applyGradients([[-3, 0]], [x]);
    expect(x.arraySync()).toEqual([1, -0.5]);
    expect(optimizer.variables[2].arraySync()).toEqual([3.5, -0.5]);
    optimizer.setConstraint(x, null);
    optimizer.applyGradients([[-3, 0]], [x]);
    expect(x.arraySync()).toEqual([4, -0.5]);
  });
});

describe("gradient accumulation", () => {
  it("changes weights and slots only when the gradients are complete", () => {
    const x = variable(1);
    const optimizer = new Adam({ gradientAccumulationSteps: 3, weightDecay: 0.5, learningRate: 0.25 });
    const plain = new Adam({ weightDecay: 0.5, learningRate: 0.25 });
    const y = variable(1);
    for (const round of [1, 2]) {
      for (const gradient of [1, 2]) {
        optimizer.applyGradients([gradient * round], [x]);
        expect(x.item()).toBe(y.item());
      }
      optimizer.applyGradients([6 * round], [x]);
      plain.applyGradients([3 * round], [y]);
      expect(x.item()).toBeCloseTo(y.item(), 6);
    }
    expect([optimizer.iterations.item(), plain.iterations.item()]).toEqual([6, 2]);
  });
});

describe("programs", () => {
  it("have one kernel for the step of each Variable, whatever the options that are elementwise", () => {
    const weights = [variable(ones([64, 32])), variable(ones([32]))];
    for (const options of [
      {},
      { useEma: true, clipValue: 1, emaOverwriteFrequency: 2, lossScaleFactor: 8, amsgrad: true },
      { gradientAccumulationSteps: 2 },
    ]) {
      const optimizer = new AdamW(options);
      const step = jit((...given: ReturnType<typeof ones>[]) => optimizer.applyGradients(given, weights));
      step(ones([64, 32]), ones([32]));
      const extents = [...describeProgram(step).matchAll(/^kernel .*: for (\[\d*\])/gm)].map(
        ([, extent]) => extent,
      );
      const ofWeights = extents.filter((extent) => extent !== "[]");
      expect(ofWeights.toSorted()).toEqual(["[2048]", "[32]"]);
      expect(describeProgram(step)).not.toMatch(/^routine/m);
    }
  });
});

describe("options", () => {
  it("are there with their defaults, and make an equal optimizer", () => {
    const optimizer = new AdamW({ beta1: 0.5, epsilon: undefined });
    expect(optimizer.options).toEqual({
      ...optimizerDefaults,
      learningRate: 0.001,
      beta1: 0.5,
      beta2: 0.999,
      epsilon: 1e-7,
      amsgrad: false,
      weightDecay: 0.004,
      name: "adamw",
    });
    expect(new Adam(optimizer.options).options).toEqual(optimizer.options);
  });

  it("begin the names of the Variables", () => {
    expect(names(new Adam({ name: "generator" }))).toEqual([
      "generator/iterations",
      "generator/learningRate",
    ]);
  });

  it("serve an optimizer of one's own, which is told of slots that it did not name", () => {
    class Forgetful extends Optimizer {
      protected override slotGroups() {
        return [];
      }
      protected override update({ gradient, value }: UpdateInputs): UpdateResult {
        return { value: sub(value, gradient), slots: { memory: gradient } };
      }
    }
    const optimizer = new Forgetful({ ...optimizerDefaults, learningRate: 1, name: "forgetful" });
    expect(() => optimizer.applyGradients([1], [variable(1, { name: "w" })])).toThrow(
      'forgetful: the update returned "memory", which is no slot of "w"',
    );
  });
});
