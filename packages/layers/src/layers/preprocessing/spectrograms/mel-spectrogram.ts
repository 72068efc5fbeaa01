import {
  add,
  cast,
  log,
  matmul,
  max,
  maximum,
  mul,
  pad,
  pow,
  sqrt,
  stft,
  type Tensor,
  tensor,
  transpose,
} from "@strata/core";
import { layerOptions } from "../../../layer/any-layer.ts";
import { Layer } from "../../../layer/layer.ts";
import { named } from "../../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../../schema/option.ts";
import {
  boolean,
  choice,
  nonNegativeNumber,
  number,
  positiveInteger,
  positiveNumber,
} from "../../../schema/vocabulary.ts";
import { melWeights } from "./mel-weights.ts";

const options = {
  ...layerOptions,
  /** How many samples each transform is of; frames that are shorter are filled up with zeros. */
  fftLength: positiveInteger(2048),
  /** How many samples frames are apart. */
  sequenceStride: positiveInteger(512),
  /** How many samples a frame has. Null: `fftLength`. */
  sequenceLength: positiveInteger().orNull(),
  /** The window that frames are multiplied by; null for none. */
  window: choice(["hann", "hamming"])("hann").nullable(),
  /** How many samples make a second. */
  samplingRate: positiveInteger(16000),
  /** How many bands of frequencies there are. */
  numMelBins: positiveInteger(128),
  /** The lowest frequency, in hertz. */
  minFreq: nonNegativeNumber(20),
  /** The highest frequency, in hertz. Null: half the sampling rate. */
  maxFreq: positiveNumber().orNull(),
  /** Whether the result is in decibels. */
  powerToDb: boolean(true),
  /** How many decibels a value may be below the largest. */
  topDb: number(80),
  /** The power of the magnitude: 1 for the amplitude, 2 for the power. */
  magExp: number(2),
  /** The least value before the logarithm; smaller ones are raised to it. */
  minPower: positiveNumber(1e-10),
  /** The power that is 0 decibels. */
  refPower: number(1),
};

/** Options of {@link MelSpectrogram}. */
export interface MelSpectrogramOptions extends Given<typeof options> {}

export interface MelSpectrogram extends Values<typeof options> {}

/**
 * How strong bands of frequencies are in the course of a sound, on the mel scale, on which equal steps sound equally far
 * apart: [batch, samples] → [batch, numMelBins, frames]. Frames are centred on their places, with the sound mirrored at its
 * ends.
 *
 * @example
 * ```ts
 * import { MelSpectrogram } from "@strata/layers";
 *
 * const layer = new MelSpectrogram(64, { sequenceStride: 32, numMelBins: 8 });
 * console.log(layer.computeOutputShape([null, 320])); // [null, 8, 11]
 * ```
 */
export class MelSpectrogram extends Layer {
  static override readonly className: string = "MelSpectrogram";
  static override readonly options = options;

  constructor(
    ...given:
      | [fftLength?: number, options?: Rest<MelSpectrogramOptions, "fftLength">]
      | [options: MelSpectrogramOptions]
  ) {
    super(named(new.target, given, "fftLength"));
    if (this.#frameLength <= this.fftLength) return;
    throw new RangeError(
      `MelSpectrogram: sequenceLength is ${this.sequenceLength}; it must be at most fftLength, ${this.fftLength}`,
    );
  }

  protected override optionValue(name: string, given: unknown): unknown {
    if (name === "sequenceLength") return this.#frameLength;
    return name === "maxFreq" ? this.#highest : super.optionValue(name, given);
  }

  override call(inputs: Tensor): Tensor {
    const sound = cast(inputs, this.computeDType === "float64" ? "float64" : "float32");
    const bands = matmul(
      this.#magnitudes(sound),
      tensor(this.#weights(), [this.#bins, this.numMelBins], sound.dtype),
    );
    const values = this.powerToDb ? this.#decibels(bands) : bands;
    const axes = [...values.shape.keys()];
    return cast(
      transpose(values, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]),
      this.computeDType,
    );
  }

  get #frameLength(): number {
    return this.sequenceLength ?? this.fftLength;
  }

  get #highest(): number {
    return this.maxFreq ?? Math.trunc(this.samplingRate / 2);
  }

  get #bins(): number {
    return Math.floor(this.fftLength / 2) + 1;
  }

  #weights(): Float64Array {
    return melWeights(this.numMelBins, this.#bins, this.samplingRate, this.minFreq, this.#highest);
  }

  #magnitudes(sound: Tensor): Tensor {
    const half = Math.floor(this.fftLength / 2);
    const sides = sound.shape.map((_, axis) =>
      axis === sound.rank - 1 ? ([half, half] as const) : ([0, 0] as const),
    );
    const window = tensor(this.#window(), [this.fftLength], sound.dtype);
    const { real, imaginary } = stft(
      pad(sound, sides, { mode: "reflect" }),
      this.fftLength,
      this.sequenceStride,
      {
        window,
      },
    );
    return pow(sqrt(add(real.square(), imaginary.square())), this.magExp);
  }

  /** The window, periodic, in the middle of zeros. */
  #window(): Float64Array {
    const [length, before] = [this.#frameLength, Math.floor((this.fftLength - this.#frameLength) / 2)];
    const share = { hann: 0.5, hamming: 0.54 }[this.window ?? "hann"];
    const values = new Float64Array(this.fftLength);
    for (let at = 0; at < length; at++) {
      values[before + at] =
        this.window === null ? 1 : share - (1 - share) * Math.cos((2 * Math.PI * at) / length);
    }
    return values;
  }

  #decibels(powers: Tensor): Tensor {
    const reference = Math.max(Math.abs(this.refPower), this.minPower);
    const values = mul(log(maximum(powers, this.minPower).div(reference)), 10 / Math.LN10);
    return maximum(values, max(values).sub(this.topDb));
  }
}
