import { checkCount, checkNumber } from "../arguments.ts";
import { ShapeError } from "../errors.ts";
import { build } from "../primitives/apply.ts";
import { formatShape } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { abs, add, lessEqual, maximum, mul, sub, where } from "./arithmetic.ts";
import { matmul } from "./contractions.ts";
import { arange } from "./creation.ts";
import { indexNode } from "./index-nodes.ts";
import { gather } from "./indexing.ts";
import { logicalAnd } from "./logic.ts";
import { floatNodes } from "./operands.ts";
import { checkImage } from "./windows.ts";

/**
 * Parts of images, brought to one size by bilinear interpolation: images [B, H, W, C] and boxes [N, 4] → [N, height, width,
 * C]. Gradients flow to the images and to the boxes.
 *
 * @param images The images, [batch, height, width, channels].
 * @param boxes For each part y₁, x₁, y₂, x₂ as shares of the image: 0 is the centre of the first pixel, 1 that of the last.
 * @param boxIndices For each part the number of its image: [N], integers.
 * @param size The height and width of the result.
 * @param fill What lies outside of the images. Default: 0.
 * @throws ShapeError if boxes or indices have other shapes.
 */
export function cropAndResize(
  images: TensorLike,
  boxes: TensorLike,
  boxIndices: TensorLike,
  size: readonly [height: number, width: number],
  fill = 0,
): Tensor {
  checkCount("cropAndResize", arguments, 5);
  const [image, corners] = floatNodes("cropAndResize", [images, boxes]);
  checkImage("cropAndResize", image, 2);
  const indices = indexNode("cropAndResize", boxIndices);
  const [count] = corners.shape;
  if (
    corners.shape.length !== 2 ||
    corners.shape[1] !== 4 ||
    indices.shape.length !== 1 ||
    indices.shape[0] !== count
  ) {
    throw new ShapeError(
      `cropAndResize: takes boxes [N, 4] and box indices [N], not ${formatShape(corners.shape)} and ` +
        formatShape(indices.shape),
    );
  }
  checkNumber("cropAndResize", "the fill", fill);
  if (!Array.isArray(size) || size.length !== 2 || size.some((each) => !Number.isInteger(each) || each < 1)) {
    throw new RangeError(
      `cropAndResize: the size is ${JSON.stringify(size)}; it must be two integers of at least 1`,
    );
  }
  const [, height, width, channels] = image.shape;
  const corner = (which: number): Tensor => new Tensor(build.slice(corners, [0, which], [count, 1], [1, 1]));
  const rows = placesAlong(corner(0), corner(2), height, size[0]);
  const columns = placesAlong(corner(1), corner(3), width, size[1]);
  const chosen = gather(new Tensor(image), new Tensor(indices)).reshape([count, height, width * channels]);
  const lines = matmul(rows.weights, chosen).reshape([count, size[0], width, channels]);
  const crops = matmul(columns.weights.expandDims(1), lines);
  const isInside = logicalAnd(
    rows.isInside.reshape([count, size[0], 1, 1]),
    columns.isInside.reshape([count, 1, size[1], 1]),
  );
  return where(isInside, crops, fill);
}

/** The weights of the pixels along one dimension, [N, to, from], and which places lie within the image, [N, to]. */
function placesAlong(
  begin: Tensor,
  end: Tensor,
  from: number,
  to: number,
): { weights: Tensor; isInside: Tensor } {
  const shares = to === 1 ? [0.5] : Array.from({ length: to }, (_, at) => at / (to - 1));
  const places = mul(add(begin, mul(sub(end, begin), [shares])), from - 1);
  const pixels = arange(from).cast(begin.dtype);
  const weights = maximum(sub(1, abs(sub(places.expandDims(-1), pixels))), 0);
  return { weights, isInside: logicalAnd(lessEqual(0, places), lessEqual(places, from - 1)) };
}
