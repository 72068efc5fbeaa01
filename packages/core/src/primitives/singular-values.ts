/** The row of singular values and vectors. */
import { floatDTypes } from "../dtype.ts";
import { ShapeError } from "../errors.ts";
import type { Attributes } from "../graph/attributes.ts";
import type { GraphNode } from "../graph/node.ts";
import { formatShape } from "../shape.ts";
import { foldExamples } from "./batching.ts";
import type { Build } from "./build.ts";
import { commonDType } from "./elementwise.ts";
import type { RoutinePrimitive } from "./primitive.ts";

export interface SingularTripletsAttributes extends Attributes {
  /** Whether the right vectors are completed to a basis, by vectors that belong to no row. */
  readonly full: boolean;
}

/** A sweep squares what is left of the angles; ten are enough for hundreds of rows in float64. */
export const mostSweeps = 30;

/** Relative to the largest element, below this a row has no direction: its square is about to underflow. */
export const smallestLength = 2 ** -500;

/** The cosine below which two rows of a length count as orthogonal: what rounding leaves of one. */
export function orthogonalCosine(length: number): number {
  return 2 ** -51 * Math.sqrt(length);
}

/**
 * Of matrices [B, K, L] with K ≤ L the singular triplets, the largest value first, one in each row: the value, the left
 * vector (K), the right vector (L). K rows, or L with `full`: [B, K or L, 1 + K + L]. A matrix with a NaN or an infinity
 * gives NaN.
 *
 * Rotations make the rows orthogonal: M. Hestenes, "Inversion of matrices by biorthogonalization" (1958), with the larger row
 * first, as in J. Nash, "A one-sided transformation method for the singular value decomposition" (1975). Reflections make
 * them orthonormal, those without a length too, and complete them.
 */
const singularTriplets: RoutinePrimitive<SingularTripletsAttributes> = {
  kind: "routine",
  name: "singularTriplets",
  arity: 1,
  batch: foldExamples,
  infer(inputs, { full }) {
    const [{ shape }] = inputs;
    const dtype = commonDType("singularTriplets", inputs, floatDTypes);
    const [batch, rows, columns] = shape;
    if (shape.length === 3 && rows <= columns)
      return { shape: [batch, full ? columns : rows, 1 + rows + columns], dtype };
    throw new ShapeError(`singularTriplets: takes matrices [B, K, L] with K ≤ L, not ${formatShape(shape)}`);
  },
  // J. Townsend, "Differentiating the singular value decomposition" (2016), with the terms in 1/(sⱼ² − sᵢ²) split into those
  // in 1/(sⱼ − sᵢ) and 1/(sⱼ + sᵢ): what equal values leave determined, such as U Vᵀ, has none of the former.
  vjp({ inputs: [{ shape }], output, gradient, build }) {
    const [batch, rows, columns] = shape;
    const count = output.shape[1];
    const part = (packed: GraphNode, begin: number, size: number): GraphNode =>
      build.slice(packed, [0, 0, begin], [batch, count, size], [1, 1, 1]);
    const isOfRow = build.less(build.reshape(build.range(count), [count, 1]), rows);
    // The vectors that complete the basis have a value and a left vector of 0 whatever the matrix is.
    const ofRows = (x: GraphNode): GraphNode => (count > rows ? build.where(isOfRow, x, 0) : x);

    const values = part(output, 0, 1);
    const left = part(output, 1, rows);
    const right = part(output, 1 + rows, columns);
    const towardsValues = ofRows(part(gradient, 0, 1));
    const towardsLeft = ofRows(part(gradient, 1, rows));
    const towardsRight = part(gradient, 1 + rows, columns);

    const turnsLeft = build.matmul(left, build.swapLastAxes(towardsLeft));
    const turnsRight = build.matmul(right, build.swapLastAxes(towardsRight));
    const skew = (x: GraphNode): GraphNode => build.mul(build.sub(x, build.swapLastAxes(x)), 0.5);
    const others = build.swapLastAxes(values);
    const together = quotient(skew(build.add(turnsRight, turnsLeft)), build.sub(others, values), build);
    const apart = quotient(skew(build.sub(turnsRight, turnsLeft)), build.add(others, values), build);
    const isDiagonal = build.equal(build.range(count), build.reshape(build.range(count), [count, 1]));
    const inner = build.add(build.sub(together, apart), build.where(isDiagonal, towardsValues, 0));
    let along = build.matmul(inner, right);
    if (count < columns) {
      // Outside of the span of the right vectors.
      const outside = build.sub(towardsRight, build.matmul(build.swapLastAxes(turnsRight), right));
      along = build.add(along, quotient(outside, values, build));
    }
    return [build.matmul(build.swapLastAxes(left), along)];
  },
  evaluate([{ values, shape }], _attributes, output) {
    const [batch, rows, columns] = shape;
    const size = output.shape[1] * output.shape[2];
    for (let number = 0; number < batch; number++) {
      const matrix = values.slice(number * rows * columns, (number + 1) * rows * columns);
      const triplets = tripletsOf(Float64Array.from(matrix), rows, columns, output.shape[1]);
      output.values.set(triplets, number * size);
    }
  },
};

