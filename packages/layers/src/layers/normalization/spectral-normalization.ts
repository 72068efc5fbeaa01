import {
  all,
  cast,
  div,
  equal,
  matmul,
  maximum,
  mul,
  reshape,
  rsqrt,
  square,
  stopGradient,
  sum,
  Tensor,
  transpose,
  Variable,
  where,
} from "@strata/core";
import { TruncatedNormal } from "../../initializers/random.ts";
import { type AnyLayer, type CallContext, layerOptions } from "../../layer/any-layer.ts";
import { Layer } from "../../layer/layer.ts";
import { layer } from "../../layer/layer-option.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { positiveInteger } from "../../schema/vocabulary.ts";
import type { SymbolicShape } from "../../utilities/shapes.ts";

const options = {
  ...layerOptions,
  /** The layer whose kernel, or embeddings, are normalized. */
  layer: layer(),
  /** How often the estimate of the largest singular value is improved in a call. */
  powerIterations: positiveInteger(1),
};

/** Options of {@link SpectralNormalization}. */
export interface SpectralNormalizationOptions extends Given<typeof options> {}

export interface SpectralNormalization extends Values<typeof options> {}

/**
 * Applies a layer, and in training first divides its kernel by an estimate of the kernel's largest singular value, as a
 * matrix [all other axes, outputs], so that outputs change no faster than inputs. The result has the dtype of the input,
 * as in Keras: give indices of an Embedding as floats. T. Miyato et al., "Spectral normalization for generative
 * adversarial networks" (2018).
 *
 * @example
 * ```ts
 * import { Dense, SpectralNormalization } from "@strata/layers";
 *
 * const layer = new SpectralNormalization(new Dense(1, { kernelInitializer: "ones" }));
 * console.log(layer.apply([[3, 4, 0, 0]], { training: true }).arraySync()); // [[3.5]]
 * ```
 */
export class SpectralNormalization extends Layer {
  static override readonly className: string = "SpectralNormalization";
  static override readonly options = options;
  /** The weights that are normalized: those of the layer. */
  declare kernel: Variable;
  /** The estimate of a singular vector, [1, outputs]. */
  declare vectorU: Variable;

  constructor(
    ...given:
      | [layer: AnyLayer, options?: Rest<SpectralNormalizationOptions, "layer">]
      | [options: SpectralNormalizationOptions]
  ) {
    super(named(new.target, given, "layer"));
  }

  override build(inputShape: SymbolicShape): void {
    this.layer.buildFor(inputShape);
    this.kernel = kernelOf(this.layer);
    this.vectorU = this.addWeight("vector_u", [1, this.kernel.shape[this.kernel.rank - 1]], {
      initializer: new TruncatedNormal({ stddev: 0.02 }),
      trainable: false,
    });
  }

  override call(inputs: Tensor, context: CallContext): Tensor {
    if (context.training) this.#normalizeKernel();
    const output = this.layer.apply(inputs, context);
    if (output instanceof Tensor) return cast(output, inputs.dtype);
    throw new RangeError(`${this.name}: ${this.layer.name} has several outputs; it must have one`);
  }

  /** Divides the kernel by its largest singular value, which power iteration estimates; a kernel of zeros is left. */
  #normalizeKernel(): void {
    const { kernel, vectorU } = this;
    const before = stopGradient(kernel.value);
    const matrix = reshape(before, [-1, vectorU.shape[1]]);
    let u: Tensor = vectorU.value.cast(matrix.dtype);
    let v = u;
    for (let iteration = 0; iteration < this.powerIterations; iteration++) {
      v = unitVector(matmul(u, transpose(matrix)));
      u = unitVector(matmul(v, matrix));
    }
    const largest = reshape(matmul(matmul(v, matrix), transpose(u)), []);
    const isZero = all(equal(before, 0));
    vectorU.assign(where(isZero, vectorU.value, cast(u, vectorU.dtype)));
    kernel.assign(where(isZero, before, div(before, largest)));
  }
}

function kernelOf(layer: AnyLayer): Variable {
  if ("kernel" in layer && layer.kernel instanceof Variable) return layer.kernel;
  if ("embeddings" in layer && layer.embeddings instanceof Variable) return layer.embeddings;
  throw new RangeError(
    `SpectralNormalization: the layer ${layer.name} has neither a kernel nor embeddings to be normalized`,
  );
}

function unitVector(x: Tensor): Tensor {
  return mul(x, rsqrt(maximum(sum(square(x)), 1e-12)));
}
