import { describe, expect, it } from "vitest";
import {
  broadcastTo,
  concat,
  flip,
  gradients,
  pad,
  sin,
  slice,
  split,
  type Tensor,
  tensor,
  unstack,
  variable,
} from "../index.ts";
import { onBackend } from "../testing/backends.ts";
import { programOf, stepsOf } from "./testing/programs.ts";

const values = Array.from({ length: 24 }, (_, index) => Math.fround(Math.sin(3 * index)));
const x = variable(tensor(values, [4, 6]));
x.dataSync();

/** Checks that the backend that simplifies computes the same as the reference, up to rounding. */
function expectSame(make: () => Tensor): void {
  const [expected, actual] = (["reference", "cpu"] as const).map((name) =>
    onBackend(name, () => make().dataSync()),
  );
  expect(actual.length).toBe(expected.length);
  const far = [...actual].filter((value, index) => !(Math.abs(value - expected[index]) < 1e-5));
  expect(far).toEqual([]);
}

/** A gradient that comes in parts. */
function gradientOf(take: (parts: readonly Tensor[]) => Tensor, parts: readonly Tensor[]): Tensor {
  return gradients(take(parts).sum(), [x])[0];
}

describe("the gradient of what was split", () => {
  const make = () => gradientOf(([a, b, c]) => a.exp().mul(b).add(sin(c)), split(x, 3, 1));

  it("is written in place by the kernels that compute its parts: nothing is filled, copied and added", () => {
    const steps = stepsOf(programOf(make()));
    expect(steps.filter((step) => /fill|pad|concat/.test(step))).toEqual([]);
    expect(steps.length).toBeLessThanOrEqual(2);
  });

  it("is the same as without", () => {
    expectSame(make);
  });

  it("takes steps in proportion to the number of parts", () => {
    const count = (parts: number): number => {
      const wide = variable(tensor(new Float32Array(2 * parts), [parts, 2]));
      wide.dataSync();
      const sum = unstack(wide).reduce((total, part, index) => total.add(part.mul(index + 3)));
      return stepsOf(programOf(gradients(sum.square().sum(), [wide])[0])).length;
    };
    expect(count(64)).toBeLessThanOrEqual(2 * count(32) + 2);
  });
});

describe("parts that leave a gap, or overlap, are added", () => {
  it.each([
    {
      title: "a gap",
      ends: [
        [0, 4],
        [3, 1],
      ],
    },
    {
      title: "an overlap",
      ends: [
        [0, 2],
        [1, 1],
      ],
    },
    {
      title: "the same place",
      ends: [
        [0, 3],
        [0, 3],
      ],
    },
  ])("$title", ({ ends: [first, second] }) => {
    const part = (begin: number, after: number): Tensor =>
      pad(slice(x, [null, [0, 6 - begin - after]]).mul(2), [
        [0, 0],
        [begin, after],
      ]);
    expectSame(() => part(first[0], first[1]).add(part(second[0], second[1])));
  });
});

describe("what goes only into a concatenation is written where it lies there", () => {
  const [a, b] = [() => x.exp(), () => x.mul(3)];
  const cases: readonly { title: string; make: () => Tensor; copies: number }[] = [
    { title: "along the first axis", make: () => concat([a(), b()], 0), copies: 0 },
    { title: "along the last axis", make: () => concat([a(), b()], 1), copies: 0 },
    { title: "transposed", make: () => concat([a().transpose(), b().transpose()], 1), copies: 0 },
    { title: "with a new axis", make: () => concat([a().expandDims(1), b().expandDims(1)], 1), copies: 0 },
    {
      title: "but not broadcast",
      make: () => concat([broadcastTo(a().sum(0, true), [4, 6]), b()], 0),
      copies: 1,
    },
    { title: "but not if it was there before", make: () => concat([x.value, b()], 0), copies: 1 },
    { title: "but not twice", make: () => twice(a()), copies: 2 },
    { title: "but not if something else reads it", make: () => alsoRead(a(), b()), copies: 1 },
    { title: "but not reversed", make: () => concat([flip(a(), 0), b()], 0), copies: 1 },
  ];
  const twice = (y: Tensor): Tensor => concat([y, y], 1);
  const alsoRead = (y: Tensor, z: Tensor): Tensor => concat([y, z], 0).matmul(y.transpose());

  it.each(cases)("$title", ({ make, copies }) => {
    expectSame(make);
    expect(stepsOf(programOf(make())).filter((step) => step === "kernel concat")).toHaveLength(copies);
  });
});
