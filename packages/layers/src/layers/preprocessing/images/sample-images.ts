/** Images seen at other places than their pixels. */
import {
  abs,
  add,
  arange,
  broadcastTo,
  cast,
  clip,
  concat,
  type DType,
  div,
  expandDims,
  floor,
  floorDiv,
  gather,
  inverse,
  less,
  logicalAnd,
  matmul,
  max,
  min,
  mod,
  mul,
  pad,
  reshape,
  round,
  solve,
  stack,
  sub,
  type Tensor,
  type TensorLike,
  transpose,
  unstack,
  where,
} from "@strata/core";

/** The continuation of an image beyond its border; see `movingOptions`. `"mirror"` does not repeat the outermost pixels. */
export type FillMode = "reflect" | "wrap" | "constant" | "nearest" | "mirror";

/** How images are sampled. */
export interface Sampling {
  /** How pixels between pixels are found. */
  readonly interpolation: "bilinear" | "nearest";
  /** The continuation of the image beyond its border. */
  readonly fillMode: FillMode;
  /** The value that `"constant"` fills with. */
  readonly fillValue: number;
}

/** Rows and columns, counted from the centre of the first pixel: [batch, height, width] each. */
export interface Places {
  readonly y: Tensor;
  readonly x: Tensor;
}

/** The place of every pixel of an image: [height, 1] and [1, width]. */
export function gridOf(height: number, width: number, dtype: DType = "float32"): Places {
  const line = (size: number): Tensor => cast(arange(size), dtype);
  return { y: line(height).reshape([height, 1]), x: line(width).reshape([1, width]) };
}

/** The values of images [batch, height, width, channels] at other places: [batch, height', width', channels]. */
export function sampleAt(images: Tensor, { y, x }: Places, sampling: Sampling): Tensor {
  const { interpolation } = sampling;
  if (interpolation === "nearest") return pixelsAt(images, round(y), round(x), sampling);
  const [top, left] = [floor(y), floor(x)];
  const [down, right] = [sub(y, top), sub(x, left)];
  const part = (row: 0 | 1, column: 0 | 1): Tensor => {
    const weight = mul(row === 1 ? down : sub(1, down), column === 1 ? right : sub(1, right));
    return mul(expandDims(weight, -1), pixelsAt(images, add(top, row), add(left, column), sampling));
  };
  return add(add(part(0, 0), part(0, 1)), add(part(1, 0), part(1, 1)));
}

/**
 * Images of which each pixel (x, y) shows the place (a₀x + a₁y + a₂, b₀x + b₁y + b₂), divided by c₀x + c₁y + 1.
 *
 * @param transforms The numbers a₀, a₁, a₂, b₀, b₁, b₂, c₀, c₁ for each image: [batch, 8].
 */
export function projectImages(images: Tensor, transforms: TensorLike, sampling: Sampling): Tensor {
  const [, height, width] = images.shape;
  const grid = gridOf(height, width, images.dtype);
  const numbers = reshape(cast(transforms, images.dtype), [-1, 8, 1, 1]);
  const [a0, a1, a2, b0, b1, b2, c0, c1] = unstack(numbers, 1);
  const affine = (onX: Tensor, onY: Tensor, offset: Tensor): Tensor =>
    add(add(mul(onX, grid.x), mul(onY, grid.y)), offset);
  const depth = add(add(mul(c0, grid.x), mul(c1, grid.y)), 1);
  return sampleAt(images, { x: div(affine(a0, a1, a2), depth), y: div(affine(b0, b1, b2), depth) }, sampling);
}

/**
 * The places of boxes, given by their corners [batch, boxes, 4], in the images that {@link projectImages} makes: the smallest
 * upright boxes around the places that show their corners.
 */
export function projectBoxes(boxes: Tensor, transforms: TensorLike): Tensor {
  const numbers = reshape(cast(transforms, boxes.dtype), [-1, 8]);
  const forward = pad(
    numbers,
    [
      [0, 0],
      [0, 1],
    ],
    { value: 1 },
  ).reshape([-1, 3, 3]);
  const [left, top, right, bottom] = unstack(boxes, -1);
  const one = add(mul(left, 0), 1);
  const corners = [
    [left, top],
    [right, top],
    [left, bottom],
    [right, bottom],
  ].map(([x, y]) => stack([x, y, one], -1));
  const found = matmul(stack(corners, 1), expandDims(transpose(inverse(forward), [0, 2, 1]), 1));
  const [x, y, depth] = unstack(found, -1);
  const [xs, ys] = [div(x, depth), div(y, depth)];
  return stack([min(xs, 1), min(ys, 1), max(xs, 1), max(ys, 1)], -1);
}

/** The transforms of {@link projectImages} that bring points [batch, 4, 2] of images to other points: [batch, 8]. */
export function homography(startPoints: Tensor, endPoints: Tensor): Tensor {
  const [startX, startY] = unstack(startPoints, -1);
  const [endX, endY] = unstack(endPoints, -1);
  const one = add(mul(endX, 0), 1);
  const zero = mul(endX, 0);
  const row = (parts: readonly Tensor[]): Tensor => stack(parts, -1);
  const xRows = row([endX, endY, one, zero, zero, zero, mul(startX, endX).neg(), mul(startX, endY).neg()]);
  const yRows = row([zero, zero, zero, endX, endY, one, mul(startY, endX).neg(), mul(startY, endY).neg()]);
  const targets = expandDims(concat([startX, startY], -1), -1);
  return reshape(solve(concat([xRows, yRows], 1), targets), [-1, 8]);
}

/** The pixels in whole rows and columns. */
function pixelsAt(images: Tensor, y: Tensor, x: Tensor, { fillMode, fillValue }: Sampling): Tensor {
  const [batch, height, width, channels] = images.shape;
  const [row, column] = [cast(y, "int32"), cast(x, "int32")];
  const place = add(mul(inside(row, height, fillMode), width), inside(column, width, fillMode));
  const [, rows, columns] = place.shape;
  const places = broadcastTo(place, [batch, rows, columns]);
  const pixels = gather(reshape(images, [batch, height * width, channels]), places, 1, 1);
  if (fillMode !== "constant") return pixels;
  const isInside = logicalAnd(isWithin(row, height), isWithin(column, width));
  return where(expandDims(isInside, -1), pixels, fillValue);
}

/** The row or column of the image that stands for one that may lie beyond its border. */
function inside(index: Tensor, size: number, mode: FillMode): Tensor {
  switch (mode) {
    case "constant":
    case "nearest":
      return clip(index, 0, size - 1);
    case "wrap":
      return mod(index, size);
    case "mirror":
      return mirrored(index, size);
    case "reflect":
      return floorDiv(sub(mirrored(add(mul(index, 2), 1), 2 * size + 1), 1), 2);
  }
}

function mirrored(index: Tensor, size: number): Tensor {
  const last = size - 1;
  return last === 0 ? mul(index, 0) : abs(sub(mod(add(index, last), 2 * last), last));
}

function isWithin(index: Tensor, size: number): Tensor {
  return logicalAnd(less(-1, index), less(index, size));
}
