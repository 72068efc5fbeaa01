import { formatThreads } from "../report/format.ts";
import type { NotMeasured, Timing } from "../results.ts";
import { median, quantile } from "../statistics.ts";
import { workloadOf } from "../workloads/tensors.ts";
import type { Model } from "../workloads/workload.ts";
import { observe } from "./agreement.ts";
import { NoAnswer, type Runner } from "./runner.ts";

export interface Pace {
  /** How often the contestants run in turn. */
  readonly rounds: number;
  /** How long each runs in a round. */
  readonly milliseconds: number;
  /** How long one contestant may run a workload in all; what a single run exceeds counts for all rounds. */
  readonly budgetMilliseconds: number;
}

interface Entry {
  readonly runner: Runner;
  readonly first: number;
  readonly difference: number;
  /** The median of each round. */
  readonly medians: number[];
  least: number;
  spent: number;
  /** Why it fell out during the rounds. */
  failure?: string;
}

/** Between turns: threads that spin for more work have gone to sleep by then. */
const pauseMilliseconds = 20;

/** Measures one model with all contestants in turn: A B C A B C … */
export async function contest(
  name: string,
  model: Model,
  runners: readonly Runner[],
  pace: Pace,
): Promise<{ timings: Timing[]; notMeasured: NotMeasured[] }> {
  const notMeasured: NotMeasured[] = [];
  const entries: Entry[] = [];
  const workload = workloadOf(model);
  let expected: readonly (readonly number[])[] | undefined;
  for (const runner of runners.filter(({ contestant }) => contestant.takesPartIn(model))) {
    try {
      await runner.greeting();
      const { milliseconds: first } = await runner.ask("prepare", { workload });
      const observed = await observe(runner, model, first, expected);
      expected ??= observed.values;
      const { difference } = observed;
      entries.push({ runner, first, difference, medians: [], least: Number.POSITIVE_INFINITY, spent: 0 });
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      notMeasured.push({ what: `${name}: ${nameOf(runner)}`, why: error.message });
    }
  }
  for (let round = 0; round < pace.rounds; round++) {
    for (const entry of entries) {
      if (entry.failure !== undefined) continue;
      try {
        await takeTurn(entry, pace);
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        entry.failure = error.message;
        notMeasured.push({ what: `${name}: ${nameOf(entry.runner)}`, why: error.message });
      }
    }
  }
  const finished = entries.filter(({ failure }) => failure === undefined);
  return { timings: finished.map((entry) => timingOf(entry, finished)), notMeasured };
}

async function takeTurn(entry: Entry, { milliseconds, budgetMilliseconds }: Pace): Promise<void> {
  const { runner, medians, first } = entry;
  const expected = Math.max(milliseconds, medians.at(-1) ?? first);
  if (entry.spent + expected > budgetMilliseconds) return;
  await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
  const begun = performance.now();
  const { times } = await runner.ask("time", { milliseconds });
  entry.spent += performance.now() - begun;
  medians.push(median(times));
  entry.least = Math.min(entry.least, ...times);
}

function timingOf(entry: Entry, entries: readonly Entry[]): Timing {
  const { contestant } = entry.runner;
  // A contestant so slow that its first run used up the time is judged by that run.
  const medians = entry.medians.length > 0 ? entry.medians : [entry.first];
  const find = (id: string, threads: number) =>
    entries.find(({ runner: { contestant: other } }) => other.id === id && other.threads === threads);
  return {
    contestant: contestant.name,
    threads: contestant.threads,
    median: median(medians),
    lowerQuartile: quantile(medians, 0.25),
    upperQuartile: quantile(medians, 0.75),
    least: Math.min(entry.least, ...medians),
    rounds: entry.medians.length,
    first: entry.first,
    ratioToPyTorch: ratio(medians, find("pytorch", contestant.threads)),
    ratioToBlas: ratio(medians, find("cblas", 1)),
    ratioToCore:
      contestant.id === "layers-blas" ? ratio(medians, find("strata-blas", contestant.threads)) : null,
    difference: entry.difference,
  };
}

/** The median of the rounds' ratios: what disturbs the machine for a while disturbs neighbours in a round alike. */
function ratio(medians: readonly number[], peer: Entry | undefined): number | null {
  if (!peer || peer.medians.length === 0) return null;
  return median(medians.map((value, round) => value / (peer.medians[round] ?? median(peer.medians))));
}

export function nameOf({ contestant: { name, threads } }: Runner): string {
  return `${name}, ${formatThreads(threads)}`;
}
