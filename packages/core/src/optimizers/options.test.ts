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
import { resolveOptions } from "./options.ts";
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
    [() => new RMSprop({ rho: 1 }), "rmsprop: rho is 1; it must be at least 0 and below 1"],
    [() => new RMSprop({ momentum: -1 }), "rmsprop: momentum is -1; it must be from 0 to 1"],
    [() => new RMSprop({ epsilon: -1 }), "rmsprop: epsilon is -1; it must be a finite number of at least 0"],
    [() => new Adam({ beta1: 1 }), "adam: beta1 is 1; it must be at least 0 and below 1"],
    [() => new Adam({ beta2: -0.1 }), "adam: beta2 is -0.1; it must be at least 0 and below 1"],
    [() => new Adam({ epsilon: Number.NaN }), "adam: epsilon is NaN"],
    [() => new AdamW({ weightDecay: -1 }), "adamw: weightDecay is -1"],
    [() => new Adagrad({ initialAccumulatorValue: -1 }), "adagrad: initialAccumulatorValue is -1"],
    [() => new Adagrad({ epsilon: -1 }), "adagrad: epsilon is -1"],
    [() => new Adadelta({ rho: 2 }), "adadelta: rho is 2"],
    [() => new Adadelta({ epsilon: -1 }), "adadelta: epsilon is -1"],
    [() => new Adamax({ beta1: 1 }), "adamax: beta1 is 1"],
    [() => new Adamax({ beta2: 1 }), "adamax: beta2 is 1"],
    [() => new Adamax({ epsilon: -1 }), "adamax: epsilon is -1"],
    [() => new Nadam({ beta1: 1 }), "nadam: beta1 is 1"],
    [() => new Nadam({ beta2: 1 }), "nadam: beta2 is 1"],
    [() => new Nadam({ epsilon: -1 }), "nadam: epsilon is -1"],
    [() => new Lion({ beta1: 0 }), "lion: beta1 is 0; it must be above 0 and at most 1"],
    [() => new Lion({ beta2: 1 }), "lion: beta2 is 1"],
    [() => new Lamb({ beta1: 1 }), "lamb: beta1 is 1"],
    [() => new Lamb({ beta2: 1 }), "lamb: beta2 is 1"],
    [() => new Lamb({ epsilon: -1 }), "lamb: epsilon is -1"],
    [() => new Adafactor({ beta2Decay: 0 }), "adafactor: beta2Decay is 0; it must be below 0"],
    [() => new Adafactor({ epsilon1: -1 }), "adafactor: epsilon1 is -1"],
    [() => new Adafactor({ epsilon2: -1 }), "adafactor: epsilon2 is -1"],
    [() => new Adafactor({ clipThreshold: 0 }), "adafactor: clipThreshold is 0; it must be above 0"],
    [() => new Ftrl({ learningRatePower: 1 }), "ftrl: learningRatePower is 1; it must be at most 0"],
    [() => new Ftrl({ initialAccumulatorValue: -1 }), "ftrl: initialAccumulatorValue is -1"],
    [() => new Ftrl({ l1RegularizationStrength: -1 }), "ftrl: l1RegularizationStrength is -1"],
    [() => new Ftrl({ l2RegularizationStrength: -1 }), "ftrl: l2RegularizationStrength is -1"],
    [
      () => new Ftrl({ l2ShrinkageRegularizationStrength: -1 }),
      "ftrl: l2ShrinkageRegularizationStrength is -1",
    ],
    [() => new Ftrl({ beta: -1 }), "ftrl: beta is -1"],
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
    const defaults = new Adam().options;
    const given: object = { beta_1: 0.5 };
    expect(() => resolveOptions(given, defaults)).toThrow(
      'adam: there is no option "beta_1"; accepted are weightDecay, clipNorm',
    );
  });
});
