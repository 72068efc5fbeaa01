/**
 * Makes a method of every op that takes a tensor first, in addition to the common ones: `import "@strata/core/methods"`.
 *
 * @example
 * ```ts
 * import "@strata/core/methods";
 * import { tensor } from "@strata/core";
 *
 * console.log(tensor([3, 1, 2]).sort().cumsum().arraySync()); // [1, 3, 6]
 * ```
 *
 * @module
 */
import { addMethods } from "./ops/add-methods.ts";
import { type FurtherMethods, furtherFunctions } from "./ops/further-methods.ts";
import type { Parts } from "./tuples.ts";

declare module "./tensor-methods.ts" {
  interface TensorMethods extends Omit<FurtherMethods, "split"> {
    /** As the function `split`. */
    split<const Given extends number | readonly number[]>(parts: Given, axis?: number): Parts<Given>;
  }
}

addMethods(furtherFunctions);
