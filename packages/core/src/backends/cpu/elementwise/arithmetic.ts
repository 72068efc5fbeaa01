import type { V128 } from "../assembler/expression.ts";
import type { FloatLanes } from "./float-lanes.ts";

/** 1, −1 or +0; NaN stays. */
export function sign(lanes: FloatLanes, x: V128): V128 {
  const one = lanes.constant(1);
  const zero = lanes.constant(0);
  const value = lanes.sub(lanes.keep(one, lanes.gt(x, zero)), lanes.keep(one, lanes.lt(x, zero)));
  return lanes.select(lanes.isNaN(x), x, value);
}

/** x/(1 + |x|). */
export function softsign(lanes: FloatLanes, x: V128): V128 {
  return lanes.div(x, lanes.add(lanes.abs(x), lanes.constant(1)));
}
