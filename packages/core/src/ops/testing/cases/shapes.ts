import * as core from "../../../index.ts";
import { operation } from "../operation-case.ts";

const table = [[3, 4]];

export const shapeCases = {
  reshape: operation(table, (x) => core.reshape(x, [2, -1])),
  transpose: operation([[2, 3, 2]], (x) => core.transpose(x, [1, 2, 0])),
  expandDims: operation(table, (x) => core.expandDims(x, 1)),
  squeeze: operation([[3, 1, 2]], (x) => core.squeeze(x)),
  broadcastTo: operation([[3, 1]], (x) => core.broadcastTo(x, [2, 3, 4])),
  concat: operation(
    [
      [3, 2],
      [3, 4],
    ],
    (x, y) => core.concat([x, y], 1),
  ),
  stack: operation([[3], [3]], (x, y) => core.stack([x, y], 1)),
  unstack: operation([[3, 2]], (x) => core.unstack(x)),
  split: operation([[3, 5]], (x) => core.split(x, [2, 3], 1)),
  slice: operation([[4, 5]], (x) =>
    core.slice(x, [
      [1, 3],
      [4, 0, -2],
    ]),
  ),
  pad: operation([[2, 3]], (x) => [
    core.pad(x, [
      [1, 0],
      [2, 1],
    ]),
    core.pad(
      x,
      [
        [1, 1],
        [2, 1],
      ],
      { mode: "reflect" },
    ),
  ]),
  tile: operation([[2, 3]], (x) => core.tile(x, [2, 1])),
  repeat: operation([[2, 3]], (x) => core.repeat(x, [2, 0, 1], 1)),
  flip: operation(table, (x) => core.flip(x, 1)),
  roll: operation(table, (x) => core.roll(x, 3)),
  depthToSpace: operation([[1, 2, 1, 4]], (x) => core.depthToSpace(x, 2)),
  spaceToDepth: operation([[1, 2, 4, 1]], (x) => core.spaceToDepth(x, 2)),
  diag: operation([[3]], (x) => core.diag(x, 1)),
  tril: operation([[3, 4]], (x) => core.tril(x)),
  triu: operation([[3, 4]], (x) => core.triu(x, 1)),
  meshgrid: operation([[2], [3]], (x, y) => core.meshgrid([x, y])),
};
