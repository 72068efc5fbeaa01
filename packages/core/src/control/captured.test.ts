import { afterEach, describe, expect, it } from "vitest";
import {
  broadcastTo,
  checkpoint,
  cond,
  customGradient,
  flip,
  gradients,
  jit,
  map,
  ones,
  reshape,
  scalar,
  scan,
  setBackend,
  slice,
  type Tensor,
  tensor,
  transpose,
  vmap,
  whileLoop,
} from "../index.ts";

afterEach(() => setBackend("cpu"));

/** Tensors [2] or [1, 2] that move or repeat elements of another, or make them of nothing. */
const moved = {
  "a slice": () => slice(tensor([1, 2, 3]), [[1, 3]]),
  "a transpose": () => transpose(tensor([[2], [3]])),
  "a reshape": () => reshape(tensor([[2, 3]]), [2]),
  "a broadcast": () => broadcastTo(tensor([2]), [2]),
  "a flip of a slice": () => flip(slice(tensor([1, 2, 3]), [[1, 3]])),
  "a constant": () => ones([2]),
} as const;

/** Each is Σ 3x + Σ x³ of the tensor x that its body takes from outside. */
const bodies = {
  scan: (x: Tensor) =>
    scan(
      (carry: Tensor, y: Tensor) => [carry.add(x.mul(y)).add(x.mul(x).mul(x).mul(0.5)), null],
      x.mul(0),
      tensor([1, 2]),
    )[0].sum(),
  "scan in scan": (x: Tensor) =>
    scan(
      (outer: Tensor, y: Tensor) => [
        scan((inner: Tensor, z: Tensor) => [inner.add(x.mul(z)), null], outer, y.expandDims(0))[0].add(
          x.pow(3).mul(0.5),
        ),
        null,
      ],
      x.mul(0),
      tensor([1, 2]),
    )[0].sum(),
  map: (x: Tensor) => map((y: Tensor) => x.mul(y).add(x.pow(3).div(2)), tensor([1, 2])).sum(),
  cond: (x: Tensor) =>
    cond(
      scalar(true),
      () => x.mul(3).add(x.pow(3)),
      () => x,
    ).sum(),
  checkpoint: (x: Tensor) => checkpoint((y) => x.mul(y).add(x.pow(3)))(3).sum(),
  customGradient: (x: Tensor) =>
    customGradient((y) => ({
      value: y.mul(3).add(y.pow(3)),
      gradient: (towardsValue) => towardsValue.mul(x.square().mul(3).add(3)),
    }))(x).sum(),
  vmap: (x: Tensor) => vmap((y: Tensor) => x.mul(y).add(x.pow(3).div(2)))(tensor([1, 2])).sum(),
} as const;

const calls = Object.entries(moved).flatMap(([what, make]) =>
  Object.entries(bodies).map(([where, body]) => ({ what, where, make, body })),
);

describe.each(["cpu", "reference"] as const)(
  "gradients by what a body takes from outside on %s:",
  (backend) => {
    it.each(calls)("$what in $where", ({ make, body }) => {
      setBackend(backend);
      const x = make();
      const [first] = gradients(body(x), [x]);
      const [second] = gradients(first.mul(tensor([1, 10])).sum(), [x]);
      const values = x.dataSync();
      const expected = [...values].map((value) => 3 + 3 * value ** 2);
      expect([...first.dataSync()]).toEqual(expected);
      expect([...second.dataSync()]).toEqual([6 * values[0], 60 * values[1]]);
    });
  },
);

describe("a tensor that was there before the body", () => {
  it("is one on which a whileLoop depends, which has no gradient", () => {
    const x = slice(tensor([1, 2]), [1]);
    const loop = () =>
      whileLoop(
        (sum: Tensor) => sum.less(9),
        (sum: Tensor) => sum.add(x),
        x.mul(2),
      );
    expect(() => gradients(loop(), [x])).toThrow("a whileLoop has no gradient");
  });

  it("and what it was made of both get gradients, in a traced function too", () => {
    const both = jit((base: Tensor) => {
      const x = slice(base, [[1, 3]]);
      const [sum] = scan(
        (carry: Tensor, y: Tensor) => [carry.add(x.mul(y).sum()), null],
        tensor(0),
        tensor([1, 2]),
      );
      return gradients(sum, [base, x]);
    });
    const [ofBase, ofSlice] = both(tensor([1, 2, 3]));
    expect(ofBase.arraySync()).toEqual([0, 3, 3]);
    expect(ofSlice.arraySync()).toEqual([3, 3]);
  });
});
