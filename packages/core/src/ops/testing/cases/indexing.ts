/** Gathering, scattering, sorting and searching. */
import * as core from "../../../index.ts";
import { bools, integers, operation } from "../operation-case.ts";

export const indexingCases = {
  where: operation([bools([3, 4]), [3, 1], [4]], (condition, x, y) => core.where(condition, x, y)),
  oneHot: operation([integers(0, 3, [5])], (x) => core.oneHot(x, 4)),
  gather: operation([[3, 4], integers(-4, 3, [2, 2])], (x, indices) => core.gather(x, indices, 1)),
  gatherND: operation([[3, 4], integers(0, 2, [5, 2])], (x, indices) => core.gatherND(x, indices)),
  takeAlongAxis: operation([[3, 4], integers(0, 3, [3, 2])], (x, indices) => core.takeAlongAxis(x, indices)),
  putAlongAxis: operation([[3, 4], integers(0, 3, [3, 2]), [3, 2]], (x, indices, updates) =>
    core.putAlongAxis(x, indices, updates, { mode: "add" }),
  ),
  scatter: operation([[4], integers(0, 3, [6]), [6]], (x, indices, updates) =>
    (["set", "add", "max", "min"] as const).map((mode) => core.scatter(x, indices, updates, { mode })),
  ),
  scatterND: operation([integers(0, 2, [5, 2]), [5]], (indices, updates) =>
    core.scatterND(indices, updates, [3, 3]),
  ),
  segmentSum: operation([[5, 2], integers(0, 2, [5])], (x, ids) => core.segmentSum(x, ids, 3)),
  segmentMax: operation([[5, 2], integers(0, 1, [5])], (x, ids) => core.segmentMax(x, ids, 2)),
  segmentMin: operation([[5, 2], integers(0, 1, [5])], (x, ids) => core.segmentMin(x, ids, 2)),
  sort: operation([[3, 4]], (x) => core.sort(x, -1, { descending: true })),
  argsort: operation([[3, 4]], (x) => core.argsort(x, 0)),
  topK: operation([[3, 4]], (x) => core.topK(x, 2)),
  searchSorted: operation(
    [
      [3, 4],
      [3, 2],
    ],
    (x, values) => core.searchSorted(core.sort(x), values),
  ),
  unique: operation([[5]], (x) => core.unique(core.concat([x, x]))),
  nonzero: operation([integers(-1, 1, [3, 4])], (x) => core.nonzero(x)),
  booleanMask: operation([[3, 4], bools([3])], (x, mask) => core.booleanMask(x, mask)),
};
