import type { RoutineName } from "../../../primitives/table.ts";
import { argsort } from "./argsort.ts";
import {
  convolution,
  convolutionImageGradient,
  convolutionKernelGradient,
} from "./convolution/convolution.ts";
import { cumulate, linearRecurrence } from "./cumulation.ts";
import { symmetricEigen } from "./eigen.ts";
import { gather, scatter } from "./indexing.ts";
import { cholesky, pivots, solve, triangularSolve } from "./linear-algebra.ts";
import { matmul } from "./matmul.ts";
import { windowArgMax } from "./pooling.ts";
import { randomBits } from "./random.ts";
import type { RoutineLowering } from "./routine.ts";
import { searchSorted } from "./search-sorted.ts";
import { singularTriplets } from "./singular-values.ts";

/** The routines of the cpu backend, by primitive. */
export const routines = {
  matmul,
  convolution,
  convolutionImageGradient,
  convolutionKernelGradient,
  windowArgMax,
  gather,
  scatter,
  cumulate,
  linearRecurrence,
  argsort,
  searchSorted,
  cholesky,
  triangularSolve,
  solve,
  pivots,
  symmetricEigen,
  singularTriplets,
  randomBits,
} satisfies Record<RoutineName, RoutineLowering>;
