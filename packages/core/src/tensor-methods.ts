import type { CommonMethods } from "./ops/methods.ts";

/** One axis or several; all of them where it is left out. */
export type Axis = number | readonly number[] | null;

/**
 * Functions that are methods of tensors and Variables, too: `x.add(y)` is `add(x, y)`. They are those that work element by
 * element (arithmetic, comparisons, logic and bits, elementary functions, rounding, the activations `relu`, `sigmoid` and
 * `softplus`), `softmax` and `logSoftmax`, the reductions of NumPy's arrays, `matmul`, and those that rearrange one tensor
 * (`reshape`, `transpose`, `slice` and so on). `import "@strata/core/methods"` makes methods of all others that take a tensor
 * first, as `x.sort()`; the page "Operations" lists both.
 */
export interface TensorMethods extends CommonMethods {}
