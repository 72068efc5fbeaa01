/** One computation on both backends, with `jit` and without. */
import { jit } from "../../jit.ts";
import type { Tensor } from "../../tensor.ts";
import { expectValues, onBackend } from "./battery.ts";

/** Expects of f(...inputs) the same values, within a tolerance, on each backend, and there with `jit` and without. */
export function expectEveryWay(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  expected: readonly number[],
  tolerance = 1e-6,
): void {
  for (const backend of ["cpu", "reference"] as const) {
    onBackend(backend, () => {
      for (const each of [f, jit(f)]) expectValues(each(...inputs), expected, tolerance);
    });
  }
}
