/** Calls of the rows of linear algebra. */
import fc from "fast-check";
import { allocateArray, roundTo } from "../../dtype.ts";
import { filled, smallShapes, type ValueDraw } from "../../testing/draw.ts";
import type { CallDraw } from "./row-case.ts";

function sizes(most: number): fc.Arbitrary<[batch: number, size: number, columns: number]> {
  const size = fc.constantFrom(...[0, 1, 2, 3, 5].filter((each) => each <= most));
  return fc.tuple(fc.constantFrom(0, 1, 2, 3), size, fc.constantFrom(0, 1, 2, 3));
}

/** Square matrices of at most this size. */
export function matrixCalls(most: number): CallDraw {
  return () => sizes(most).map(([batch, size]) => ({ shapes: [[batch, size, size]], attributes: {} }));
}

/** Systems of at most so many equations. */
export function systemCalls(most: number): CallDraw {
  return () =>
    sizes(most).map(([batch, size, columns]) => ({
      shapes: [
        [batch, size, size],
        [batch, size, columns],
      ],
      attributes: {},
    }));
}

/** Systems of at most so many equations, with triangular matrices. */
export function triangularCalls(most: number): CallDraw {
  return () =>
    fc
      .tuple(systemCalls(most)(smallShapes), fc.boolean(), fc.boolean())
      .map(([{ shapes }, lower, transposed]) => ({ shapes, attributes: { lower, transposed } }));
}

/** Matrices that are symmetric and far from singular: numbers around 0, and a diagonal that outweighs them. */
export const dominantMatrices: ValueDraw = (draw, dtype, [batch, size]) => {
  const values = allocateArray(dtype, batch * size * size);
  for (let matrix = 0; matrix < batch; matrix++) {
    for (let row = 0; row < size; row++) {
      for (let column = 0; column <= row; column++) {
        const value = roundTo(dtype, row === column ? 3 + draw.uniform() : draw.uniform() - 0.5);
        values[(matrix * size + row) * size + column] = value;
        values[(matrix * size + column) * size + row] = value;
      }
    }
  }
  return values;
};

/** Matrices of at most so many rows, which are at most as long as `longest`, or square and at most of this size if full. */
export function tripletCalls(most: number, longest: number, squareIfFull: boolean): CallDraw {
  return () =>
    fc
      .tuple(sizes(most), fc.integer({ min: 0, max: longest - most }), fc.boolean())
      .map(([[batch, rows], more, full]) => ({
        shapes: [[batch, rows, full && squareIfFull ? rows : rows + more]],
        attributes: { full },
      }));
}

/** Matrices whose singular values lie apart: numbers around 0, and a diagonal that grows. */
export const apartMatrices: ValueDraw = (draw, dtype, [batch, rows, columns]) => {
  let position = 0;
  return filled(dtype, [batch, rows, columns], () => {
    const place = position++ % (rows * columns);
    const [row, column] = [Math.floor(place / columns), place % columns];
    return draw.uniform() - 0.5 + (row === column ? 3 * (row + 1) : 0);
  });
};
