import {
  add,
  atan2,
  cast,
  concat,
  conv1d,
  log,
  maximum,
  pad,
  reshape,
  sqrt,
  type Tensor,
  transpose,
  type Variable,
} from "@strata/core";
import { STFT } from "../../../initializers/stft.ts";
import { layerOptions } from "../../../layer/any-layer.ts";
import type { InputRule } from "../../../layer/input-rule.ts";
import { Layer } from "../../../layer/layer.ts";
import { named } from "../../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../../schema/option.ts";
import { boolean, choice, dataFormat, positiveInteger } from "../../../schema/vocabulary.ts";

const options = {
  ...layerOptions,
  /**
   * The kind of the result: the `"log"` of the magnitude, the `"magnitude"`, the power (`"psd"`), the `"real"` or `"imag"`
   * part, the `"angle"`, or both parts (`"stft"`).
   */
  mode: choice(["log", "magnitude", "psd", "real", "imag", "angle", "stft"])("log"),
  /** How many samples a frame has. */
  frameLength: positiveInteger(256),
  /** How many samples frames are apart. Null: half of a frame. */
  frameStep: positiveInteger().orNull(),
  /** How many samples each transform is of. Null: `frameLength`, or the next power of two. */
  fftLength: positiveInteger().orNull(),
  /** The window that frames are multiplied by; null for none. */
  window: choice(["hann", "hamming", "blackman"])("hann").nullable(),
  /** Whether the window goes on periodically, and is not symmetric. */
  periodic: boolean(false),
  /** The scale of the window: `"density"` of the power, `"spectrum"` of the amplitude; null for none. */
  scaling: choice(["density", "spectrum"])("density").nullable(),
  /** Whether there are only whole frames, or the ends are filled up with zeros. */
  padding: choice(["valid", "same"])("valid"),
  /** Whether the channels of the input keep an axis of their own. */
  expandDims: boolean(false),
  /** The place of the channels in the shape: [batch, samples, channels] or [batch, channels, samples]. */
  dataFormat: dataFormat("channelsLast"),
};

/** Options of {@link STFTSpectrogram}. */
export interface STFTSpectrogramOptions extends Given<typeof options> {}

export interface STFTSpectrogram extends Values<typeof options> {}

/** The least magnitude before the logarithm; smaller ones are raised to it. */
const epsilon = 1e-7;

/**
 * The frequencies of overlapping frames of sounds, by the short-time Fourier transform: [batch, samples, channels] →
 * [batch, frames, channels · frequencies], or with `expandDims` [batch, frames, frequencies, channels]. It is a convolution,
 * whose kernels begin as the waves of the transform and can be trained.
 *
 * @example
 * ```ts
 * import { STFTSpectrogram } from "@strata/layers";
 *
 * const layer = new STFTSpectrogram("magnitude", { frameLength: 16, frameStep: 8 });
 * console.log(layer.computeOutputShape([null, 64, 1])); // [null, 7, 9]
 * ```
 */
export class STFTSpectrogram extends Layer {
  static override readonly className: string = "STFTSpectrogram";
  static override readonly options = options;
  /** The waves of the real part, [frameLength, 1, frequencies]; null where it is not needed. */
  realKernel: Variable | null = null;
  /** The waves of the imaginary part, of the same shape; null where it is not needed. */
  imagKernel: Variable | null = null;

  constructor(
    ...given:
      | [mode?: STFTSpectrogramOptions["mode"], options?: Rest<STFTSpectrogramOptions, "mode">]
      | [options: STFTSpectrogramOptions]
  ) {
    super(named(new.target, given, "mode"));
    const { frameLength, frameStep, fftLength } = this;
    if (frameStep !== null && frameStep > frameLength) {
      throw new RangeError(
        `STFTSpectrogram: frameStep is ${frameStep}; it must be at most frameLength, ${frameLength}`,
      );
    }
    if (fftLength !== null && fftLength < frameLength) {
      throw new RangeError(
        `STFTSpectrogram: fftLength is ${fftLength}; it must be at least frameLength, ${frameLength}`,
      );
    }
  }

  protected override get inputRule(): InputRule {
    return { rank: 3 };
  }

  override build(): void {
    const { mode, frameLength, window, scaling, periodic } = this;
    const transformed = this.fftLength ?? 2 ** Math.ceil(Math.log2(frameLength));
    const shape = [frameLength, 1, Math.floor(transformed / 2) + 1];
    const initializer = (side: "real" | "imag") => new STFT(side, { window, scaling, periodic });
    if (mode !== "imag")
      this.realKernel = this.addWeight("real_kernel", shape, { initializer: initializer("real") });
    if (mode !== "real")
      this.imagKernel = this.addWeight("imag_kernel", shape, { initializer: initializer("imag") });
  }

  override call(inputs: Tensor): Tensor {
    const parts = [this.realKernel, this.imagKernel].flatMap((kernel) =>
      kernel === null ? [] : [this.#transformed(inputs, kernel)],
    );
    return this.#arranged(this.#result(parts));
  }

  /** The result of the mode: [batch, channels, frames, frequencies], for the parts in that shape. */
  #result([first, second]: readonly Tensor[]): Tensor {
    const { mode } = this;
    if (mode === "real" || mode === "imag") return first;
    if (mode === "angle") return atan2(second, first);
    if (mode === "stft") return concat([first, second], -1);
    const power = add(first.square(), second.square());
    if (mode === "psd") {
      // The frequencies between the first and the last stand for the negative ones, too.
      const inner = power.slice(["...", [1, -1]]);
      return add(
        power,
        pad(inner, [
          [0, 0],
          [0, 0],
          [0, 0],
          [1, 1],
        ]),
      );
    }
    const magnitude = sqrt(maximum(power, epsilon));
    return mode === "magnitude" ? magnitude : log(maximum(magnitude, epsilon));
  }

  /** One part of the transform: [batch, channels, frames, frequencies]. */
  #transformed(inputs: Tensor, kernel: Variable): Tensor {
    const [batch, channels, samples] = this.#channelsFirst(inputs).shape;
    const sounds = reshape(this.#channelsFirst(inputs), [batch * channels, samples, 1]);
    const strides = this.frameStep ?? Math.floor(this.frameLength / 2);
    const frames = conv1d(sounds, cast(kernel, inputs.dtype), { strides, padding: this.padding });
    return reshape(frames, [batch, channels, ...frames.shape.slice(1)]);
  }

  #channelsFirst(inputs: Tensor): Tensor {
    return this.dataFormat === "channelsFirst" ? inputs : transpose(inputs, [0, 2, 1]);
  }

  /** [batch, channels, frames, frequencies] in the layer's format. */
  #arranged(result: Tensor): Tensor {
    const [batch, channels, frames, frequencies] = result.shape;
    if (this.dataFormat === "channelsLast") {
      if (this.expandDims) return transpose(result, [0, 2, 3, 1]);
      return reshape(transpose(result, [0, 2, 1, 3]), [batch, frames, channels * frequencies]);
    }
    if (this.expandDims) return result;
    return reshape(transpose(result, [0, 1, 3, 2]), [batch, channels * frequencies, frames]);
  }
}
