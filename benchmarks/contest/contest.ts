import { median } from "../openblas.ts";
import { findContestants } from "./contestants.ts";
import { type Runner, startRunner } from "./runner.ts";

export interface ContestOptions {
  readonly cases: readonly string[];
  /** How often the contestants run in turn. */
  readonly rounds: number;
  /** How long each runs in a round. */
  readonly milliseconds: number;
  /** A part of the names of our configurations that take part. */
  readonly only: string;
}

/** What one contestant took for one case, in milliseconds. */
export interface Result {
  readonly case: string;
  readonly contestant: string;
  readonly threads: number;
  readonly description: string;
  readonly startMilliseconds: number;
  readonly firstRunMilliseconds: number;
  readonly median: number;
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
  readonly least: number;
  /** To the peer's time on as many threads, round by round. */
  readonly ratio: number | null;
}

/** Runs the cases with all contestants in turn, and prints as it goes. */
export async function contest({ cases, rounds, milliseconds, only }: ContestOptions): Promise<Result[]> {
  const { list, missing } = findContestants();
  const notMeasured = [...missing];
  const runners: Runner[] = [];
  for (const contestant of list) {
    if (!contestant.isPeer && !contestant.name.includes(only)) continue;
    const runner = await startRunner(contestant);
    if (runner) runners.push(runner);
    else notMeasured.push(`${contestant.name}: it ended before it was ready`);
  }
  for (const { contestant, greeting } of runners) {
    const { name, threads } = contestant;
    const start = greeting.startMilliseconds.toFixed(0);
    console.log(`${name}, threads: ${threads}. Ready after ${start} ms. ${greeting.description}`);
  }
  const results: Result[] = [];
  for (const name of cases) {
    const measured = await measure(name, runners, rounds, milliseconds);
    print(name, measured);
    results.push(...measured);
  }
  for (const runner of runners) runner.stop();
  for (const reason of notMeasured) console.log(`not measured: ${reason}`);
  return results;
}

async function measure(
  name: string,
  runners: readonly Runner[],
  rounds: number,
  milliseconds: number,
): Promise<Result[]> {
  const entries: { runner: Runner; first: number; medians: number[]; least: number }[] = [];
  for (const runner of runners) {
    const [first] = await runner.run(name, milliseconds);
    entries.push({ runner, first, medians: [], least: first });
  }
  for (let round = 0; round < rounds; round++) {
    for (const entry of entries) {
      const times = await entry.runner.run(name, milliseconds);
      entry.medians.push(median(times));
      entry.least = Math.min(entry.least, ...times);
    }
  }
  return entries.map(({ runner: { contestant, greeting }, first, medians, least }) => {
    const peer = entries.find(
      ({ runner: { contestant: other } }) => other.isPeer && other.threads === contestant.threads,
    );
    return {
      case: name,
      contestant: contestant.name,
      threads: contestant.threads,
      ...greeting,
      firstRunMilliseconds: first,
      median: median(medians),
      lowerQuartile: quantile(medians, 0.25),
      upperQuartile: quantile(medians, 0.75),
      least,
      ratio: peer ? median(medians.map((value, round) => value / peer.medians[round])) : null,
    };
  });
}

/** The value below which a share of the others lie. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

function print(name: string, results: readonly Result[]): void {
  const cell = (value: number | null) => (value === null ? "–" : value.toPrecision(3)).padStart(9);
  console.log(`\n${name}, milliseconds (the ratio is to PyTorch on as many threads, round by round)`);
  const headings = ["median", "lower ¼", "upper ¼", "least", "first", "ratio"];
  console.log(`${"".padEnd(20)}threads${headings.map((heading) => heading.padStart(9)).join("")}`);
  for (const { contestant, threads, ...result } of results) {
    const { lowerQuartile, upperQuartile, least, firstRunMilliseconds, ratio } = result;
    const cells = [result.median, lowerQuartile, upperQuartile, least, firstRunMilliseconds, ratio].map(cell);
    console.log(`${contestant.padEnd(20)}${String(threads).padStart(7)}${cells.join("")}`);
  }
}
