import * as core from "../../../index.ts";
import { between, bools, integers, operation } from "../operation-case.ts";

const table = [[3, 5]];

export const reductionCases = {
  sum: operation(table, (x) => core.sum(x, 1)),
  mean: operation(table, (x) => core.mean(x, 0)),
  prod: operation(table, (x) => core.prod(x, -1)),
  max: operation(table, (x) => core.max(x, 1)),
  min: operation(table, (x) => core.min(x, 0)),
  any: operation([bools([3, 5])], (x) => core.any(x, 1)),
  all: operation([bools([3, 5])], (x) => core.all(x, 0)),
  argMax: operation(table, (x) => core.argMax(x, 1)),
  argMin: operation(table, (x) => core.argMin(x, 0)),
  logSumExp: operation(table, (x) => core.logSumExp(x, 1)),
  variance: operation(table, (x) => core.variance(x, 1, false, 1)),
  std: operation(table, (x) => core.std(x, 0)),
  moments: operation(table, (x) => core.moments(x, 1)),
  norm: operation(table, (x) => [
    core.norm(x, "euclidean", 1),
    core.norm(x, 1, 0),
    core.norm(x, Number.POSITIVE_INFINITY, 1),
    core.norm(x, "nuc"),
  ]),
  countNonZero: operation([integers(-1, 1, [3, 5])], (x) => core.countNonZero(x, 1)),
  bincount: operation([integers(0, 4, [7]), [7]], (x, weights) => core.bincount(x, weights, 5)),
};

export const cumulationCases = {
  cumsum: operation(table, (x) => core.cumsum(x, 1, { exclusive: true })),
  cumprod: operation([between(-1.5, 1.5, [3, 5])], (x) => core.cumprod(x, 1, { reverse: true })),
  cummax: operation(table, (x) => core.cummax(x, 1)),
  cummin: operation(table, (x) => core.cummin(x, 0)),
  linearRecurrence: operation([between(-1, 1, [3, 5]), [3, 5]], (a, b) => core.linearRecurrence(a, b, 1)),
};
