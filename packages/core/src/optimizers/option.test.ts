import { describe, expect, it } from "vitest";
import { Adadelta } from "./adadelta.ts";
import { Adafactor } from "./adafactor.ts";
import { Adagrad } from "./adagrad.ts";
import { Adam, AdamW } from "./adam.ts";
import { Adamax } from "./adamax.ts";
import { Ftrl } from "./ftrl.ts";
import { Lamb } from "./lamb.ts";
import { Lion } from "./lion.ts";
import { Nadam } from "./nadam.ts";
import { resolveOptions } from "./option.ts";
import { RMSprop } from "./rmsprop.ts";
import { SGD } from "./sgd.ts";

describe("wrong options", () => {
  it.each([
    [
      () => new SGD({ learningRate: -0.1 }),
      "SGD: learningRate is -0.1; it must be a finite number of at least 0",
    ],
    [() => new SGD({ learningRate: Number.NaN }), "SGD: learningRate is NaN"],
    [() => new SGD({ momentum: 1.5 }), "SGD: momentum is 1.5; it must be from 0 to 1"],
    [() => new RMSprop({ rho: 1 }), "RMSprop: rho is 1; it must be at least 0 and below 1"],
    [() => new RMSprop({ momentum: -1 }), "RMSprop: momentum is -1; it must be from 0 to 1"],
    [() => new RMSprop({ epsilon: -1 }), "RMSprop: epsilon is -1; it must be a finite number of at least 0"],
    [() => new Adam({ beta1: 1 }), "Adam: beta1 is 1; it must be at least 0 and below 1"],
    [() => new Adam({ beta2: -0.1 }), "Adam: beta2 is -0.1; it must be at least 0 and below 1"],
    [() => new Adam({ epsilon: Number.NaN }), "Adam: epsilon is NaN"],
    [() => new AdamW({ weightDecay: -1 }), "AdamW: weightDecay is -1"],
    [() => new Adagrad({ initialAccumulatorValue: -1 }), "Adagrad: initialAccumulatorValue is -1"],
    [() => new Adagrad({ epsilon: -1 }), "Adagrad: epsilon is -1"],
    [() => new Adadelta({ rho: 2 }), "Adadelta: rho is 2"],
    [() => new Adadelta({ epsilon: -1 }), "Adadelta: epsilon is -1"],
    [() => new Adamax({ beta1: 1 }), "Adamax: beta1 is 1"],
    [() => new Adamax({ beta2: 1 }), "Adamax: beta2 is 1"],
    [() => new Adamax({ epsilon: -1 }), "Adamax: epsilon is -1"],
    [() => new Nadam({ beta1: 1 }), "Nadam: beta1 is 1"],
    [() => new Nadam({ beta2: 1 }), "Nadam: beta2 is 1"],
    [() => new Nadam({ epsilon: -1 }), "Nadam: epsilon is -1"],
    [() => new Lion({ beta1: 0 }), "Lion: beta1 is 0; it must be above 0 and at most 1"],
    [() => new Lion({ beta2: 1 }), "Lion: beta2 is 1"],
    [() => new Lamb({ beta1: 1 }), "Lamb: beta1 is 1"],
    [() => new Lamb({ beta2: 1 }), "Lamb: beta2 is 1"],
    [() => new Lamb({ epsilon: -1 }), "Lamb: epsilon is -1"],
    [() => new Adafactor({ beta2Decay: 0 }), "Adafactor: beta2Decay is 0; it must be below 0"],
    [() => new Adafactor({ epsilon1: -1 }), "Adafactor: epsilon1 is -1"],
    [() => new Adafactor({ epsilon2: -1 }), "Adafactor: epsilon2 is -1"],
    [() => new Adafactor({ clipThreshold: 0 }), "Adafactor: clipThreshold is 0; it must be above 0"],
    [() => new Ftrl({ learningRatePower: 1 }), "Ftrl: learningRatePower is 1; it must be at most 0"],
    [() => new Ftrl({ initialAccumulatorValue: -1 }), "Ftrl: initialAccumulatorValue is -1"],
    [() => new Ftrl({ l1RegularizationStrength: -1 }), "Ftrl: l1RegularizationStrength is -1"],
    [() => new Ftrl({ l2RegularizationStrength: -1 }), "Ftrl: l2RegularizationStrength is -1"],
    [
      () => new Ftrl({ l2ShrinkageRegularizationStrength: -1 }),
      "Ftrl: l2ShrinkageRegularizationStrength is -1",
    ],
    [() => new Ftrl({ beta: -1 }), "Ftrl: beta is -1"],
    [() => new SGD({ weightDecay: -1 }), "SGD: weightDecay is -1; it must be a finite number of at least 0"],
    [() => new SGD({ clipNorm: 0 }), "SGD: clipNorm is 0; it must be above 0, or null"],
    [
      () => new SGD({ clipNorm: 1, globalClipNorm: 2 }),
      "SGD: clipNorm 1 and globalClipNorm 2 were given; only one of clipNorm, clipValue and globalClipNorm is accepted",
    ],
    [() => new SGD({ useEma: true, emaMomentum: 2 }), "SGD: emaMomentum is 2; it must be from 0 to 1"],
    [
      () => new SGD({ useEma: true, emaOverwriteFrequency: 1.5 }),
      "SGD: emaOverwriteFrequency is 1.5; it must be an integer of at least 1, or null",
    ],
    [() => new SGD({ emaOverwriteFrequency: 2 }), "SGD: emaOverwriteFrequency is 2 and useEma false"],
    [
      () => new SGD({ lossScaleFactor: 0 }),
      "SGD: lossScaleFactor is 0; it must be a finite number above 0, or null",
    ],
    [
      () => new SGD({ gradientAccumulationSteps: 1 }),
      "SGD: gradientAccumulationSteps is 1; it must be an integer of at least 2, or null",
    ],
  ])("%s: %s", (make, says) => {
    expect(make).toThrow(RangeError);
    expect(make).toThrow(says);
  });

  it("that do not exist are named, with those that do", () => {
    expect(() => new Adam(JSON.parse('{ "beta_1": 0.5 }'))).toThrow(
      /^Adam: "beta_1" is an unknown option .*"beta1".*; accepted are "name", "learningRate", "weightDecay", "clipNorm"/,
    );
  });

  it.each([
    [
      "new Adam",
      ["0.1"],
      'Adam: learningRate is "0.1"; it must be a finite number of at least 0, a LearningRateSchedule',
    ],
    ["new Adam", [null], "Adam: learningRate is null"],
    [
      "new Adam",
      [0.1, 0.9],
      "Adam: 2 arguments, 0.1, 0.9; accepted are (learningRate, options) and (options)",
    ],
    ["new Adam", [{}, {}], "Adam: 2 arguments"],
    ["new Adam", [0.1, { learningRate: 0.2 }], "Adam: learningRate was given twice"],
    ["new Adam", [{ amsgrad: "yes" }], 'Adam: amsgrad is "yes"; it must be true or false'],
    ["new Adam", [{ beta1: null }], "Adam: beta1 is null; it must be at least 0 and below 1"],
  ])("%s with %j", (_, given, says) => {
    expect(() => resolveOptions("Adam", Adam.options, ["learningRate"], given)).toThrow(says);
  });
});
