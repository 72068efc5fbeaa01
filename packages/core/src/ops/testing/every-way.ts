/** One computation on both backends, with `jit` and without. */
import { jit } from "../../jit.ts";
import type { Tensor } from "../../tensor.ts";
import { expectValues, onBackend } from "./battery.ts";

type TensorFunction = (...inputs: Tensor[]) => Tensor;

function eachWay<R>(f: TensorFunction, use: (f: TensorFunction) => R): R[] {
  return (["cpu", "reference"] as const).flatMap((backend) =>
    onBackend(backend, () => [f, jit(f)].map((each) => use(each))),
  );
}

/** The values of f(...inputs) in four ways: on each backend, and there with `jit` and without. */
export function everyWay(f: TensorFunction, ...inputs: readonly Tensor[]): number[][] {
  return eachWay(f, (each) => [...each(...inputs).dataSync()]);
}

/** Expects of f(...inputs) the same values, within a tolerance, on each backend, and there with `jit` and without. */
export function expectEveryWay(
  f: TensorFunction,
  inputs: readonly Tensor[],
  expected: readonly number[],
  tolerance = 1e-6,
): void {
  eachWay(f, (each) => expectValues(each(...inputs), expected, tolerance));
}
