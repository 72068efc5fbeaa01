import { checkedValue, gradients as gradientsOf } from "../autodiff/gradients.ts";
import { mark, thisCopy } from "../copies.ts";
import { DTypeError, ShapeError } from "../errors.ts";
import { inlined } from "../graph/trace.ts";
import { cast } from "../ops/arithmetic.ts";
import { formatShape, sameShape } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { assignTogether, type Variable } from "../variable.ts";
import { type OptionTable, resolveOptions } from "./option.ts";
import { trainableVariablesOf } from "./trainable-variables.ts";

/** Which Variables weight decay leaves alone. */
export interface WeightDecayExclusion {
  /** These Variables. Default: none. */
  readonly variables?: readonly Variable[];
  /** Those that have one of these texts in their name. Default: none. */
  readonly names?: readonly string[];
}

/** The options that even an optimizer has which leaves the steps to others. */
export interface NamedOptions {
  /** Begins the names of the optimizer's Variables. */
  readonly name: string;
}

/** The effect of a step on one Variable: one that is trained, or of the optimizer's state. */
export interface Assignment {
  /** The Variable. */
  readonly variable: Variable;
  /** Its value before the step, from which the one after it is computed: reading it later is an error. */
  readonly before: Tensor;
  /** Its value after the step, of its shape and dtype. */
  readonly after: Tensor;
}

/**
 * Changes Variables so that a loss becomes smaller. This is what all optimizers have in common; to write one that
 * changes each Variable by its gradient, extend {@link PerVariableOptimizer}.
 *
 * @example
 * ```ts
 * import { jit, SGD, tensor, variable } from "@strata/core";
 *
 * const x = tensor([1, 2, 3]);
 * const slope = variable(0);
 * const optimizer = new SGD(0.1);
 * const step = jit(() => optimizer.minimize(() => slope.mul(x).sub(x.mul(2)).square().mean()));
 * for (let i = 0; i < 50; i++) step();
 * console.log(slope.item().toFixed(3)); // 2.000
 * ```
 */
export abstract class Optimizer<Options extends NamedOptions = NamedOptions> {
  /** The options of the class: for each what it accepts, and its default. */
  static readonly options: OptionTable = {};

  /** The options that it was made with, and the defaults of the others. */
  readonly options: Options;

  /** @internal */
  get [mark](): object {
    return thisCopy;
  }

  /**
   * @param positional The options that may stand by position before the object of the others, in order.
   * @param given The arguments of the constructor.
   * @throws RangeError if an option is unknown or not accepted.
   */
  constructor(positional: readonly string[], given: readonly unknown[]) {
    const resolved: object = resolveOptions(new.target.name, new.target.options, positional, given);
    // Options is the type of the values that the class's table accepts, and each was checked by it.
    this.options = resolved as Options;
  }

  /** Begins the names of the optimizer's Variables. */
  get name(): string {
    return this.options.name;
  }

  /** Counts the calls of {@link Optimizer.applyGradients}: an int32 scalar. */
  abstract get iterations(): Variable;

  /**
   * The learning rate of the next step. Setting it recompiles nothing.
   *
   * @throws RangeError when it is set to a negative number, or while it follows a schedule.
   */
  abstract get learningRate(): number;
  abstract set learningRate(rate: number);

  /**
   * All of its state, in Keras's order: iterations, the learning rate if it is a number, averages of weights,
   * accumulated gradients, then slots Variable by Variable. To go on where another optimizer stopped, build this one
   * for the same Variables and assign these.
   */
  abstract get variables(): readonly Variable[];

  /**
   * Says what the optimizer is to change from now on, in this order, and makes the state of those that have none yet.
   * The others keep theirs, and find it again when they come back. `applyGradients` adds Variables that it does not
   * know yet by itself.
   *
   * @param variables The Variables.
   */
  abstract build(variables: readonly Variable[]): void;

