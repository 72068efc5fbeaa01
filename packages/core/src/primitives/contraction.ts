/** Rows that multiply and sum over shared axes. */
import { isFloat } from "../dtype.ts";
import { ShapeError } from "../errors.ts";
import type { Attributes } from "../graph/attributes.ts";
import { broadcastShapes, contiguousStrides, formatShape, type Shape, sizeOf } from "../shape.ts";
import { alignExamples } from "./batching.ts";
import { commonDType, numericDTypes } from "./elementwise.ts";
import type { NdArray, RoutinePrimitive } from "./primitive.ts";

/** Matrix products of the last two axes, [..., M, K] × [..., K, N]; the axes before them are broadcast. */
const matmul: RoutinePrimitive<Attributes> = {
  kind: "routine",
  name: "matmul",
  arity: 2,
  acceptsStrides: [0, 1],
  batch: alignExamples,
  infer(inputs) {
    const [{ shape: left }, { shape: right }] = inputs;
    const shapes = (): string => `${formatShape(left)} × ${formatShape(right)}`;
    if (left.length < 2 || right.length < 2) {
      throw new ShapeError(`matmul: both operands must have a rank of at least 2: ${shapes()}`);
    }
    const [leftInner, rightInner] = [left[left.length - 1], right[right.length - 2]];
    if (leftInner !== rightInner) {
      throw new ShapeError(
        `matmul: the inner dimensions differ: ${shapes()} (${leftInner} and ${rightInner})`,
      );
    }
    const batch = broadcastShapes("matmul", left.slice(0, -2), right.slice(0, -2));
    return {
      shape: [...batch, left[left.length - 2], right[right.length - 1]],
      dtype: commonDType("matmul", inputs, numericDTypes),
    };
  },
  vjp: ({ inputs: [x, y], gradient, build }) => [
    build.matmul(gradient, build.swapLastAxes(y)),
    build.matmul(build.swapLastAxes(x), gradient),
  ],
  sumOfCalls([x, y], build) {
    if (x.shape.length !== 3 || y.shape.length !== 3) return null;
    // Σ XᵢYᵢ is one product over the calls' inner dimensions together.
    const [count, rows, inner] = x.shape;
    const columns = y.shape[2];
    const left = build.reshape(build.transpose(x, [1, 0, 2]), [rows, count * inner]);
    return build.matmul(left, build.reshape(y, [count * inner, columns]));
  },
  sharedCalls(x, [y], build) {
    if (x.shape.length !== 3 || y.shape.length !== 2) return null;
    const [count, rows, inner] = x.shape;
    const product = build.matmul(build.reshape(x, [count * rows, inner]), y);
    return build.reshape(product, [count, rows, y.shape[1]]);
  },
  evaluate([x, y], _attributes, output) {
    const [rows, columns] = output.shape.slice(-2);
    const inner = x.shape[x.shape.length - 1];
    const batch = output.shape.slice(0, -2);
    // Products of 32 bits do not fit a float64.
    const exact = !isFloat(output.dtype);
    for (let matrix = 0; matrix < sizeOf(batch); matrix++) {
      const fromX = matrixOffset(x, batch, matrix);
      const fromY = matrixOffset(y, batch, matrix);
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          let sum = 0;
          for (let k = 0; k < inner; k++) {
            const [left, right] = [x.values[fromX + row * inner + k], y.values[fromY + k * columns + column]];
            sum = exact ? (sum + Math.imul(left, right)) | 0 : sum + left * right;
          }
          output.values[(matrix * rows + row) * columns + column] = sum;
        }
      }
    }
  },
};

/** The beginning of the matrix that broadcasts to number `matrix` of `batch`. */
function matrixOffset({ shape }: NdArray, batch: Shape, matrix: number): number {
  const own = shape.slice(0, -2);
  const ownStrides = contiguousStrides(own);
  const batchStrides = contiguousStrides(batch);
  const added = batch.length - own.length;
  let index = 0;
  own.forEach((size, axis) => {
    const at = axis + added;
    if (size !== 1) index += (Math.floor(matrix / batchStrides[at]) % batch[at]) * ownStrides[axis];
  });
  return index * shape[shape.length - 2] * shape[shape.length - 1];
}

export const contractionPrimitives = { matmul };
