/** The table: every primitive, by name. Whatever must know all of them is typed by it, and so is complete. */
import { annotationPrimitives } from "./annotation.ts";
import { arithmeticPrimitives } from "./arithmetic.ts";
import { assemblyPrimitives } from "./assembly.ts";
import { contractionPrimitives } from "./contraction.ts";
import { convolutionPrimitives } from "./convolution.ts";
import { cumulationPrimitives } from "./cumulation.ts";
import { eigenPrimitives } from "./eigen.ts";
import { generatorPrimitives } from "./generator.ts";
import { indexingPrimitives } from "./indexing.ts";
import { linearAlgebraPrimitives } from "./linear-algebra.ts";
import { movementPrimitives } from "./movement.ts";
import type { Primitive } from "./primitive.ts";
import { randomPrimitives } from "./random.ts";
import { reductionPrimitives } from "./reduction.ts";
import { selectionPrimitives } from "./selection.ts";
import { singularValuePrimitives } from "./singular-values.ts";
import { sortingPrimitives } from "./sorting.ts";
import { transcendentalPrimitives } from "./transcendental.ts";

export const elementwisePrimitives = {
  ...arithmeticPrimitives,
  ...transcendentalPrimitives,
  ...selectionPrimitives,
  ...annotationPrimitives,
};

export const routinePrimitives = {
  ...contractionPrimitives,
  ...convolutionPrimitives,
  ...indexingPrimitives,
  ...cumulationPrimitives,
  ...sortingPrimitives,
  ...linearAlgebraPrimitives,
  ...eigenPrimitives,
  ...singularValuePrimitives,
  ...randomPrimitives,
};

export const primitives = {
  ...elementwisePrimitives,
  ...reductionPrimitives,
  ...movementPrimitives,
  ...assemblyPrimitives,
  ...generatorPrimitives,
  ...routinePrimitives,
} satisfies Record<string, Primitive>;

export type ElementwiseName = keyof typeof elementwisePrimitives;
export type RoutineName = keyof typeof routinePrimitives;
export type PrimitiveName = keyof typeof primitives;
