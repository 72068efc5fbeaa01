import type { Tensor } from "@strata/core";
import { type FirstOrOptions, named } from "../schema/configurable.ts";
import type { Given, OptionTable, OptionValues, Values } from "../schema/option.ts";
import { camelCaseOfClass, classNameOf } from "../utilities/names.ts";
import type { SymbolicShape } from "../utilities/shapes.ts";
import { Loss, lossOptions } from "./loss.ts";
import { comparableTargets, type TargetCheck, type Targets } from "./targets.ts";

/** How a loss is made of a function. */
export interface LossDefinition<Own extends OptionTable, First extends string, Alias extends string> {
  /** The options of the function. Default: none. */
  readonly options?: Own;
  /** The option that may be given by position. Default: `reduction`. */
  readonly first?: First;
  /** The name of objects that are given none. Default: the class's in snake_case. */
  readonly name?: string;
  /** Further names that stand for the loss. */
  readonly aliases?: readonly Alias[];
  /** Throws if the loss cannot be computed of some targets. Default: they must be comparable element by element. */
  readonly checkTargets?: (check: TargetCheck, options: OptionValues<Own>) => void;
}

type OptionedLoss = (yTrue: Tensor, yPred: Tensor, options: OptionValues<OptionTable>) => Tensor;

/** A class of losses that {@link defineLoss} makes. */
export interface LossClass<Own extends OptionTable, First extends string, Alias extends string>
  extends Pick<typeof FunctionLoss, keyof typeof FunctionLoss> {
  /**
   * The function of targets, predictions and options, and what names it has.
   *
   * @internal
   */
  readonly definition: typeof FunctionLoss.definition & { readonly aliases: readonly Alias[] };
  new (...given: FirstOrOptions<Given<Own & typeof lossOptions>, First>): FunctionLoss & Values<Own>;
}

/** A loss that is a function of targets, predictions and options. */
export abstract class FunctionLoss extends Loss {
  /** @internal */
  static readonly definition: Required<LossDefinition<OptionTable, string, string>> & {
    readonly f: OptionedLoss;
  };
  readonly #definition: typeof FunctionLoss.definition;

  constructor(...given: readonly unknown[]) {
    super(named(new.target, given, new.target.definition.first));
    this.#definition = new.target.definition;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { f, options } = this.#definition;
    return f(yTrue, yPred, this.valuesOf(options));
  }

  override checkTargets(operation: string, targets: Targets, outputShape: SymbolicShape): void {
    const { checkTargets, options } = this.#definition;
    const loss = camelCaseOfClass(classNameOf(this));
    checkTargets({ operation, loss, targets, outputShape }, this.valuesOf(options));
  }
}

/**
 * The class of a loss that a function gives: the function, its options and its names are stated once.
 *
 * @param f The loss of each sample, of targets, predictions and the values of the options.
 * @param definition Options, names, and which targets are accepted.
 *
 * @example
 * ```ts
 * import { type TensorLike, abs, sub } from "@strata/core";
 * import { losses, options } from "@strata/layers";
 *
 * const ownOptions = {
 *   // The power of the error.
 *   power: options.positiveNumber(1),
 * };
 * class PowerError extends losses.defineLoss(
 *   (yTrue: TensorLike, yPred: TensorLike, { power }) => abs(sub(yTrue, yPred)).pow(power).mean(-1),
 *   { options: ownOptions, first: "power" },
 * ) {}
 *
 * console.log(new PowerError(3).apply([[1, 2]], [[2, 4]]).item()); // 4.5
 * ```
 */
export function defineLoss<
  const Own extends OptionTable = Record<never, never>,
  const First extends string = "reduction",
  const Alias extends string = never,
>(
  f: (yTrue: Tensor, yPred: Tensor, options: OptionValues<Own>) => Tensor,
  definition?: LossDefinition<Own, First, Alias>,
): LossClass<Own, First, Alias>;
export function defineLoss(
  f: OptionedLoss,
  definition: Partial<typeof FunctionLoss.definition> = {},
): object {
  const { options = {}, first = "reduction", name = "", aliases = [] } = definition;
  const { checkTargets = comparableTargets } = definition;
  abstract class Defined extends FunctionLoss {
    static override readonly options: OptionTable = { ...options, ...lossOptions };
    static override readonly defaultName: string = name;
    static override readonly definition = { f, options, first, name, aliases, checkTargets };
  }
  return Defined;
}
