import { type Shape, ShapeError, type Tensor, tensor } from "@strata/core";
import { formatShape } from "@strata/core/internal";
import { named } from "../schema/configurable.ts";
import type { Given, Rest, Values } from "../schema/option.ts";
import { boolean, choice } from "../schema/vocabulary.ts";
import type { FloatDType } from "../utilities/tensors.ts";
import { Initializer } from "./initializer.ts";

/** The coefficients of windows that are sums of cosines: Σ (−1)ᵏ·aₖ·cos(2πk·n / N). */
const windows = {
  hann: [0.5, 0.5],
  hamming: [0.54, 0.46],
  blackman: [0.42, 0.5, 0.08],
};

const options = {
  /** The part of the transform. */
  side: choice(["real", "imag"])("real"),
  /** The window that frames are multiplied by; null for none. */
  window: choice(["hann", "hamming", "blackman"])("hann").nullable(),
  /** The scale of the window: `"density"` of the power, `"spectrum"` of the amplitude; null for none. */
  scaling: choice(["density", "spectrum"])("density").nullable(),
  /** Whether the window goes on periodically, and is not symmetric. */
  periodic: boolean(false),
};

/** Options of {@link STFT}. */
export interface STFTOptions extends Given<typeof options> {}

export interface STFT extends Values<typeof options> {}

/**
 * The kernel of a convolution that is a short-time Fourier transform, or its real or imaginary part: the windowed
 * cos(2π·t·f / F) or −sin(2π·t·f / F), for a shape [frame length, 1, F / 2 + 1].
 *
 * @example
 * ```ts
 * import { initializers } from "@strata/layers";
 *
 * console.log(new initializers.STFT("real", { window: null }).apply([2, 1, 2]).arraySync()); // [[[1, 1]], [[1, -1]]]
 * ```
 */
export class STFT extends Initializer {
  static override readonly className: string = "STFT";
  static override readonly options = options;

  constructor(
    ...given: [side?: "real" | "imag", options?: Rest<STFTOptions, "side">] | [options: STFTOptions]
  ) {
    super(named(new.target, given, "side"));
  }

  /** @throws ShapeError unless there are three dimensions. */
  override apply(shape: Shape, dtype: FloatDType = "float32"): Tensor {
    if (shape.length !== 3) {
      throw new ShapeError(`STFT: the shape is ${formatShape(shape)}; it must have three dimensions`);
    }
    const [length, channels, bands] = shape;
    const period = (bands - 1) * 2;
    const weights = this.windowOf(length);
    const part = this.side === "real" ? Math.cos : Math.sin;
    const values = Float64Array.from({ length: length * channels * bands }, (_, index) => {
      const time = Math.floor(index / (channels * bands));
      return weights[time] * part((-2 * Math.PI * time * (index % bands)) / period);
    });
    return tensor(values, shape, dtype);
  }

  private windowOf(length: number): readonly number[] {
    if (this.window === null) return new Array<number>(length).fill(1);
    const coefficients = windows[this.window];
    const steps = this.periodic ? length : Math.max(1, length - 1);
    const weights = Array.from({ length }, (_, time) =>
      coefficients.reduce((sum, a, k) => sum + (-1) ** k * a * Math.cos((2 * Math.PI * k * time) / steps), 0),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    const power = weights.reduce((total, weight) => total + weight * weight, 0);
    if (this.scaling === null) return weights;
    const scale = this.scaling === "density" ? Math.sqrt(1 / power) : Math.sqrt(1 / (sum * sum));
    return weights.map((weight) => weight * scale);
  }
}
