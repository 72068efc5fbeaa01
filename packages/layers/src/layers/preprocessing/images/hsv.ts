/**
 * Colours as hue (0 to 1, from red over green and blue to red), saturation and value. A. R. Smith, "Color gamut transform
 * pairs" (1978).
 */
import {
  abs,
  add,
  clip,
  div,
  equal,
  greater,
  less,
  maximum,
  minimum,
  mod,
  mul,
  stack,
  sub,
  type Tensor,
  unstack,
  where,
} from "@strata/core";
import { epsilonOf } from "@strata/core/internal";

/** Red, green and blue as hue, saturation and value, along the last axis. */
export function rgbToHsv(images: Tensor): Tensor {
  const [red, green, blue] = unstack(where(less(abs(images), epsilonOf(images.dtype)), 0, images), -1);
  const value = maximum(maximum(red, green), blue);
  const range = sub(value, minimum(minimum(red, green), blue));
  const saturation = where(greater(value, 0), div(range, where(greater(value, 0), value, 1)), 0);
  const turn = div(1, mul(where(greater(range, 0), range, 1), 6));
  const third = (one: Tensor, other: Tensor, start: number): Tensor => add(mul(turn, sub(one, other)), start);
  const fromGreenOrBlue = where(equal(value, green), third(blue, red, 2 / 6), third(red, green, 4 / 6));
  const signed = where(equal(value, red), third(green, blue, 0), fromGreenOrBlue);
  const hue = where(greater(range, 0), where(less(signed, 0), add(signed, 1), signed), 0);
  return stack([hue, saturation, value], -1);
}

/** Hue, saturation and value as red, green and blue, along the last axis. */
export function hsvToRgb(images: Tensor): Tensor {
  const [hue, saturation, value] = unstack(images, -1);
  const place = mul(mod(hue, 1), 6);
  const share = (x: Tensor): Tensor => clip(x, 0, 1);
  const shares = [
    share(sub(abs(sub(place, 3)), 1)),
    share(sub(2, abs(sub(place, 2)))),
    share(sub(2, abs(sub(place, 4)))),
  ];
  return stack(
    shares.map((each) => mul(value, add(sub(1, saturation), mul(saturation, each)))),
    -1,
  );
}
