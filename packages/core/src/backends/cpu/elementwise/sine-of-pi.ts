import type { V128 } from "../assembler/expression.ts";
import type { Local } from "../assembler/function.ts";
import { twoProduct } from "./double-double.ts";
import type { FloatLanes } from "./float-lanes.ts";
import { sineAndCosine } from "./trigonometric.ts";

interface SineAndCosineOfPi {
  /** x less the nearest integer. Its sign is that of tan πx, and it is 0 where x is an integer. */
  readonly offset: Local<"v128">;
  readonly sine: Local<"v128">;
  readonly cosine: Local<"v128">;
}

/** |sin πx| and |cos πx| on float64 lanes; the reduction by whole turns is exact. */
export function sineAndCosineOfPi(lanes: FloatLanes, x: V128): SineAndCosineOfPi {
  const offset = lanes.let(lanes.sub(x, lanes.nearest(x)));
  const magnitude = lanes.let(lanes.abs(offset));
  const isFar = lanes.let(lanes.gt(magnitude, lanes.constant(0.25)));
  const complement = lanes.sub(lanes.constant(0.5), magnitude);
  const folded = lanes.let(lanes.select(isFar, complement, magnitude));
  const product = twoProduct(lanes, folded, lanes.constant(Math.PI));
  const low = lanes.multiplyAdd(folded, lanes.constant(1.2246467991473532e-16), product.low);
  const { sine, cosine } = sineAndCosine(lanes, { high: product.high, low: lanes.let(low) });
  return {
    offset,
    sine: lanes.let(lanes.select(isFar, cosine, sine)),
    cosine: lanes.let(lanes.select(isFar, sine, cosine)),
  };
}
