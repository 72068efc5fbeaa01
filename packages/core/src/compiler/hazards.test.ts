/** Programs in which a value is read and overwritten, or computed and rearranged, by parts that might run as one. */
import { describe, expect, it } from "vitest";
import {
  concat,
  jit,
  matmul,
  type Tensor,
  tensor,
  transpose,
  type Variable,
  variable,
  where,
} from "../index.ts";

const square = [
  [1, 5, 2],
  [7, 3, 8],
  [4, 9, 6],
];
const transposed = [
  [1, 7, 4],
  [5, 3, 9],
  [2, 8, 6],
];

function squareVariable(): Variable {
  const made = variable(square);
  // In memory, so that the next program updates it there.
  made.dataSync();
  return made;
}

/** Runs the step as a plain program and as a compiled function, on fresh Variables each time. */
const ways: readonly (readonly [string, (step: () => void) => void])[] = [
  ["lazily", (step) => step()],
  ["by jit", (step) => jit(step)()],
];

describe.each(ways)("%s", (_title, run) => {
  it("two Variables swap what they hold", () => {
    const [a, b] = [variable([1, 2, 3]), variable([4, 5, 6])];
    run(() => {
      const before = a.value;
      a.assign(b);
      b.assign(before);
    });
    expect([a.arraySync(), b.arraySync()]).toEqual([
      [4, 5, 6],
      [1, 2, 3],
    ]);
  });

  it("three Variables pass on what they hold, changed on the way", () => {
    const [a, b, c] = [variable([1, 2]), variable([10, 20]), variable([100, 200])];
    run(() => {
      const [x, y, z] = [a.value, b.value, c.value];
      a.assign(z.add(1));
      b.assign(x.add(y));
      c.assign(y);
    });
    expect([a.arraySync(), b.arraySync(), c.arraySync()]).toEqual([
      [101, 201],
      [11, 22],
      [10, 20],
    ]);
  });

  it("a Variable is transposed onto itself", () => {
    const v = squareVariable();
    run(() => v.assign(v.transpose()));
    expect(v.arraySync()).toEqual(transposed);
  });

  it("a Variable is added to its own transpose", () => {
    const v = squareVariable();
    run(() => v.assign(v.add(v.transpose())));
    expect(v.arraySync()).toEqual([
      [2, 12, 6],
      [12, 6, 17],
      [6, 17, 12],
    ]);
  });

  it("a Variable's rows are centred by their own mean", () => {
    const v = squareVariable();
    run(() => v.assign(v.sub(v.mean(1, true))));
    expect(v.sum(1).arraySync()).toEqual([0, 0, 0].map(() => expect.closeTo(0, 5)));
    expect(v.arraySync()).toEqual(
      square.map((row) => row.map((value) => expect.closeTo(value - sumOf(row) / 3, 5))),
    );
  });

  it("a Variable is multiplied by itself as a matrix", () => {
    const v = squareVariable();
    run(() => v.assign(matmul(v, v)));
    expect(v.arraySync()).toEqual([
      [44, 38, 54],
      [60, 116, 86],
      [91, 101, 116],
    ]);
  });

  it("two Variables take the same value, and then go their own ways", () => {
    const [a, b] = [variable([1, 2]), variable([3, 4])];
    run(() => {
      const sum = a.add(b);
      a.assign(sum);
      b.assign(sum);
    });
    run(() => {
      a.assign(a.mul(10));
    });
    expect([a.arraySync(), b.arraySync()]).toEqual([
      [40, 60],
      [4, 6],
    ]);
  });

  it("a Variable takes a rearrangement of what another takes", () => {
    const [a, b] = [squareVariable(), squareVariable()];
    run(() => {
      const doubled = a.mul(2);
      a.assign(doubled);
      b.assign(doubled.transpose());
    });
    expect(a.arraySync()).toEqual(square.map((row) => row.map((value) => 2 * value)));
    expect(b.arraySync()).toEqual(transposed.map((row) => row.map((value) => 2 * value)));
  });

  it("a Variable moves its elements along by one", () => {
    const v = variable([1, 2, 3, 4, 5]);
    run(() => {
      const [first, ...others] = [0, 1, 2, 3, 4].map((at) => v.reshape([5, 1]).transpose().matmul(unit(at)));
      v.assign(concat([...others, first], 0));
    });
    expect(v.arraySync()).toEqual([2, 3, 4, 5, 1]);
  });
});

/** A column that picks one of five elements. */
function unit(at: number): Tensor {
  return tensor([0, 1, 2, 3, 4].map((index) => (index === at ? 1 : 0)));
}

function sumOf(row: readonly number[]): number {
  return row.reduce((sum, value) => sum + value, 0);
}

describe("one loop", () => {
  it("does not read a value that it computes in another order than it computes it", () => {
    // What is made of the value and what is made of its transpose meet in one operation.
    const doubled = tensor(square).mul(2);
    const clipped = doubled.minimum(10);
    const isLess = where(doubled.less(doubled.transpose()), 1, 0);
    expect(clipped.add(isLess.mul(100)).arraySync()).toEqual([
      [2, 110, 104],
      [10, 6, 110],
      [8, 10, 10],
    ]);
  });

  it("does not take one axis for another of the same size", () => {
    const row = tensor([1, 2, 3]).exp().log().mul(1);
    const differences = row.reshape([3, 1]).sub(row.reshape([1, 3]));
    const expected = [
      [0, -1, -2],
      [1, 0, -1],
      [2, 1, 0],
    ];
    expect(differences.arraySync()).toEqual(
      expected.map((each) => each.map((value) => expect.closeTo(value, 5))),
    );
  });

  it("sums rows and columns of the same square apart", () => {
    const shifted = tensor(square).add(0.5);
    const both = shifted.sum(0).add(shifted.sum(1));
    expect(both.arraySync()).toEqual([12 + 8 + 3, 17 + 18 + 3, 16 + 19 + 3]);
  });

  it("gives several views of one value, each in its own order", () => {
    const views = jit((x: Tensor) => {
      const doubled = x.mul(2);
      return { doubled, transposed: transpose(doubled), flat: doubled.reshape([9]), same: doubled };
    });
    const { doubled, transposed: turned, flat, same } = views(tensor(square));
    const twice = square.map((row) => row.map((value) => 2 * value));
    expect(doubled.arraySync()).toEqual(twice);
    expect(same.arraySync()).toEqual(twice);
    expect(flat.arraySync()).toEqual(twice.flat());
    expect(turned.arraySync()).toEqual(transposed.map((row) => row.map((value) => 2 * value)));
  });
});
