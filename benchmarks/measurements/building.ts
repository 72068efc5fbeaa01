import { nameOf } from "../contest/contest.ts";
import type { Contestant } from "../contest/contestants.ts";
import { NoAnswer, Runner } from "../contest/runner.ts";
import type { BuildResult, NotMeasured } from "../results.ts";
import { workloadOf } from "../workloads/tensors.ts";
import type { TrainingModel } from "../workloads/workload.ts";

/** How long it takes to make a model, in a new process for each contestant. */
export async function measureBuilding(
  name: string,
  model: TrainingModel,
  contestants: readonly Contestant[],
  limitMilliseconds: number,
): Promise<{ results: BuildResult[]; notMeasured: NotMeasured[] }> {
  const results: BuildResult[] = [];
  const notMeasured: NotMeasured[] = [];
  for (const contestant of contestants) {
    const runner = new Runner(contestant, limitMilliseconds);
    try {
      const answer = await runner.ask("build", { workload: workloadOf(model) });
      results.push({ contestant: contestant.name, threads: contestant.threads, ...answer });
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      notMeasured.push({ what: `making ${name}: ${nameOf(runner)}`, why: error.message });
    }
    runner.stop();
  }
  return { results, notMeasured };
}
