import { add, div, maximum, minimum, mul, stack, sub, type Tensor, unstack, where } from "@strata/core";

/** The meaning of the four numbers of a bounding box; with `rel` as shares of the image's width and height. */
export const boundingBoxFormats = [
  "xyxy",
  "yxyx",
  "xywh",
  "centerXywh",
  "centerYxhw",
  "relXyxy",
  "relYxyx",
  "relXywh",
  "relCenterXywh",
] as const;

/**
 * The meaning of the four numbers of a bounding box.
 *
 * @useDeclaredType
 */
export type BoundingBoxFormat = (typeof boundingBoxFormats)[number];

/** The height and width of an image. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

/** Bounding boxes in another format, [..., 4]. */
export function convertBoxes(
  boxes: Tensor,
  from: BoundingBoxFormat,
  to: BoundingBoxFormat,
  size: ImageSize,
  sizeAfter = size,
): Tensor {
  return fromCorners(toCorners(boxes, from, size), to, sizeAfter);
}

/** The corners of boxes, in pixels: left, top, right, bottom. */
function toCorners(boxes: Tensor, format: BoundingBoxFormat, size: ImageSize): Tensor {
  const [a, b, c, d] = unstack(boxes, -1);
  const corners = {
    xyxy: () => [a, b, c, d],
    yxyx: () => [b, a, d, c],
    xywh: () => [a, b, add(a, c), add(b, d)],
    centerXywh: () => [sub(a, div(c, 2)), sub(b, div(d, 2)), add(a, div(c, 2)), add(b, div(d, 2))],
    centerYxhw: () => [sub(b, div(d, 2)), sub(a, div(c, 2)), add(b, div(d, 2)), add(a, div(c, 2))],
  };
  const { form, isRelative } = parts(format);
  const found = stack(corners[form](), -1);
  return isRelative ? mul(found, sides(size)) : found;
}

function fromCorners(corners: Tensor, format: BoundingBoxFormat, size: ImageSize): Tensor {
  const { form, isRelative } = parts(format);
  const [left, top, right, bottom] = unstack(isRelative ? div(corners, sides(size)) : corners, -1);
  const [width, height] = [sub(right, left), sub(bottom, top)];
  const [x, y] = [add(left, div(width, 2)), add(top, div(height, 2))];
  const boxes = {
    xyxy: [left, top, right, bottom],
    yxyx: [top, left, bottom, right],
    xywh: [left, top, width, height],
    centerXywh: [x, y, width, height],
    centerYxhw: [y, x, height, width],
  };
  return stack(boxes[form], -1);
}

/** Bounding boxes and the classes of what they hold; a box that holds nothing has the class −1. */
export interface BoundingBoxes {
  /** [batch, boxes, 4]. */
  readonly boxes: Tensor;
  /** [batch, boxes]. */
  readonly labels: Tensor;
}

/** Boxes, given by their corners in pixels, cut off at the image's border; the class of those that are outside is −1. */
export function clipBoxes({ boxes, labels }: BoundingBoxes, { height, width }: ImageSize): BoundingBoxes {
  const [left, top, right, bottom] = unstack(boxes, -1);
  const within = (x: Tensor, end: number): Tensor => minimum(maximum(x, 0), end);
  const corners = [within(left, width), within(top, height), within(right, width), within(bottom, height)];
  const area = mul(sub(corners[2], corners[0]), sub(corners[3], corners[1]));
  return { boxes: stack(corners, -1), labels: where(area.greater(0), labels, -1) };
}

/** Boxes, given by their corners [..., 4], stretched across and down, and then moved. */
export function movedBoxes(
  corners: Tensor,
  [across, down]: readonly [number, number],
  [right, under]: readonly [number, number],
): Tensor {
  return add(mul(corners, [across, down, across, down]), [right, under, right, under]);
}

type Form = "xyxy" | "yxyx" | "xywh" | "centerXywh" | "centerYxhw";

function parts(format: BoundingBoxFormat): { form: Form; isRelative: boolean } {
  switch (format) {
    case "relXyxy":
      return { form: "xyxy", isRelative: true };
    case "relYxyx":
      return { form: "yxyx", isRelative: true };
    case "relXywh":
      return { form: "xywh", isRelative: true };
    case "relCenterXywh":
      return { form: "centerXywh", isRelative: true };
    default:
      return { form: format, isRelative: false };
  }
}

function sides({ height, width }: ImageSize): readonly number[] {
  return [width, height, width, height];
}
