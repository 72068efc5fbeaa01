import * as core from "../../../index.ts";
import { operation } from "../operation-case.ts";

const constant = { withoutGradient: "a constant by definition" } as const;

export const creationCases = {
  tensor: operation([], () => core.tensor([1, 2, 3])),
  scalar: operation([], () => core.scalar(2.5)),
  variable: operation([], () => core.variable([1, 2, 3]).value),
  zeros: operation([], () => core.zeros([2, 3])),
  ones: operation([], () => core.ones([2, 3])),
  full: operation([], () => core.full([2, 3], 0.5)),
  zerosLike: operation([[2, 3]], (x) => core.zerosLike(x), constant),
  onesLike: operation([[2, 3]], (x) => core.onesLike(x), constant),
  fullLike: operation([[2, 3]], (x) => core.fullLike(x, 0.5), constant),
  arange: operation([], () => core.arange(3, -4, -2)),
  linspace: operation([], () => core.linspace(-1, 2, 5)),
  eye: operation([], () => core.eye(3, 4, 1)),
  tri: operation([], () => core.tri(3, 4)),
  hannWindow: operation([], () => core.hannWindow(5)),
};
