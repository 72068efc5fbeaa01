import { einsum, ShapeError, type Tensor, type Variable } from "@strata/core";
import { activation } from "../../activations/registry.ts";
import { constraint } from "../../constraints/registry.ts";
import { Initializer } from "../../initializers/initializer.ts";
import { initializer } from "../../initializers/registry.ts";
import { VarianceScaling } from "../../initializers/variance-scaling.ts";
import { layerOptions } from "../../layer/any-layer.ts";
import { type InputRule, oneTensor } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import { regularizer } from "../../regularizers/registry.ts";
import { named } from "../../schema/configurable.ts";
import { type Given, type Json, option, type Rest, type Values } from "../../schema/option.ts";
import { text } from "../../schema/vocabulary.ts";
import { formatShape, isShape, type SymbolicShape } from "../../utilities/shapes.ts";
import { addBias } from "../add-bias.ts";

const partialShape = option<SymbolicShape, number | SymbolicShape>({
  accepted: "a positive integer, or an array of them with null where the size is that of the input",
  read: (given) => {
    const sizes = typeof given === "number" ? [given] : given;
    if (!isShape(sizes)) return undefined;
    return sizes.every((size) => size === null || (Number.isInteger(size) && size > 0)) ? sizes : undefined;
  },
  write: (value) => value,
});

const options = {
  ...layerOptions,
  /** The product, as Einstein wrote it: `"abc,cd->abd"`, with `...` for leading or for trailing axes. */
  equation: text(),
  /** The shape of the result without its batch axis and those of `...`; null where the size is that of the input. */
  outputShape: partialShape(),
  /** Applied to the result, by name or as a function. */
  activation: activation("linear"),
  /** The letters of the result's axes along which the bias has values of its own. Null: no bias. */
  biasAxes: text().orNull(),
  /** Initial values of the kernel. */
  kernelInitializer: initializer("glorotUniform"),
  /** Initial values of the bias. */
  biasInitializer: initializer("zeros"),
  /** A penalty for the kernel. */
  kernelRegularizer: regularizer(),
  /** A penalty for the bias. */
  biasRegularizer: regularizer(),
  /** The values that the kernel may have. */
  kernelConstraint: constraint(),
  /** The values that the bias may have. */
  biasConstraint: constraint(),
  /** A penalty for the layer's output, divided by the size of the batch and added to the loss. */
  activityRegularizer: regularizer(),
};

/** Options of {@link EinsumDense}. */
export interface EinsumDenseOptions extends Given<typeof options> {}

export interface EinsumDense extends Values<typeof options> {}

/**
 * A {@link Dense} whose product is stated by an equation: activation(einsum(equation, x, kernel) + bias).
 *
 * @example
 * ```ts
 * import { EinsumDense } from "@strata/layers";
 *
 * const layer = new EinsumDense("...x,xy->...y", 2, { biasAxes: "y", kernelInitializer: "ones" });
 * console.log(layer.apply([[1, 2, 3]]).arraySync()); // [[6, 6]]
 * ```
 */
export class EinsumDense extends Layer {
  static override readonly className: string = "EinsumDense";
  static override readonly options = options;
  static override readonly configConstants: Readonly<Record<string, Json>> = { quantization_config: null };
  /** The weights that the equation's second term names. */
  declare kernel: Variable;
  /** The offsets; null without `biasAxes`. */
  bias: Variable | null = null;

  constructor(
    ...given:
      | [
          equation: string,
          outputShape: number | SymbolicShape,
          options?: Rest<EinsumDenseOptions, "equation" | "outputShape">,
        ]
      | [options: EinsumDenseOptions]
  ) {
    super(named(new.target, given, "equation", "outputShape"));
    readEquation(this.equation);
  }

  protected override get inputRule(): InputRule {
    return oneTensor;
  }

