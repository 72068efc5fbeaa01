import { describe, expect, it } from "vitest";
import { tensor } from "../tensor.ts";
import { fft, hannWindow, ifft, irfft, rfft, stft } from "./fourier.ts";
import { concat } from "./shapes.ts";
import { drawing, expectValues, onBackend, testOps } from "./testing/battery.ts";

testOps("Fourier transforms", [
  {
    name: "fft",
    inputs: [
      [2, 5],
      [2, 5],
    ],
    apply: (real, imaginary) => fft({ real, imaginary }).real,
  },
  { name: "ifft", inputs: [[3], [3]], apply: (real, imaginary) => ifft({ real, imaginary }).imaginary },
  {
    name: "fft of a long prime",
    inputs: [[37], [37]],
    apply: (real, imaginary) => fft({ real, imaginary }).imaginary,
    tolerance: 2e-4,
  },
  { name: "fft of factors", inputs: [[66]], apply: (real) => fft(real).real, tolerance: 1e-4 },
  { name: "rfft", inputs: [[2, 7]], apply: (x) => concat([rfft(x).real, rfft(x).imaginary], -1) },
  {
    name: "irfft",
    inputs: [
      [2, 4],
      [2, 4],
    ],
    apply: (real, imaginary) => irfft({ real, imaginary }),
  },
  {
    name: "irfft of an odd length",
    inputs: [[3], [3]],
    apply: (real, imaginary) => irfft({ real, imaginary }, 5),
  },
  { name: "stft", inputs: [[11]], apply: (x) => stft(x, 4, 3, { fftLength: 5 }).real },
]);

describe.each(["reference", "cpu"] as const)("Fourier transforms on %s", (backend) => {
  it.each([1, 2, 3, 32, 33, 37, 64, 74, 97, 360, 1009])(
    "agree with the sum for %i numbers, and have inverses",
    (length) => {
      onBackend(backend, () => {
        const next = drawing(length);
        const draw = (): Float64Array => Float64Array.from({ length }, () => next() - 0.5);
        const [real, imaginary] = [draw(), draw()];
        const expected = {
          real: new Array<number>(length).fill(0),
          imaginary: new Array<number>(length).fill(0),
        };
        for (let k = 0; k < length; k++) {
          for (let j = 0; j < length; j++) {
            const angle = (-2 * Math.PI * ((j * k) % length)) / length;
            expected.real[k] += real[j] * Math.cos(angle) - imaginary[j] * Math.sin(angle);
            expected.imaginary[k] += real[j] * Math.sin(angle) + imaginary[j] * Math.cos(angle);
          }
        }
        const found = fft({ real, imaginary });
        expectValues(found.real, expected.real, 1e-11);
        expectValues(found.imaginary, expected.imaginary, 1e-11);
        const back = ifft(found);
        expectValues(back.real, [...real], 1e-12);
        expectValues(back.imaginary, [...imaginary], 1e-12);
        if (length > 1) expectValues(irfft(rfft(real), length), [...real], 1e-12);
      });
    },
  );
});

describe("Fourier transforms", () => {
  // NumPy 1.23: np.fft.rfft([1, 2, 4, 8, 16]).
  it("are NumPy's", () => {
    const { real, imaginary } = rfft(tensor([1, 2, 4, 8, 16], undefined, "float64"));
    expectValues(real, [31, -3.14589803, -9.85410197], 1e-8);
    expectValues(imaginary, [0, 15.6659322, 4.42476747], 1e-8);
  });

  it("say what does not fit", () => {
    expect(() => fft({ real: [1, 2], imaginary: [1] })).toThrow("fft: the parts have the shapes [2] and [1]");
    expect(() => fft(tensor([], [0]))).toThrow("fft: takes [..., N]");
    expect(() => irfft([1, 2, 3], 7)).toThrow(
      "irfft: 3 elements are not the spectrum of 7 numbers; accepted are 4 and 5",
    );
    expect(() => stft([1, 2], 2, 0)).toThrow("stft: the frame's length is 2, the step 0");
    expect(stft([1, 2], 4, 1).real.shape).toEqual([0, 3]);
    expect(hannWindow(4).arraySync()).toEqual([0, 0.5, 1, 0.5]);
  });
});
