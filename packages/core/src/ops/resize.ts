import { checkCount, readOptions } from "../arguments.ts";
import { listAlternatives, ShapeError } from "../errors.ts";
import { dataNode } from "../graph/node.ts";
import { build } from "../primitives/apply.ts";
import { formatShape } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { gather } from "./indexing.ts";
import { floatNodes, operandNode } from "./operands.ts";
import { nearestPixels, type ResamplingKernel, resamplingKernels, resamplingTaps } from "./resampling.ts";
import { checkImage } from "./windows.ts";

/** How {@link resize} finds the pixels between pixels. */
export type Interpolation = "nearest" | "bilinear" | "bicubic" | "lanczos3" | "lanczos5";

/** Options of {@link resize}. */
export interface ResizeOptions {
  /**
   * `"nearest"`: the pixel that covers the place; `"bilinear"`: a mean of the 2 × 2 nearest; `"bicubic"`: of the 4 × 4
   * nearest, by Keys's kernel; `"lanczos3"` and `"lanczos5"`: of 6 × 6 and 10 × 10, by Lanczos's. Default: `"bilinear"`.
   */
  readonly interpolation?: Interpolation;
  /** Whether an image that shrinks is smoothed, by a kernel as much wider. No effect on `"nearest"`. Default: false. */
  readonly antialias?: boolean;
}

/**
 * Images of another size, [B, H, W, C] → [B, height, width, C]. Pixels are squares, and places are those of their centres
 * ("half-pixel centres", as in TensorFlow 2). What lies beyond the border does not count.
 *
 * @param images The images, [batch, height, width, channels].
 * @param size The new height and width.
 * @throws RangeError for a size that is no integer of at least 1, or an unknown interpolation.
 *
 * @example
 * ```ts
 * import { resize } from "@strata/core";
 *
 * const x = [[[[0], [1]]]];
 * console.log(resize(x, [1, 4]).reshape([4]).arraySync()); // [0, 0.25, 0.75, 1]
 * ```
 */
export function resize(
  images: TensorLike,
  size: readonly [height: number, width: number],
  options: ResizeOptions = {},
): Tensor {
  checkCount("resize", arguments, 3);
  const names = ["interpolation", "antialias"] as const;
  const { interpolation = "bilinear", antialias = false } = readOptions("resize", options, names, [
    "antialias",
  ]);
  const given = operandNode("resize", images);
  checkImage("resize", given, 2);
  if (given.shape[1] === 0 || given.shape[2] === 0) {
    throw new ShapeError(
      `resize: the images ${formatShape(given.shape)} have no pixels; they must have one at least`,
    );
  }
  if (!Array.isArray(size) || size.length !== 2 || size.some((each) => !Number.isInteger(each) || each < 1)) {
    throw new RangeError(
      `resize: the size is ${JSON.stringify(size)}; it must be two integers of at least 1`,
    );
  }
  if (interpolation === "nearest") {
    return size.reduce<Tensor>(
      (t, length, dimension) => gather(t, nearestPixels(t.shape[dimension + 1], length), dimension + 1),
      new Tensor(given),
    );
  }
  if (!Object.hasOwn(resamplingKernels, interpolation)) {
    const accepted = listAlternatives(["nearest", ...Object.keys(resamplingKernels)]);
    throw new RangeError(
      `resize: the interpolation is ${JSON.stringify(interpolation)}; accepted are ${accepted}`,
    );
  }
  const [image] = floatNodes("resize", [images]);
  const [batch, height, width, channels] = image.shape;
  const matrix = (from: number, to: number): Tensor["node"] => {
    const weights = weightMatrix(
      from,
      to,
      resamplingKernels[interpolation],
      antialias ? Math.max(1, from / to) : 1,
    );
    return build.cast(dataNode(weights, { shape: [to, from], dtype: "float64" }), image.dtype);
  };
  const rows = build.matmul(matrix(height, size[0]), build.reshape(image, [batch, height, width * channels]));
  const lines = build.reshape(rows, [batch, size[0], width, channels]);
  return new Tensor(build.matmul(matrix(width, size[1]), lines));
}

/** What each old pixel weighs in each new one: [to, from], row-major. */
function weightMatrix(from: number, to: number, kernel: ResamplingKernel, width: number): Float64Array {
  const matrix = new Float64Array(to * from);
  resamplingTaps(from, to, kernel, width).forEach(({ first, weights }, at) => {
    matrix.set(weights, at * from + first);
  });
  return matrix;
}
