// Single convolutions and pools of two networks, on Variables, forward and towards each input.
import {
  averagePool2d,
  conv2d,
  depthwiseConv2d,
  gradients,
  jit,
  maxPool2d,
  type Tensor,
  uniform,
  variable,
  zeros,
} from "@strata/core";

type Shape = readonly number[];

/** What is computed of a function: itself, or its gradient with respect to one of its inputs. */
type Part = "forward" | "input gradient" | "kernel gradient";

function part(
  wanted: Part,
  apply: (...inputs: Tensor[]) => Tensor,
  ...shapes: readonly Shape[]
): () => () => void {
  return () => {
    const inputs = shapes.map((shape) => variable(uniform(shape, { minimum: -1 })));
    const compute = (seed: Tensor | null): Tensor => {
      const values = inputs.map((input) => input.value);
      const output = apply(...values);
      if (seed === null) return output;
      return gradients(output, [values[wanted === "input gradient" ? 0 : 1]], seed)[0];
    };
    const forward = compute(null);
    const seed = wanted === "forward" ? null : variable(uniform(forward.shape));
    const output = variable(zeros(compute(seed === null ? null : seed.value).shape));
    return jit(() => {
      output.assign(compute(seed === null ? null : seed.value));
    });
  };
}

const convolutionShapes = {
  "28×28×1 → 32": { image: [128, 28, 28, 1], kernel: [3, 3, 1, 32], same: false },
  "13×13×32 → 64": { image: [128, 13, 13, 32], kernel: [3, 3, 32, 64], same: false },
  "32×32×3 → 32": { image: [64, 32, 32, 3], kernel: [3, 3, 3, 32], same: true },
  "32×32×32 → 32": { image: [64, 32, 32, 32], kernel: [3, 3, 32, 32], same: true },
  "16×16×32 → 64": { image: [64, 16, 16, 32], kernel: [3, 3, 32, 64], same: true },
  "8×8×64 → 128": { image: [64, 8, 8, 64], kernel: [3, 3, 64, 128], same: true },
  "16×16×128 → 128, 1×1": { image: [64, 16, 16, 128], kernel: [1, 1, 128, 128], same: false },
} as const;

function convolutionCases(): Record<string, () => () => void> {
  const parts: Part[] = ["forward", "input gradient", "kernel gradient"];
  return Object.fromEntries(
    Object.entries(convolutionShapes).flatMap(([name, { image, kernel, same }]) =>
      parts.map((wanted) => [
        `conv2d ${name}, ${wanted}`,
        part(wanted, (x, k) => conv2d(x, k, { padding: same ? "same" : "valid" }), image, kernel),
      ]),
    ),
  );
}

const depthwise = (x: Tensor, k: Tensor) => depthwiseConv2d(x, k, { padding: "same" });

export const convolutions: Readonly<Record<string, () => () => void>> = {
  ...convolutionCases(),
  "depthwise 32×32×64, forward": part("forward", depthwise, [32, 32, 32, 64], [3, 3, 64, 1]),
  "depthwise 32×32×64, input gradient": part("input gradient", depthwise, [32, 32, 32, 64], [3, 3, 64, 1]),
  "depthwise 32×32×64, kernel gradient": part("kernel gradient", depthwise, [32, 32, 32, 64], [3, 3, 64, 1]),
  "maxPool2d 26×26×32, forward": part("forward", (x) => maxPool2d(x, 2), [128, 26, 26, 32]),
  "maxPool2d 26×26×32, input gradient": part("input gradient", (x) => maxPool2d(x, 2), [128, 26, 26, 32]),
  "averagePool2d 26×26×32, forward": part("forward", (x) => averagePool2d(x, 2), [128, 26, 26, 32]),
  "averagePool2d 26×26×32, input gradient": part(
    "input gradient",
    (x) => averagePool2d(x, 2),
    [128, 26, 26, 32],
  ),
};
