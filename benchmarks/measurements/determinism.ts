import { largestDifference } from "../contest/agreement.ts";
import type { Contestant } from "../contest/contestants.ts";
import { NoAnswer, Runner } from "../contest/runner.ts";
import type { DeterminismResult, NotMeasured } from "../results.ts";
import { workloadOf } from "../workloads/tensors.ts";
import type { TrainingModel } from "../workloads/workload.ts";

const runs = 5;

/** The losses of the first steps, for each model, in a new process. */
async function lossesIn(
  contestant: Contestant,
  models: readonly TrainingModel[],
  limitMilliseconds: number,
): Promise<number[][][]> {
  const runner = new Runner(contestant, limitMilliseconds);
  try {
    const losses: number[][][] = [];
    for (const model of models) {
      losses.push((await runner.ask("observe", { workload: workloadOf(model), runs })).values);
    }
    return losses;
  } finally {
    runner.stop();
  }
}

/**
 * Whether two processes of one configuration give the same losses, dropout and all, and how far they lie apart between
 * configurations that differ in their threads.
 */
export async function measureDeterminism(
  steps: readonly (readonly [string, TrainingModel])[],
  contestants: readonly Contestant[],
  limitMilliseconds: number,
): Promise<{ results: DeterminismResult[]; notMeasured: NotMeasured[] }> {
  const results: DeterminismResult[] = [];
  const notMeasured: NotMeasured[] = [];
  const models = steps.map(([, model]) => model);
  for (const name of new Set(contestants.map((contestant) => contestant.name))) {
    const configurations = contestants.filter((contestant) => contestant.name === name);
    try {
      const pairs: [number[][][], number[][][]][] = [];
      for (const configuration of configurations) {
        pairs.push([
          await lossesIn(configuration, models, limitMilliseconds),
          await lossesIn(configuration, models, limitMilliseconds),
        ]);
      }
      steps.forEach(([workload], index) => {
        results.push({
          workload,
          contestant: name,
          sameBits: pairs.every(([once, again]) => largestDifference(once[index], again[index]) === 0),
          threadDifference:
            pairs.length === 1
              ? null
              : Math.max(...pairs.map(([losses]) => largestDifference(losses[index], pairs[0][0][index]))),
        });
      });
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      notMeasured.push({ what: `determinism of ${name}`, why: error.message });
    }
  }
  return { results, notMeasured };
}
