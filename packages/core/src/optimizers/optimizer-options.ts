import { type LearningRate, learningRate as rate } from "./learning-rate.ts";
import {
  flag,
  fraction,
  integerFrom,
  limit,
  notNegative,
  type OptionalValues,
  type OptionValues,
  option,
  orNull,
  positive,
  text,
} from "./option.ts";

/**
 * The options that every optimizer takes which changes Variables itself.
 *
 * @param name The default of the optimizer's name.
 * @param learningRate The default of the learning rate.
 * @returns A table, to be extended by an optimizer's own options.
 */
export function optimizerOptions(name: string, learningRate: LearningRate) {
  return {
    /** Begins the names of the optimizer's Variables. Default: the name of its class, in Keras's form. */
    name: option(text, name),
    /** A number of at least 0, a schedule, or a function of the number of steps done. */
    learningRate: option(rate, learningRate),
    /** Takes w·weightDecay·learningRate from each weight w before the step. Default: null, for none. */
    weightDecay: option(orNull(notNegative), null),
    /** The largest Euclidean norm of each gradient; longer ones are scaled down to it. Default: null, for no limit. */
    clipNorm: option(orNull(limit), null),
    /** The largest magnitude of each element of a gradient. Default: null, for no limit. */
    clipValue: option(orNull(limit), null),
    /** The largest Euclidean norm of all gradients together. Default: null, for no limit. */
    globalClipNorm: option(orNull(limit), null),
    /** Whether to keep a moving average of the weights. Default: false. */
    useEma: option(flag, false),
    /** How much of the moving average stays in each step, from 0 to 1. Default: 0.99. */
    emaMomentum: option(fraction, 0.99),
    /** Every so many steps the weights become their moving average. Default: null, for never. */
    emaOverwriteFrequency: option(orNull(integerFrom(1)), null),
    /** The loss is multiplied by it, and the gradients divided, so that small ones are not lost. Default: null, for 1. */
    lossScaleFactor: option(orNull(positive), null),
    /** Averages the gradients of so many calls (2 or more) before the weights change once. Default: null, for 1. */
    gradientAccumulationSteps: option(orNull(integerFrom(2)), null),
  };
}

/** The table of the options that every optimizer takes. */
export type CommonOptions = ReturnType<typeof optimizerOptions>;

/** The options that every optimizer takes. */
export interface OptimizerOptions extends OptionalValues<CommonOptions> {}

/** The options of an optimizer with the defaults filled in. */
export type ResolvedOptimizerOptions = OptionValues<CommonOptions>;

/** The values of the options that every optimizer takes, and of those in a table of an optimizer's own. */
export type OptionsWith<Table> = Omit<ResolvedOptimizerOptions, keyof Table> & OptionValues<Table>;

/** Throws a RangeError if options that every optimizer takes contradict each other. */
export function checkTogether(
  owner: string,
  { clipNorm, clipValue, globalClipNorm, emaOverwriteFrequency, useEma }: ResolvedOptimizerOptions,
): void {
  const limits = Object.entries({ clipNorm, clipValue, globalClipNorm }).filter(([, each]) => each !== null);
  if (limits.length > 1) {
    const given = limits.map(([name, each]) => `${name} ${each}`).join(" and ");
    throw new RangeError(
      `${owner}: ${given} were given; only one of clipNorm, clipValue and globalClipNorm is accepted`,
    );
  }
  if (emaOverwriteFrequency !== null && !useEma) {
    throw new RangeError(
      `${owner}: emaOverwriteFrequency is ${emaOverwriteFrequency} and useEma false; there is no average without it`,
    );
  }
}

/**
 * The options whose names in Keras are not theirs with `_` and a small letter in place of each capital one.
 */
export const irregularOptionNames: Readonly<Record<string, string>> = {
  clipNorm: "clipnorm",
  clipValue: "clipvalue",
  globalClipNorm: "global_clipnorm",
  beta1: "beta_1",
  beta2: "beta_2",
  beta2Decay: "beta_2_decay",
  epsilon1: "epsilon_1",
  epsilon2: "epsilon_2",
  adamBeta1: "adam_beta_1",
  adamBeta2: "adam_beta_2",
};