export const singularValuePrimitives = { singularTriplets };

/** x / y, and 0 where y is 0: what depends on directions that are not determined is taken as 0. */
function quotient(x: GraphNode, y: GraphNode, build: Build): GraphNode {
  const isZero = build.equal(y, 0);
  return build.where(isZero, 0, build.div(x, build.where(isZero, 1, y)));
}

function tripletsOf(matrix: Float64Array, rows: number, columns: number, count: number): number[] {
  const largest = matrix.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const width = 1 + rows + columns;
  if (!Number.isFinite(largest)) return new Array<number>(count * width).fill(Number.NaN);
  // A power of two, so that nothing is rounded.
  const scale = Math.max(2 ** Math.floor(Math.log2(largest)), 2 ** -1022);
  const numbers = Array.from({ length: rows }, (_, row) => row);
  const right = numbers.map((row) =>
    Array.from(matrix.subarray(row * columns, (row + 1) * columns), (value) => value / scale),
  );
  const left = numbers.map((row) => numbers.map((column) => Number(row === column)));
  orthogonalize(right, left, orthogonalCosine(columns));
  const values = right.map((row) => Math.sqrt(dot(row, row)) * scale);
  const basis = orthonormalBasis(right, columns, count);
  const zeros = numbers.map(() => 0);
  return basis.flatMap((vector, index) => [values[index] ?? 0, ...(left[index] ?? zeros), ...vector]);
}

function dot(x: readonly number[], y: readonly number[]): number {
  return x.reduce((sum, value, index) => sum + value * y[index], 0);
}

/** Rotates the rows, and `left` with them, until they are orthogonal and in descending order of length. */
function orthogonalize(right: number[][], left: number[][], cosine: number): void {
  let isDone = false;
  for (let sweep = 0; sweep < mostSweeps && !isDone; sweep++) {
    isDone = true;
    for (let p = 0; p < right.length; p++) {
      for (let q = p + 1; q < right.length; q++) {
        const [first, second] = [dot(right[p], right[p]), dot(right[q], right[q])];
        const product = dot(right[p], right[q]);
        const isOblique = Math.abs(product) > cosine * Math.sqrt(first) * Math.sqrt(second);
        if (isOblique) isDone = false;
        if (!isOblique && first >= second) continue;
        const half = Math.abs(first - second) / 2;
        const root = Math.sqrt(half * half + product * product);
        const tangent = isOblique ? product / Math.max(half + root, Math.abs(product)) : 0;
        const cos = 1 / Math.sqrt(1 + tangent * tangent);
        const sin = tangent * cos;
        const [own, other] = first < second ? [sin, cos] : [cos, sin];
        for (const rows of [right, left]) combine(rows, p, q, own, other, first < second);
      }
    }
  }
}

/** Puts the longer of two rows first, turned by an angle. */
function combine(
  rows: number[][],
  p: number,
  q: number,
  own: number,
  other: number,
  isSwapped: boolean,
): void {
  const [x, y] = [rows[p], rows[q]];
  const sign = isSwapped ? 1 : -1;
  rows[p] = x.map((value, index) => own * value + other * y[index]);
  rows[q] = x.map((value, index) => sign * (other * value - own * y[index]));
}

/**
 * `count` orthonormal vectors, the first of which have the directions of these orthogonal ones: A. Householder's reflections,
 * in G. Golub, C. Van Loan, "Matrix Computations", section 5.2.
 */
function orthonormalBasis(rows: readonly (readonly number[])[], length: number, count: number): number[][] {
  const reflectors: number[][] = [];
  const reflect = (x: readonly number[], v: readonly number[]): number[] => {
    const squares = dot(v, v);
    const factor = squares > 0 ? (2 * dot(v, x)) / squares : 0;
    return x.map((value, index) => value - factor * v[index]);
  };
  rows.forEach((row, index) => {
    const rest = reflectors.reduce(reflect, [...row]).fill(0, 0, index);
    const size = Math.sqrt(dot(rest, rest));
    rest[index] += rest[index] < 0 ? -size : size;
    reflectors.push(size < smallestLength ? rest.fill(0) : rest);
  });
  return Array.from({ length: count }, (_, index) => {
    const last = Math.min(index, rows.length - 1);
    const axis = new Array<number>(length).fill(0);
    axis[index] = (reflectors[index]?.[index] ?? 0) > 0 ? -1 : 1;
    return reflectors.slice(0, last + 1).reduceRight(reflect, axis);
  });
}
