import type { I32 } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function.ts";
import { i32, memory } from "../assembler/instructions.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { arithmeticOf, type GemmDType, type GemmFeatures } from "./gemm/arithmetic.ts";
import { addBlockedProduct, blockedWorkspaceBytes } from "./gemm/blocked-product.ts";
import { addIntegerFunction } from "./gemm/integer-function.ts";
import { blockingOf } from "./gemm/tile.ts";
import { addVectorByDots, addVectorByRows, vectorWorkspaceBytes } from "./gemm/vector-product.ts";

export type { GemmDType, GemmFeatures } from "./gemm/arithmetic.ts";

/** The bytes of working memory that one call of the function of `addGemm` needs, a multiple of 64. */
export function gemmWorkspaceBytes(dtype: GemmDType): number {
  const sizes = [true, false].flatMap((relaxedSimd) => {
    const arithmetic = arithmeticOf(dtype, { relaxedSimd });
    const blocked = blockedWorkspaceBytes(arithmetic, blockingOf(arithmetic, { relaxedSimd }));
    return [blocked, vectorWorkspaceBytes(arithmetic)];
  });
  return Math.ceil(Math.max(...sizes) / 64) * 64;
}

/**
 * Adds the function `gemm_<dtype>` that computes C[M, N] = A[M, K] × B[K, N], or C += A × B, for any sizes and any
 * strides of A and B; C is row-major. The scheme is that of K. Goto and R. A. van de Geijn, "Anatomy of
 * high-performance matrix multiplication" (2008), with the loops of BLIS.
 *
 * Parameters, all i32: a, b, c (addresses), m, n, k, aRowStride, aColumnStride, bRowStride, bColumnStride,
 * cRowStride (in elements), workspace (an address, a multiple of 64; see `gemmWorkspaceBytes`), accumulate (0 or
 * 1). It touches nothing but its arguments' memory, so threads may call it at the same time on disjoint parts of C
 * with a workspace each. A and B may overlap each other, but not C.
 *
 * The module is the same for every program: it is worth compiling once, since V8 optimises it once it is warm.
 */
export function addGemm(module: ModuleBuilder, dtype: GemmDType, features: GemmFeatures): FunctionBuilder {
  const arithmetic = arithmeticOf(dtype, features);
  const blocked = addBlockedProduct(module, arithmetic, blockingOf(arithmetic, features));
  const byDots = addVectorByDots(module, arithmetic);
  const byRows = addVectorByRows(module, arithmetic);

  const { f, parameters } = addIntegerFunction(module, `gemm_${dtype}`, 13, true);
  const [a, b, c, m, n, k] = parameters;
  const [aRowStride, aColumnStride, bRowStride, bColumnStride, cRowStride, workspace, accumulate] =
    parameters.slice(6);
  const bytes = (elements: I32): I32 => i32.shl(elements, i32.constant(arithmetic.shift));
  const [one, elementBytes] = [i32.constant(1), i32.constant(arithmetic.size)];
  const [aRowStep, aKStep] = [f.let(bytes(aRowStride)), f.let(bytes(aColumnStride))];
  const [bKStep, bColumnStep] = [f.let(bytes(bRowStride)), f.let(bytes(bColumnStride))];
  const cStep = f.let(bytes(cRowStride));

  /** y[j] (+)= Σ_k x[k]·M[j, k] for a matrix whose lines or columns are contiguous; returns if it was so. */
  const multiplyVector = (
    x: I32,
    xStep: I32,
    matrix: I32,
    kStep: I32,
    lineStep: I32,
    yStep: I32,
    count: I32,
  ) => {
    const rest = [c, yStep, count, k, accumulate, workspace];
    f.if(i32.eq(kStep, elementBytes), () => {
      f.invoke(byDots, x, xStep, matrix, lineStep, ...rest);
      f.return();
    });
    f.if(i32.eq(lineStep, elementBytes), () => {
      f.invoke(byRows, x, xStep, matrix, kStep, ...rest);
      f.return();
    });
  };

  f.if(i32.or(i32.lt_s(m, one), i32.lt_s(n, one)), () => f.return());
  f.if(i32.lt_s(k, one), () => {
    f.if(i32.eqz(accumulate), () => {
      const row = f.local("i32");
      f.loopWhileBelow(row, m, 1, () => {
        f.run(memory.fill(c, i32.constant(0), bytes(n)));
        f.set(c, i32.add(c, cStep));
      });
    });
    f.return();
  });
  f.if(i32.eq(m, one), () => multiplyVector(a, aKStep, b, bKStep, bColumnStep, elementBytes, n));
  f.if(i32.eq(n, one), () => multiplyVector(b, bKStep, a, aKStep, aRowStep, cStep, m));
  const steps = [aRowStep, aKStep, bKStep, bColumnStep, cStep];
  f.invoke(blocked, a, b, c, m, n, k, ...steps, workspace, accumulate);
  return f;
}
