import type { LearningRate } from "./learning-rate.ts";

/** The options that every optimizer takes. */
export interface OptimizerOptions {
  /** A number of at least 0, a {@link LearningRateSchedule}, or a function of the step. Default: the optimizer's. */
  readonly learningRate?: LearningRate;
  /** Takes w·weightDecay·learningRate from each weight w before the step. Default: null, for none. */
  readonly weightDecay?: number | null;
  /** The largest Euclidean norm of each gradient; longer ones are scaled down to it. Default: null, for no limit. */
  readonly clipNorm?: number | null;
  /** The largest magnitude of each element of a gradient. Default: null, for no limit. */
  readonly clipValue?: number | null;
  /** The largest Euclidean norm of all gradients together. Default: null, for no limit. */
  readonly globalClipNorm?: number | null;
  /** Whether to keep a moving average of the weights. Default: false. */
  readonly useEma?: boolean;
  /** How much of the moving average stays in each step, from 0 to 1. Default: 0.99. */
  readonly emaMomentum?: number;
  /** Every so many steps the weights become their moving average. Default: null, for never. */
  readonly emaOverwriteFrequency?: number | null;
  /** The loss is multiplied by it, and the gradients divided, so that small ones are not lost. Default: null, for 1. */
  readonly lossScaleFactor?: number | null;
  /** Averages the gradients of so many calls (2 or more) before the weights change once. Default: null, for 1. */
  readonly gradientAccumulationSteps?: number | null;
  /** Begins the names of the optimizer's Variables. Default: the optimizer's name. */
  readonly name?: string;
}

/** The options of an optimizer with the defaults filled in. */
export type ResolvedOptimizerOptions = Required<OptimizerOptions>;

/** The defaults of the options that every optimizer takes, but for the learning rate and the name. */
export const optimizerDefaults: Omit<ResolvedOptimizerOptions, "learningRate" | "name"> = {
  weightDecay: null,
  clipNorm: null,
  clipValue: null,
  globalClipNorm: null,
  useEma: false,
  emaMomentum: 0.99,
  emaOverwriteFrequency: null,
  lossScaleFactor: null,
  gradientAccumulationSteps: null,
};

/**
 * The options with the defaults filled in.
 *
 * @throws RangeError for an option that there is not, since a misspelt one would be ignored.
 */
export function resolveOptions<Options extends ResolvedOptimizerOptions>(
  given: Partial<Options>,
  defaults: Options,
): Options {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(defaults, name));
  if (unknown !== undefined) {
    throw new RangeError(
      `${defaults.name}: there is no option "${unknown}"; accepted are ${Object.keys(defaults).join(", ")}`,
    );
  }
  const isGiven = ([, value]: [string, unknown]): boolean => value !== undefined;
  return { ...defaults, ...Object.fromEntries(Object.entries(given).filter(isGiven)) };
}

/** Throws a RangeError that names the option unless `accepts` holds for it. */
export function checkOption(
  optimizer: string,
  option: string,
  value: number | null,
  rule: string,
  accepts: (value: number) => boolean,
): void {
  if (value !== null && accepts(value)) return;
  throw new RangeError(`${optimizer}: ${option} is ${value}; it must be ${rule}`);
}

/** Checks a decay rate: at least 0 and below 1. */
export function checkDecayRate(optimizer: string, option: string, value: number): void {
  checkOption(optimizer, option, value, "at least 0 and below 1", (rate) => rate >= 0 && rate < 1);
}

/** Checks a number that may be 0, but not less. */
export function checkNotNegative(optimizer: string, option: string, value: number): void {
  checkOption(
    optimizer,
    option,
    value,
    "a finite number of at least 0",
    (each) => each >= 0 && each < Infinity,
  );
}

/** Checks the options that every optimizer takes, but for the learning rate. */
export function checkCommonOptions(options: ResolvedOptimizerOptions): void {
  const {
    name,
    weightDecay,
    emaMomentum,
    emaOverwriteFrequency,
    lossScaleFactor,
    gradientAccumulationSteps,
  } = options;
  if (weightDecay !== null) checkNotNegative(name, "weightDecay", weightDecay);
  checkClipping(options);
  checkOption(name, "emaMomentum", emaMomentum, "from 0 to 1", (rate) => rate >= 0 && rate <= 1);
  if (emaOverwriteFrequency !== null) {
    const rule = "an integer of at least 1, or null";
    checkOption(
      name,
      "emaOverwriteFrequency",
      emaOverwriteFrequency,
      rule,
      (n) => Number.isInteger(n) && n >= 1,
    );
    if (!options.useEma) {
      throw new RangeError(
        `${name}: emaOverwriteFrequency is ${emaOverwriteFrequency} and useEma false; there is no average without it`,
      );
    }
  }
  if (lossScaleFactor !== null) {
    const rule = "a finite number above 0, or null";
    checkOption(name, "lossScaleFactor", lossScaleFactor, rule, (factor) => factor > 0 && factor < Infinity);
  }
  if (gradientAccumulationSteps !== null) {
    const rule = "an integer of at least 2, or null";
    checkOption(
      name,
      "gradientAccumulationSteps",
      gradientAccumulationSteps,
      rule,
      (n) => Number.isInteger(n) && n >= 2,
    );
  }
}

function checkClipping({ name, clipNorm, clipValue, globalClipNorm }: ResolvedOptimizerOptions): void {
  const limits = Object.entries({ clipNorm, clipValue, globalClipNorm }).filter(
    ([, limit]) => limit !== null,
  );
  for (const [option, limit] of limits) {
    checkOption(name, option, limit, "above 0, or null", (each) => each > 0);
  }
  if (limits.length > 1) {
    const given = limits.map(([option, limit]) => `${option} ${limit}`).join(" and ");
    throw new RangeError(
      `${name}: ${given} were given; only one of clipNorm, clipValue and globalClipNorm is accepted`,
    );
  }
}
