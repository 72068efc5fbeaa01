import { cblas, findBlas } from "../../../packages/core/src/backends/cpu/blas/blas.ts";
import { draw } from "../../workloads/draw.ts";
import type { MatrixProduct, Model, Workload } from "../../workloads/workload.ts";
import { type Library, moments, NotSupported, type Prepared } from "../library.ts";

/** The system's library of matrix products, called directly on one thread: what any way to it can reach at most. */
export function systemBlas(): Library {
  const blas = findBlas(1);
  if ("reason" in blas) throw new NotSupported(blas.reason);
  const { product, addressOf } = blas;

  function prepareProduct({ model, tensors }: Workload<MatrixProduct>): Prepared {
    const { rows, inner, columns, transposed } = model;
    const result = new Float32Array(rows * columns);
    // The arrays are held here, so that the addresses stay good.
    const operands = [draw(tensors.left), draw(tensors.right), result];
    const [left, right, output] = operands.map(({ buffer }) => addressOf(buffer));
    const order = (side: MatrixProduct["transposed"]) =>
      transposed === side ? cblas.transposed : cblas.notTransposed;
    const leftStride = transposed === "left" ? rows : inner;
    const rightStride = transposed === "right" ? inner : columns;
    return {
      run: () =>
        product.float32(
          cblas.rowMajor,
          order("left"),
          order("right"),
          rows,
          columns,
          inner,
          1,
          left,
          leftStride,
          right,
          rightStride,
          0,
          output,
          columns,
        ),
      observe: () => moments(operands[2]),
    };
  }

  return {
    description: `cblas_sgemm of ${blas.description}`,
    prepare({ model, tensors }: Workload<Model>): Prepared {
      if (model.kind === "matmul") return prepareProduct({ model, tensors });
      throw new NotSupported("it has matrix products only");
    },
  };
}