  override build(inputShape: SymbolicShape): void {
    const { input, kernel, output, elided } = this.#termsFor(inputShape);
    const result = this.computeOutputShape(inputShape);
    const sizeOf = (letter: string): number => {
      const own = output.includes(letter) ? result[output.indexOf(letter) + elided.left] : null;
      const size = own ?? inputShape[input.indexOf(letter) + elided.left] ?? null;
      if (size !== null) return size;
      throw new ShapeError(
        `${this.name}: the size of the axis ${JSON.stringify(letter)} of ${this.equation} does not follow from the input ` +
          `${formatShape(inputShape)} and the result ${formatShape(result)}; it must be known`,
      );
    };
    this.kernel = this.addWeight("kernel", [...kernel].map(sizeOf), {
      initializer: this.#scaledInitializer(kernel, output),
    });
    const { biasAxes } = this;
    if (biasAxes === null) return;
    const first = Math.min(...[...biasAxes].map((letter) => output.indexOf(letter)));
    if (first < 0) {
      throw new RangeError(
        `${this.name}: biasAxes is ${JSON.stringify(biasAxes)}; it must name axes of the result, ${JSON.stringify(output)}`,
      );
    }
    const sizes = [...output].slice(first).map((letter) => (biasAxes.includes(letter) ? sizeOf(letter) : 1));
    this.bias = this.addWeight("bias", [...sizes, ...new Array<number>(elided.right).fill(1)]);
  }

  override call(inputs: Tensor): Tensor {
    const product = einsum(this.equation, inputs, this.kernel);
    return this.activation(addBias(product, this.bias));
  }

  /** The batch axis, the axes of `...`, and the option `outputShape`. */
  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    const { elided } = this.#termsFor(inputShape);
    const [batch] = inputShape;
    const before = inputShape.slice(1, elided.left);
    return [batch, ...before, ...this.outputShape, ...inputShape.slice(inputShape.length - elided.right)];
  }

  /** The terms, and how many axes of an input `...` stands for. */
  #termsFor(inputShape: SymbolicShape): Terms & { readonly elided: { left: number; right: number } } {
    const terms = readEquation(this.equation);
    const count = inputShape.length - terms.input.length;
    if (count < 0 || (count > 0 && terms.ellipsis === "none")) {
      throw new ShapeError(
        `${this.name}: the input has the shape ${formatShape(inputShape)}; the equation ${this.equation} names ` +
          `${terms.input.length} axes`,
      );
    }
    const { ellipsis } = terms;
    return {
      ...terms,
      elided: { left: ellipsis === "left" ? count : 0, right: ellipsis === "right" ? count : 0 },
    };
  }

  /** The kernel's initializer, told which of its axes are inputs, unless it was. */
  #scaledInitializer(kernel: string, output: string): Initializer {
    const given = this.kernelInitializer;
    const isTold =
      !(given instanceof VarianceScaling) || (given.inputAxes !== null && given.outputAxes !== null);
    if (isTold) return given;
    const axes = [...kernel].map((_, axis) => axis);
    const made: unknown = Reflect.construct(given.constructor, [
      {
        ...given.getConfig(),
        inputAxes: axes.filter((axis) => !output.includes(kernel[axis])),
        outputAxes: axes.filter((axis) => output.includes(kernel[axis])),
      },
    ]);
    return made instanceof Initializer ? made : given;
  }
}

/** The letters of an equation, and where `...` stands. */
interface Terms {
  readonly input: string;
  readonly kernel: string;
  readonly output: string;
  readonly ellipsis: "none" | "left" | "right";
}

const forms = [
  { ellipsis: "none", pattern: /^([a-z]+),([a-z]+)->([a-z]+)$/i },
  { ellipsis: "left", pattern: /^\.{3}([a-z]+),([a-z]+)->\.{3}([a-z]+)$/i },
  { ellipsis: "right", pattern: /^([a-z]{2,})\.{3},([a-z]+)->([a-z]+)\.{3}$/i },
] as const;

function readEquation(equation: string): Terms {
  for (const { ellipsis, pattern } of forms) {
    const found = pattern.exec(equation.replaceAll(" ", ""));
    if (found !== null) return { input: found[1], kernel: found[2], output: found[3], ellipsis };
  }
  throw new RangeError(
    `EinsumDense: equation is ${JSON.stringify(equation)}; it must have the form "ab,bc->ac", "...a,ab->...b" or "ab...,bc->ac..."`,
  );
}
