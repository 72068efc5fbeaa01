import { describe, expect, expectTypeOf, it } from "vitest";
import { gradients } from "../autodiff/gradients.ts";
import { describeProgram } from "../debug.ts";
import { memoryUse } from "../evaluate.ts";
import { jit } from "../jit.ts";
import { add, clip, mul, sub } from "../ops/arithmetic.ts";
import { ones } from "../ops/creation.ts";
import { sum } from "../ops/reductions.ts";
import { tensor } from "../tensor.ts";
import { onBackend } from "../testing/backends.ts";
import { variable } from "../variable.ts";
import "../ops/methods.ts";
import { Adafactor } from "./adafactor.ts";
import { Adam, AdamW } from "./adam.ts";
import { MultiOptimizer } from "./multi-optimizer.ts";
import { Nadam } from "./nadam.ts";
import type { Optimizer } from "./optimizer.ts";
import { OptimizerMap } from "./optimizer-map.ts";
import { type OptionsWith, optimizerOptions } from "./optimizer-options.ts";
import { PerVariableOptimizer } from "./per-variable-optimizer.ts";
import { RMSprop } from "./rmsprop.ts";
import { type DecayArguments, ExponentialDecay } from "./schedules.ts";
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
      "sgd/iteration",
      "sgd/learning_rate",
      "sgd/a_momentum",
      "sgd/b_momentum",
      "sgd/c_momentum",
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
      "sgd.minimize: the loss has the shape [2]; it must be one number",
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
    expect(names(optimizer).slice(2)).toEqual(["s/x_average", "s/y_average", "s/x_momentum", "s/y_momentum"]);
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
      says: "sgd.applyGradients: 1 gradients for 2 Variables; there must be one for each",
      apply: () => new SGD().applyGradients([1], [variable(1), variable(2)]),
    },
    {
      says: 'sgd.applyGradients: the gradient of "w" has the shape [2], the Variable [3]; they must be the same',
      apply: () => new SGD().applyGradients([[1, 2]], [variable([1, 2, 3], { name: "w" })]),
    },
    {
      says: 'sgd.applyGradients: "n" is int32; it must be "float32", "float64", "float16" or "bfloat16"',
      apply: () => new SGD().applyGradients([1], [variable(tensor(1, [], "int32"), { name: "n" })]),
    },
    {
      says: 'sgd.applyGradients: the gradient of "w" is int32; it must be "float32", "float64", "float16" or "bfloat16"',
      apply: () => new SGD().applyGradients([tensor(1, [], "int32")], [variable(1, { name: "w" })]),
    },
    {
      says: 'sgd.applyGradients: the Variable "w" comes twice; add its gradients up',
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
      ["gradient_accumulator", "a"],
      ["gradient_accumulator", "b"],
      ["momentum", "a"],
      ["velocity", "a"],
      ["momentum", "b"],
      ["velocity", "b"],
      ["velocity_hat", "a"],
      ["velocity_hat", "b"],
    ];
    expect(names(optimizer).slice(2)).toEqual(order.map(([slot, name]) => `adam/${name}_${slot}`));
    expect(optimizer.variables.every(({ trainable }) => !trainable)).toBe(true);
  });

  it("comes slot by slot for RMSprop, and with the shared scalar last for Nadam", () => {
    const variables = ["a", "b"].map((name) => variable(1, { name }));
    const rmsprop = new RMSprop({ momentum: 0.5, centered: true });
    rmsprop.build(variables);
    const slots = ["velocity", "momentum", "average_gradient"];
    expect(names(rmsprop).slice(2)).toEqual(
      slots.flatMap((slot) => [`rm_sprop/a_${slot}`, `rm_sprop/b_${slot}`]),
    );
    const nadam = new Nadam();
    nadam.build(variables);
    expect(names(nadam).at(-1)).toBe("nadam/decay_product");
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
      expect(names(optimizer)).toEqual(["sgd/iteration"]);
      expect(() => {
        optimizer.learningRate = 1;
      }).toThrow("sgd: learningRate cannot be set to 1, since it follows a schedule");
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
    }).toThrow("sgd: learningRate is -1; it must be a finite number of at least 0");
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
    const x = variable([0.5, -0.5], { constraint: (value) => clip(value, -1, 1) });
    const optimizer = new SGD({ learningRate: 1, useEma: true });
    optimizer.applyGradients([[-3, 0]], [x]);
    expect(x.arraySync()).toEqual([1, -0.5]);
    expect(optimizer.variables[2].arraySync()).toEqual([3.5, -0.5]);
    x.constraint = null;
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
      name: "adam_w",
      learningRate: 0.001,
      weightDecay: 0.004,
      clipNorm: null,
      clipValue: null,
      globalClipNorm: null,
      useEma: false,
      emaMomentum: 0.99,
      emaOverwriteFrequency: null,
      lossScaleFactor: null,
      gradientAccumulationSteps: null,
      beta1: 0.5,
      beta2: 0.999,
      epsilon: 1e-7,
      amsgrad: false,
    });
    expect(new AdamW(optimizer.getConfig()).options).toEqual(optimizer.options);
  });

  it("take the learning rate by position too, as Keras does", () => {
    const schedule = new ExponentialDecay(0.1, 10, 0.5);
    expect(new Adam(0.25).learningRate).toBe(0.25);
    expect(new Adam(0.25, { beta1: 0.8 }).options).toEqual(
      new Adam({ learningRate: 0.25, beta1: 0.8 }).options,
    );
    expect(new SGD(schedule, { momentum: 0.5 }).options).toMatchObject({
      learningRate: schedule,
      momentum: 0.5,
    });
    expect(new SGD(() => tensor(0.5, [])).learningRate).toBe(0.5);
    expect(new SGD(undefined, { momentum: 0.5 }).learningRate).toBe(0.01);
  });

  it("are typed by position and by name", () => {
    type Arguments = ConstructorParameters<typeof Adam>;
    expectTypeOf<[number, { beta1: number }]>().toExtend<Arguments>();
    expectTypeOf<[{ learningRate: ExponentialDecay; weightDecay: null }]>().toExtend<Arguments>();
    expectTypeOf<[string]>().not.toExtend<Arguments>();
    expectTypeOf<[{ beta1: string }]>().not.toExtend<Arguments>();
    expectTypeOf<[number, number]>().not.toExtend<Arguments>();
    expectTypeOf(new Adam().options.amsgrad).toEqualTypeOf<boolean>();
    expectTypeOf<ConstructorParameters<typeof ExponentialDecay>>().toEqualTypeOf<DecayArguments>();
    expectTypeOf<[{ initialLearningRate: number }]>().not.toExtend<DecayArguments>();
  });

  it("give the learning rate of the moment to a configuration, and a schedule as it is", () => {
    const optimizer = new Adam(0.25);
    optimizer.learningRate = 0.125;
    expect(optimizer.getConfig().learningRate).toBe(0.125);
    const schedule = new ExponentialDecay(0.1, 10, 0.5);
    expect(new Adam(schedule).getConfig().learningRate).toBe(schedule);
  });

  it("begin the names of the Variables", () => {
    expect(names(new Adam({ name: "generator" }))).toEqual([
      "generator/iteration",
      "generator/learning_rate",
    ]);
  });
});