  /**
   * The assignments of a step along the gradients. Nothing is assigned, so that optimizers can be wrapped in others.
   *
   * @param gradients One for each Variable, of its shape.
   * @param variables What to change.
   * @throws RangeError, ShapeError or DTypeError as {@link Optimizer.applyGradients}.
   */
  abstract computeStep(
    gradients: readonly TensorLike[],
    variables: readonly Variable[],
  ): readonly Assignment[];

  /**
   * The loss multiplied by the loss scale, for steps that call `gradients` themselves: `applyGradients` divides by it.
   *
   * @param loss The loss.
   */
  abstract scaleLoss(loss: Tensor): Tensor;

  /**
   * Leaves Variables out of weight decay, as one does with biases and the gains of normalizations.
   *
   * @param exclusion Which Variables.
   * @throws RangeError once there are slots, since compiled steps would not notice.
   */
  abstract excludeFromWeightDecay(exclusion: WeightDecayExclusion): void;

  /** The moving average of each Variable that has one; empty without `useEma`. */
  abstract get movingAverages(): ReadonlyMap<Variable, Variable>;

  /**
   * Puts the moving averages in place of the weights, as at the end of training. Without `useEma` it does nothing.
   *
   * @param variables Which ones. Default: all that the optimizer changes.
   */
  finalizeVariableValues(variables?: readonly Variable[]): void {
    for (const [weight, average] of this.movingAverages) {
      if (variables?.includes(weight) ?? true) weight.assign(cast(average, weight.dtype));
    }
  }

  /** The options with which an equal optimizer can be made, with the learning rate that holds now. */
  getConfig(): Options {
    return { ...this.options };
  }

  /**
   * Takes one step that lowers a loss.
   *
   * @param computeLoss Computes the loss, one number, from Variables.
   * @param variables What to change. Default: the trainable Variables that the loss depends on.
   * @returns The loss before the step.
   * @throws ShapeError if the loss is not one number.
   * @throws RangeError if it depends on no trainable Variable.
   */
  minimize(computeLoss: () => Tensor, variables?: readonly Variable[]): Tensor {
    const loss = checkedValue(`${this.name}.minimize`, "the loss function", inlined(computeLoss));
    if (loss.size !== 1) {
      throw new ShapeError(
        `${this.name}.minimize: the loss has the shape ${formatShape(loss.shape)}; it must be one number, as the mean ` +
          "over the batch is",
      );
    }
    const chosen = variables ?? trainableVariablesOf(loss);
    if (chosen.length === 0) {
      throw new RangeError(
        `${this.name}.minimize: the loss depends on no trainable Variable; it must be computed by the function, from ` +
          "Variables whose trainable is true",
      );
    }
    this.applyGradients(gradientsOf(this.scaleLoss(loss), chosen), chosen);
    return loss;
  }

  /**
   * Takes one step along given gradients. Where it throws, all Variables hold what they held before.
   *
   * @param gradients One for each Variable, of its shape; of the loss multiplied by the loss scale, if there is one.
   * @param variables What to change. State is made for those that have none yet.
   * @throws RangeError if there are more or fewer gradients than Variables, or a Variable comes twice.
   * @throws ShapeError or DTypeError if a gradient does not fit its Variable, or a Variable holds no floats.
   */
  applyGradients(gradients: readonly TensorLike[], variables: readonly Variable[]): void {
    const assignments = this.computeStep(gradients, variables);
    for (const assignment of assignments) checkAssignment(this.name, assignment);
    assignTogether(assignments);
  }
}

function checkAssignment(optimizer: string, { variable: { name, cell }, after }: Assignment): void {
  const { shape, dtype } = cell.type;
  const given = after.node.shape;
  if (!sameShape(given, shape)) {
    throw new ShapeError(
      `${optimizer}: the step gives "${name}" a value of the shape ${formatShape(given)}; the Variable has ` +
        formatShape(shape),
    );
  }
  if (after.dtype !== dtype) {
    throw new DTypeError(`${optimizer}: the step gives "${name}" a value of ${after.dtype}; it is ${dtype}`);
  }
}
