import type { Variable } from "../variable.ts";
import { Optimizer } from "./optimizer.ts";
import { checkOption, type GivenValues, type OptimizerOption, option, pattern } from "./option.ts";
import { anOptimizer } from "./wrapped-optimizer.ts";

/** Optimizers by regular expressions for names of Variables. */
export type OptimizersByPattern = Readonly<Record<string, Optimizer>>;

const byPattern: OptimizerOption<OptimizersByPattern> = {
  rule: "an object of Optimizers by regular expressions",
  accepts: (value): value is OptimizersByPattern =>
    typeof value === "object" &&
    value !== null &&
    Object.entries(value).every(([key, each]) => pattern.accepts(key) && anOptimizer.accepts(each)),
};

const options = {
  /** The optimizer of the Variables that no pattern fits. */
  defaultOptimizer: anOptimizer,
  /** Optimizers by regular expressions, one of which must fit the whole name of a Variable. Default: none. */
  optimizerMap: option(byPattern, {}),
};

/** The options of {@link OptimizerMap}. */
export interface OptimizerMapOptions extends GivenValues<typeof options> {}

/**
 * Says which Variables each inner optimizer of a {@link MultiOptimizer} changes, by their names.
 *
 * @example
 * ```ts
 * import { Adam, OptimizerMap, SGD, variable } from "@strata/core";
 *
 * const map = new OptimizerMap(new SGD(0.1), { "encoder/.*": new Adam() });
 * console.log(map.optimizerOf(variable(0, { name: "encoder/kernel" })).name); // adam
 * console.log(map.optimizerOf(variable(0, { name: "decoder/kernel" })).name); // sgd
 * ```
 */
export class OptimizerMap {
  /** The optimizer of the Variables that no pattern fits. */
  readonly defaultOptimizer: Optimizer;
  private readonly byPattern: Map<string, Optimizer>;

  /**
   * @param given The default optimizer and those by pattern, or both as options.
   * @throws RangeError for anything but optimizers.
   */
  constructor(
    ...given:
      | [options: OptimizerMapOptions]
      | [defaultOptimizer: Optimizer, optimizerMap?: OptimizersByPattern]
  ) {
    const [first, second = {}] = given;
    const { defaultOptimizer, optimizerMap } =
      first instanceof Optimizer ? { defaultOptimizer: first, optimizerMap: second } : first;
    checkOption("OptimizerMap", "defaultOptimizer", anOptimizer, defaultOptimizer);
    checkOption("OptimizerMap", "optimizerMap", byPattern, optimizerMap ?? {});
    this.defaultOptimizer = defaultOptimizer;
    this.byPattern = new Map(Object.entries(optimizerMap ?? {}));
  }

  /** All optimizers, each once, the default one last. */
  get optimizers(): readonly Optimizer[] {
    return [...new Set([...this.byPattern.values(), this.defaultOptimizer])];
  }

  /**
   * Adds an optimizer.
   *
   * @param fitting A regular expression, which must fit the whole name of a Variable.
   * @param optimizer The optimizer of the Variables that it fits.
   * @throws RangeError if there is one for the pattern.
   */
  set(fitting: string, optimizer: Optimizer): this {
    checkOption("OptimizerMap.set", "fitting", pattern, fitting);
    checkOption("OptimizerMap.set", "optimizer", anOptimizer, optimizer);
    if (this.byPattern.has(fitting)) {
      throw new RangeError(`OptimizerMap.set: there is an optimizer for ${JSON.stringify(fitting)}`);
    }
    this.byPattern.set(fitting, optimizer);
    return this;
  }

  /**
   * The optimizer that changes a Variable.
   *
   * @param variable The Variable.
   * @throws RangeError if several patterns fit its name, and none is the name itself.
   */
  optimizerOf({ name }: Variable): Optimizer {
    const own = this.byPattern.get(name);
    if (own) return own;
    const fitting = [...this.byPattern].filter(([each]) => new RegExp(`^(?:${each})$`).test(name));
    if (fitting.length > 1) {
      const patterns = fitting.map(([each]) => JSON.stringify(each)).join(" and ");
      throw new RangeError(`OptimizerMap: ${patterns} fit the Variable "${name}"; only one may`);
    }
    return fitting.length === 1 ? fitting[0][1] : this.defaultOptimizer;
  }

  /** The options with which an equal map can be made. */
  getConfig(): Required<OptimizerMapOptions> {
    return { defaultOptimizer: this.defaultOptimizer, optimizerMap: Object.fromEntries(this.byPattern) };
  }
}
