import { describe, expect, it } from "vitest";
import { describeProgram } from "../debug.ts";
import { jit } from "../jit.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { arange, ones } from "./creation.ts";
import { einsum } from "./einsum.ts";
import { contractionOrder } from "./einsum-order.ts";
import { dot, outer, tensordot } from "./products.ts";
import { testOps } from "./testing/battery.ts";

testOps("products", [
  { name: "dot of vectors", inputs: [[5], [5]], apply: (x, y) => dot(x, y) },
  { name: "dot of a scalar", inputs: [[], [5]], apply: (x, y) => dot(x, y) },
  {
    name: "dot of tensors",
    inputs: [
      [2, 3],
      [5, 3, 2],
    ],
    apply: (x, y) => dot(x, y),
  },
  { name: "outer", inputs: [[3], [5]], apply: (x, y) => outer(x, y) },
  { name: "outer of nothing", inputs: [[0], [5]], apply: (x, y) => outer(x, y) },
  {
    name: "tensordot",
    inputs: [
      [2, 3, 4],
      [4, 3, 5],
    ],
    apply: (x, y) =>
      tensordot(x, y, [
        [1, 2],
        [1, 0],
      ]),
  },
  { name: "tensordot over nothing", inputs: [[2, 3], [2]], apply: (x, y) => tensordot(x, y, 0) },
  {
    name: "einsum of a matrix product",
    inputs: [
      [3, 5],
      [5, 2],
    ],
    apply: (x, y) => einsum("ij,jk->ik", x, y),
  },
  {
    name: "einsum of a batch",
    inputs: [
      [2, 3, 5],
      [2, 5, 3],
    ],
    apply: (x, y) => einsum("bij,bjk->bki", x, y),
  },
  { name: "einsum of a trace", inputs: [[3, 3]], apply: (x) => einsum("ii", x) },
  { name: "einsum of a diagonal", inputs: [[3, 2, 3]], apply: (x) => einsum("iji->ji", x) },
  {
    name: "einsum of three",
    inputs: [[3, 2], [2, 5], [5]],
    apply: (x, y, z) => einsum("ab,bc,c->a", x, y, z),
  },
  { name: "einsum of axes summed at once", inputs: [[3, 2], [5]], apply: (x, y) => einsum("ab,c->b", x, y) },
  {
    name: "einsum with an ellipsis",
    inputs: [
      [2, 1, 3, 2],
      [5, 2, 3],
    ],
    apply: (x, y) => einsum("...ij,...jk->...ik", x, y),
  },
  { name: "einsum of one element", inputs: [[1, 1], [1]], apply: (x, y) => einsum("ij,j->ij", x, y) },
  {
    name: "einsum of nothing",
    inputs: [
      [0, 3],
      [3, 2],
    ],
    apply: (x, y) => einsum("ij,jk", x, y),
  },
  {
    name: "einsum of an outer product",
    inputs: [[3], [2], [2]],
    apply: (x, y, z) => einsum("i,j,k->kji", x, y, z),
  },
]);

describe("products", () => {
  const numbers = arange(24, undefined, 1, "float64").reshape([2, 3, 4]);

  // NumPy 1.23, np.einsum and np.tensordot.
  it("are those of NumPy", () => {
    const first = numbers.reshape([6, 4]);
    expect(einsum("ijk,jk->i", numbers, arange(12).reshape([3, 4])).arraySync()).toEqual([506, 1298]);
    expect(
      einsum("...ij,...jk", numbers, arange(12).reshape([4, 3]))
        .reshape([18])
        .arraySync(),
    ).toEqual([42, 48, 54, 114, 136, 158, 186, 224, 262, 258, 312, 366, 330, 400, 470, 402, 488, 574]);
    expect(
      tensordot(numbers, arange(24).reshape([4, 3, 2]), [
        [1, 2],
        [1, 0],
      ]).arraySync(),
    ).toEqual([
      [880, 946],
      [2464, 2674],
    ]);
    expect(first.shape).toEqual([6, 4]);
    expect(
      einsum("ba", [
        [1, 2],
        [3, 4],
      ]).arraySync(),
    ).toEqual([
      [1, 3],
      [2, 4],
    ]);
  });

  it("contracts chains in the cheapest order", () => {
    const sizes = new Map(Object.entries({ a: 10, b: 1000, c: 10, d: 1000 }));
    // (ab·bc)·cd takes 200,000 multiplications, ab·(bc·cd) 20,000,000.
    expect(contractionOrder([[..."ab"], [..."bc"], [..."cd"]], [..."ad"], sizes)[0]).toEqual([1, 0]);
    const letters = [..."abcdefghij"];
    const chain = letters.slice(1).map((letter, index) => [letters[index], letter]);
    const steps = contractionOrder(chain, ["a", "j"], new Map(letters.map((letter) => [letter, 3])));
    expect(steps.length).toBe(8);
  });

  it.each([
    ["abc,cd->abd", [2, 3, 4], [4, 5]],
    ["cd,abc->abd", [4, 5], [2, 3, 4]],
    ["abcd,cde->abe", [2, 3, 4, 5], [4, 5, 6]],
  ] as const)("moves no data where a product has the order of the result: %s", (equation, left, right) => {
    const product = jit((x: Tensor, y: Tensor) => einsum(equation, x, y));
    product(ones(left), ones(right)).dataSync();
    expect(describeProgram(product)).toContain("routine matmul");
    expect(describeProgram(product)).not.toContain("kernel");
  });

  it("says what is wrong with an equation", () => {
    const x = tensor([[1, 2, 3]]);
    expect(() => einsum("ij,jk", x)).toThrow("it names 2 operands, and 1 were given");
    expect(() => einsum("ijk", x)).toThrow('"ijk" names 3 axes of [1, 3], which has 2');
    expect(() => einsum("ij->k", x)).toThrow('no operand has the axis "k" of the result');
    expect(() => einsum("ij->ii", x)).toThrow("may name each letter once");
    expect(() => einsum("ij,ij", x, [[1, 2]])).toThrow('the axes named "j" have the sizes 3 and 2');
    expect(() => tensordot(x, x, 2)).not.toThrow();
    expect(() => tensordot(x, x, 1)).toThrow(
      "tensordot: axis 1 of [1, 3] and axis 0 of [1, 3] differ: 3 and 1",
    );
    expect(() => tensordot(x, x, 3)).toThrow("accepted are the integers 0 to 2");
  });
});