describe("an optimizer of one's own", () => {
  it("has options of its own, stated once", () => {
    const options = {
      sharpness: { default: 2, rule: "a number", accepts: (value: unknown) => typeof value === "number" },
    };
    class Descent extends PerVariableOptimizer<OptionsWith<typeof options>> {
      static override readonly options = { ...optimizerOptions("descent", 0.5), ...options };
      protected override slotGroups() {
        return [];
      }
      protected override update({ gradient, value, scalars: { learningRate } }: UpdateInputs): UpdateResult {
        return { value: sub(value, mul(mul(gradient, this.options.sharpness), learningRate)), slots: {} };
      }
    }
    const x = variable(0);
    new Descent(0.25, { sharpness: 4 }).applyGradients([-1], [x]);
    new Descent().applyGradients([-1], [x]);
    expect(x.item()).toBe(2);
    expect(() => new Descent(JSON.parse('{ "sharpness": "high" }'))).toThrow(
      'Descent: sharpness is "high"; it must be a number',
    );
  });

  it("is told of slots that it did not name", () => {
    class Forgetful extends PerVariableOptimizer {
      protected override slotGroups() {
        return [];
      }
      protected override update({ gradient, value }: UpdateInputs): UpdateResult {
        return { value: sub(value, gradient), slots: { memory: gradient } };
      }
    }
    const optimizer = new Forgetful({ learningRate: 1, name: "forgetful" });
    expect(() => optimizer.applyGradients([1], [variable(1, { name: "w" })])).toThrow(
      'forgetful: the update returned "memory", which is no slot of "w"',
    );
  });
});

