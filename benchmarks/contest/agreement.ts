import { workloadOf } from "../workloads/tensors.ts";
import type { Model, TrainingModel } from "../workloads/workload.ts";
import { NoAnswer, type Runner } from "./runner.ts";

type Values = readonly (readonly number[])[];

/**
 * How far results may lie apart, relatively. Rounding makes 1e-6 of it; in steps of training, ε in Adam makes the rest,
 * which is added before the bias correction here (as in Keras), and after it there (as in PyTorch).
 */
export const tolerance = 2e-3;

const runs = 4;
/** Whoever is slower runs once only. */
const slowMilliseconds = 4000;

/** The same without what is drawn anew in every library. */
function withoutDropout(model: TrainingModel): TrainingModel;
function withoutDropout(model: Model): Model;
function withoutDropout(model: Model): Model {
  if (model.kind === "epoch") return { ...model, network: withoutDropout(model.network) };
  return model.kind === "perceptron" ? { ...model, dropout: 0 } : model;
}

/**
 * What a contestant computes in its first runs, and how far that lies from what is expected.
 *
 * @throws NoAnswer if it is too far: then it is not the same that would be timed.
 */
export async function observe(
  runner: Runner,
  model: Model,
  firstMilliseconds: number,
  expected: Values | undefined,
): Promise<{ values: Values; difference: number }> {
  const workload = workloadOf(withoutDropout(model));
  const count = firstMilliseconds > slowMilliseconds ? 1 : runs;
  const { values } = await runner.ask("observe", { workload, runs: count });
  const difference = expected ? largestDifference(values, expected) : 0;
  if (difference <= tolerance) return { values, difference };
  throw new NoAnswer(
    `it does not compute the same: ${format(values)} where ${format(expected ?? [])} is expected`,
  );
}

/** Relative to the largest number that is expected, for a loss may come close to 0; NaN where a number is none. */
export function largestDifference(values: Values, expected: Values): number {
  const scale = Math.max(...expected.flat().map(Math.abs));
  const differences = values
    .slice(0, expected.length)
    .flatMap((run, index) => run.map((value, place) => Math.abs(value - expected[index][place])));
  return Math.max(...differences) / scale;
}

function format(values: Values): string {
  return values.map((run) => run.map((value) => value.toPrecision(5)).join(", ")).join("; ");
}
