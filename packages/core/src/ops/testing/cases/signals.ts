import * as core from "../../../index.ts";
import { between, integers, operation } from "../operation-case.ts";

export const signalCases = {
  fft: operation([[5], [5]], (real, imaginary) => core.fft({ real, imaginary })),
  ifft: operation([[4], [4]], (real, imaginary) => core.ifft({ real, imaginary })),
  rfft: operation([[2, 6]], (x) => core.rfft(x)),
  irfft: operation([[4], [4]], (real, imaginary) => core.irfft({ real, imaginary }, 7)),
  stft: operation([[8]], (x) => core.stft(x, 4, 2)),
  resize: operation([[1, 2, 3, 2]], (x) => [
    core.resize(x, [4, 2]),
    core.resize(x, [3, 5], { interpolation: "nearest" }),
    core.resize(x, [3, 5], { interpolation: "bicubic" }),
  ]),
  cropAndResize: operation(
    [[2, 4, 3, 1], between(0.1, 0.4, [3, 2]), between(0.6, 0.9, [3, 2]), integers(0, 1, [3])],
    (images, first, last, indices) =>
      core.cropAndResize(images, core.concat([first, last], 1), indices, [2, 3]),
  ),
};
