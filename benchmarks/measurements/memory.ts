import { nameOf } from "../contest/contest.ts";
import type { Contestant } from "../contest/contestants.ts";
import { NoAnswer, Runner } from "../contest/runner.ts";
import type { MemoryResult, NotMeasured } from "../results.ts";
import { workloadOf } from "../workloads/tensors.ts";
import type { TrainingModel } from "../workloads/workload.ts";

const runs = 5;

/** Peak memory of a few steps, each in a process of its own. */
export async function measureMemory(
  name: string,
  model: TrainingModel,
  contestants: readonly Contestant[],
  limitMilliseconds: number,
): Promise<{ results: MemoryResult[]; notMeasured: NotMeasured[] }> {
  const results: MemoryResult[] = [];
  const notMeasured: NotMeasured[] = [];
  for (const contestant of contestants) {
    const runner = new Runner(contestant, limitMilliseconds);
    try {
      const answer = await runner.ask("memory", { workload: workloadOf(model), runs });
      results.push({ workload: name, contestant: contestant.name, threads: contestant.threads, ...answer });
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      notMeasured.push({ what: `memory of ${name}: ${nameOf(runner)}`, why: error.message });
    }
    runner.stop();
  }
  return { results, notMeasured };
}
