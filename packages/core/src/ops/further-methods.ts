/**
 * The methods that `@strata/core/methods` adds. It stands in no other module, since a bundle that imports it holds all ops.
 */
import type { MethodsOf } from "./add-methods.ts";
import * as attention from "./attention.ts";
import * as convolution from "./convolution.ts";
import * as cropAndResize from "./crop-and-resize.ts";
import * as ctcLoss from "./ctc-loss.ts";
import * as cumulation from "./cumulation.ts";
import * as decompositions from "./decompositions.ts";
import * as determinants from "./determinants.ts";
import * as dynamicShapes from "./dynamic-shapes.ts";
import * as fourier from "./fourier.ts";
import * as gates from "./gates.ts";
import * as indexing from "./indexing.ts";
import * as joining from "./joining.ts";
import * as linearAlgebra from "./linear-algebra.ts";
import * as losses from "./losses.ts";
import * as matrices from "./matrices.ts";
import * as matrixFunctions from "./matrix-function.ts";
import * as normalization from "./normalization.ts";
import * as norms from "./norms.ts";
import * as padding from "./padding.ts";
import * as pooling from "./pooling.ts";
import * as products from "./products.ts";
import * as rectifiers from "./rectifiers.ts";
import * as resizing from "./resize.ts";
import * as scatters from "./scatter.ts";
import * as singularValues from "./singular-values.ts";
import * as slicing from "./slicing.ts";
import * as sorting from "./sorting.ts";
import * as spaceDepth from "./space-depth.ts";
import * as statistics from "./statistics.ts";

// Without those that begin with another argument than the tensor.
const { eye, linspace, meshgrid, stack, tri, hannWindow, ...functions } = {
  ...attention,
  ...convolution,
  ...cropAndResize,
  ...ctcLoss,
  ...cumulation,
  ...decompositions,
  ...determinants,
  ...dynamicShapes,
  ...fourier,
  ...gates,
  ...indexing,
  ...joining,
  ...linearAlgebra,
  ...losses,
  ...matrices,
  ...matrixFunctions,
  ...normalization,
  ...norms,
  ...padding,
  ...pooling,
  ...products,
  ...rectifiers,
  ...resizing,
  ...scatters,
  ...singularValues,
  ...slicing,
  ...sorting,
  ...spaceDepth,
  ...statistics,
};

/** The functions, by name. */
export const furtherFunctions = functions;

/** The functions that `import "@strata/core/methods"` makes methods of. */
export type FurtherMethods = MethodsOf<typeof functions>;