describe("a step that fails", () => {
  const backends = ["cpu", "reference"] as const;

  it.each(backends)("half way leaves weights, slots and iterations as they were, on %s", (backend) => {
    onBackend(backend, () => {
      let failing = false;
      class Fragile extends Adam {
        protected override update(inputs: UpdateInputs): UpdateResult {
          if (failing && inputs.variable === y) throw new RangeError("not today");
          return super.update(inputs);
        }
      }
      const [x, y] = [variable([1, 2]), variable([3, 4])];
      const optimizer = new Fragile(0.5, { gradientAccumulationSteps: 2, useEma: true });
      const step = (): void =>
        optimizer.applyGradients(
          [
            [1, 2],
            [3, 4],
          ],
          [x, y],
        );
      const everything = () => [x, y, ...optimizer.variables].map((each) => each.arraySync());
      step();
      const before = everything();
      failing = true;
      expect(step).toThrow("not today");
      expect(everything()).toEqual(before);
      failing = false;
      step();
      expect(optimizer.iterations.item()).toBe(2);
      expect(x.arraySync()).not.toEqual(before[0]);
    });
  });

  it("leaves everything as it was if an update or a constraint gives another shape or dtype", () => {
    const x = variable([1, 2], { name: "x" });
    const y = variable([3, 4], { name: "y", constraint: (value) => sum(value) });
    const optimizer = new SGD({ learningRate: 0.5, momentum: 0.5 });
    expect(() =>
      optimizer.applyGradients(
        [
          [1, 1],
          [1, 1],
        ],
        [x, y],
      ),
    ).toThrow('sgd: the step gives "y" a value of the shape []; the Variable has [2]');
    y.constraint = (value) => value.cast("int32");
    expect(() =>
      optimizer.applyGradients(
        [
          [1, 1],
          [1, 1],
        ],
        [x, y],
      ),
    ).toThrow('sgd: the step gives "y" a value of int32; it is float32');
    expect([x.arraySync(), optimizer.iterations.item()]).toEqual([[1, 2], 0]);
  });

  it("in one of several optimizers changes nothing by the others", () => {
    const [x, y] = [
      variable(1, { name: "x" }),
      variable(1, { name: "y", constraint: (each) => each.reshape([1]) }),
    ];
    const optimizer = new MultiOptimizer(new OptimizerMap(new SGD(0.5), { y: new Adam() }));
    expect(() => optimizer.applyGradients([1, 1], [x, y])).toThrow('the step gives "y"');
    expect([x.item(), y.item(), optimizer.iterations.item()]).toEqual([1, 1, 0]);
  });
});

describe("freezing", () => {
  it("keeps the slots of Variables that are left out for some steps, and counts on", () => {
    const [x, y] = ["x", "y"].map((name) => variable([1, -1], { name }));
    const [x2, y2] = ["x", "y"].map((name) => variable([1, -1], { name }));
    const optimizer = new Adam({ learningRate: 0.25 });
    const alone = [new Adam({ learningRate: 0.25 }), new Adam({ learningRate: 0.25 })];
    optimizer.build([x, y]);
    optimizer.applyGradients(
      [
        [1, 2],
        [3, 4],
      ],
      [x, y],
    );
    optimizer.build([x]);
    expect(names(optimizer).slice(2)).toEqual(["adam/x_momentum", "adam/x_velocity"]);
    const frozen = y.arraySync();
    optimizer.applyGradients([[3, -1]], [x]);
    expect(y.arraySync()).toEqual(frozen);
    optimizer.build([x, y]);
    optimizer.applyGradients(
      [
        [1, 1],
        [2, 2],
      ],
      [x, y],
    );
    alone[0].applyGradients([[1, 2]], [x2]);
    alone[0].applyGradients([[3, -1]], [x2]);
    alone[0].applyGradients([[1, 1]], [x2]);
    expect(x.arraySync()).toEqual(x2.arraySync());
    alone[1].applyGradients([[3, 4]], [y2]);
    alone[1].iterations.assign(2);
    alone[1].applyGradients([[2, 2]], [y2]);
    expect(y.arraySync()).toEqual(y2.arraySync());
    expect(optimizer.iterations.item()).toBe(3);
    const order = ["x_momentum", "x_velocity", "y_momentum", "y_velocity"].map((name) => `adam/${name}`);
    expect(names(optimizer).slice(2)).toEqual(order);
  });

  it("puts the state in the order of the list that it is built for, whoever came first", () => {
    const [x, y] = ["x", "y"].map((name) => variable(1, { name }));
    const optimizer = new SGD({ momentum: 0.5, useEma: true });
    optimizer.build([y]);
    optimizer.build([x, y]);
    const order = ["x_average", "y_average", "x_momentum", "y_momentum"].map((name) => `sgd/${name}`);
    expect(names(optimizer).slice(2)).toEqual(order);
  });

  it("gives Variables that join fresh slots in a compiled step, too", () => {
    const [x, y] = [variable(1), variable(1)];
    const optimizer = new Adam({ learningRate: 0.5 });
    const first = jit(() => optimizer.applyGradients([1], [x]));
    const both = jit(() => optimizer.applyGradients([1, 1], [x, y]));
    first();
    first();
    both();
    expect(optimizer.iterations.item()).toBe(3);
    expect(y.item()).toBeLessThan(1);
  });
});
