import { describe, expect, expectTypeOf, it } from "vitest";
import { gradients, meshgrid, ones, scan, split, type Tensor, tensor, variable } from "./index.ts";

describe("tuples in, tuples out, so that destructuring compiles under noUncheckedIndexedAccess", () => {
  it("of gradients", () => {
    const [v, w] = [variable(2), variable(3)];
    const both = gradients(v.mul(w), [v, w]);
    expectTypeOf(both).toEqualTypeOf<[Tensor, Tensor]>();
    expect(both.map((each) => each.item())).toEqual([3, 2]);
    const list: (typeof v)[] = [v, w];
    expectTypeOf(gradients(v.mul(w), list)).toEqualTypeOf<Tensor[]>();
  });

  it("of split, by the number of parts and by their sizes", () => {
    const halves = split([1, 2, 3, 4], 2);
    expectTypeOf(halves).toEqualTypeOf<[Tensor, Tensor]>();
    const parts = split([1, 2, 3, 4], [1, -1, 2]);
    expectTypeOf(parts).toEqualTypeOf<[Tensor, Tensor, Tensor]>();
    expect([halves.length, parts.length]).toEqual([2, 3]);
    const count: number = 2;
    expectTypeOf(split([1, 2], count)).toEqualTypeOf<Tensor[]>();
    expectTypeOf(split(ones([1000]), 1000)).toEqualTypeOf<Tensor[]>();
  });

  it("of meshgrid and scan", () => {
    expectTypeOf(meshgrid([[1, 2], tensor([3])])).toEqualTypeOf<[Tensor, Tensor]>();
    const [[a, b], ys] = scan(([a, b]) => [[b, a], a], [tensor(1), tensor(2)], null, { length: 3 });
    expectTypeOf([a, b, ys]).toEqualTypeOf<Tensor[]>();
    expect([a.item(), b.item(), ys.arraySync()]).toEqual([2, 1, [1, 2, 1]]);
  });
});

describe("nested arrays by rank need no cast", () => {
  it("at once and later, of tensors and Variables", async () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    expectTypeOf(x.arraySync(2)).toEqualTypeOf<number[][]>();
    expectTypeOf(x.sum().arraySync(0)).toEqualTypeOf<number>();
    expect(x.arraySync(2)[1][0] + (await variable(x).array(2))[0][1]).toBe(5);
    expect(variable(x).arraySync(2)).toEqual(await x.array(2));
    expect(x.greater(1).arraySync(2)).toEqual([
      [0, 1],
      [1, 1],
    ]);
  });

  it("which is checked", () => {
    expect(() => ones([2, 3]).arraySync(1)).toThrow(
      "array: the tensor has the shape [2, 3]; for rank 1 it must have as many dimensions",
    );
  });
});
