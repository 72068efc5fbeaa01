/** Elementwise ops that are composed: those that are rows of the table have cases of their own. */
import * as core from "../../../index.ts";
import { between, bools, integers, operation } from "../operation-case.ts";

const pair = [[3, 1], [4]];

export const elementwiseCases = {
  log2: operation([between(0.2, 5, [5])], (x) => core.log2(x)),
  rsqrt: operation([between(0.2, 5, [5])], (x) => core.rsqrt(x)),
  square: operation([[5]], (x) => core.square(x)),
  reciprocal: operation([between(0.4, 3, [5])], (x) => core.reciprocal(x)),
  squaredDifference: operation(pair, (x, y) => core.squaredDifference(x, y)),
  divNoNan: operation([[3, 1], between(0.5, 2, [4])], (x, y) =>
    core.divNoNan(x, core.concat([y, core.zerosLike(y)])),
  ),
  polygamma: operation([between(0.6, 6, [5])], (x) => core.polygamma(2, x)),
  clip: operation([[7]], (x) => core.clip(x, -1.1, 0.9)),
  cast: operation([[5]], (x) => core.cast(x, "float64")),
};

export const logicCases = {
  greater: operation(pair, (x, y) => core.greater(x, y)),
  greaterEqual: operation(pair, (x, y) => core.greaterEqual(x, y)),
  isNaN: operation([[5]], (x) => core.isNaN(core.log(x))),
  isInf: operation([[5]], (x) => core.isInf(core.div(x, core.relu(x)))),
  isFinite: operation([[5]], (x) => core.isFinite(core.log(x))),
  logicalAnd: operation([bools([3, 1]), bools([4])], (x, y) => core.logicalAnd(x, y)),
  logicalOr: operation([bools([3, 1]), bools([4])], (x, y) => core.logicalOr(x, y)),
  logicalXor: operation([bools([3, 1]), bools([4])], (x, y) => core.logicalXor(x, y)),
  logicalNot: operation([bools([5])], (x) => core.logicalNot(x)),
  bitwiseNot: operation([integers(-9, 9, [5])], (x) => core.bitwiseNot(x)),
  leftShift: operation([integers(-9, 9, [5]), integers(0, 35, [5])], (x, y) => core.leftShift(x, y)),
  rightShift: operation([integers(-999, 999, [5]), integers(0, 35, [5])], (x, y) => core.rightShift(x, y)),
};
