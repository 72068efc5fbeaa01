/** The methods of every Tensor and Variable. Imported for what it does to them. */
import * as activations from "./activations.ts";
import { addMethods, type MethodsOf } from "./add-methods.ts";
import * as arithmetic from "./arithmetic.ts";
import * as contractions from "./contractions.ts";
import * as logic from "./logic.ts";
import * as reductions from "./reductions.ts";
import * as rounding from "./rounding.ts";
import * as shapes from "./shapes.ts";
import { slice } from "./slicing.ts";
import * as transcendental from "./transcendental.ts";

// Without those that begin with another argument than the tensor.
const { concat, polygamma, where, ...functions } = {
  ...arithmetic,
  ...transcendental,
  ...rounding,
  ...logic,
  ...activations,
  ...reductions,
  ...contractions,
  ...shapes,
  slice,
};

/** The functions that are methods at all times. */
export type CommonMethods = MethodsOf<typeof functions>;

addMethods(functions);
