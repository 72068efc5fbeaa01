import { contest, nameOf, type Pace } from "./contest/contest.ts";
import { type Contestant, findContestants } from "./contest/contestants.ts";
import { NoAnswer, Runner } from "./contest/runner.ts";
import { describeMachine, load, mostLoad } from "./machine.ts";
import { measureDeterminism } from "./measurements/determinism.ts";
import { measureMemory } from "./measurements/memory.ts";
import { isChosen, type Options } from "./options.ts";
import { printDeterminism, printMemory, printTimings } from "./report/console.ts";
import { formatThreads } from "./report/format.ts";
import type {
  CurveResult,
  DeterminismResult,
  Introduction,
  MemoryResult,
  NotMeasured,
  Results,
  Timing,
  WorkloadResult,
} from "./results.ts";
import { describe } from "./workloads/describe.ts";
import { curves, operations, steps } from "./workloads/table.ts";
import type { Model, TrainingModel } from "./workloads/workload.ts";

/** Measures what the options choose, and prints it as it comes. */
export async function measureAll(options: Options): Promise<Results> {
  checkNames(options.only);
  const loadBefore = load();
  if (loadBefore > mostLoad)
    console.log(`the machine is busy with other work: its load is ${loadBefore.toFixed(1)} a core`);
  const { list, missing } = findContestants(options.threads);
  const contestants = list.filter(({ id }) => isChosen(id, options.contestants));
  if (contestants.length === 0) {
    const ids = [...new Set(list.map(({ id }) => id))].join(", ");
    throw new RangeError(`--contestants: ${options.contestants.join(", ")} is in none of ${ids}`);
  }
  const suite = new Suite(options);
  for (const reason of missing) suite.miss([reason]);
  const { runners, introductions } = await suite.start(contestants);
  const timed = {
    steps: await suite.timeSteps(runners),
    operations: await suite.timeOperations(runners),
    curves: await suite.drawCurves(runners),
  };
  for (const runner of runners) runner.stop();
  const present = runners.map(({ contestant }) => contestant);
  return {
    date: new Date().toISOString().slice(0, 10),
    command: commandOf(options.given),
    machine: describeMachine(),
    loadBefore,
    contestants: introductions,
    ...timed,
    memory: await suite.memory(present),
    determinism: await suite.determinism(present),
    notMeasured: suite.notMeasured,
  };
}

class Suite {
  readonly notMeasured: NotMeasured[] = [];
  private readonly options: Options;

  constructor(options: Options) {
    this.options = options;
  }

  miss(reasons: readonly NotMeasured[]): void {
    for (const { what, why } of reasons) console.log(`not measured: ${what}: ${why}`);
    this.notMeasured.push(...reasons);
  }

  /** Starts all contestants, and leaves out those that do not get ready. */
  async start(contestants: readonly Contestant[]) {
    const runners: Runner[] = [];
    const introductions: Introduction[] = [];
    for (const contestant of contestants) {
      const runner = new Runner(contestant, this.options.limitMilliseconds);
      try {
        const greeting = await runner.greeting();
        const { name, threads } = contestant;
        introductions.push({ name, threads, ...greeting });
        runners.push(runner);
        const ready = `ready after ${greeting.startMilliseconds.toFixed(0)} ms`;
        console.log(`${name}, ${formatThreads(threads)}: ${ready}. ${greeting.description}`);
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        this.miss([{ what: nameOf(runner), why: error.message }]);
      }
    }
    return { runners, introductions };
  }

  async timeSteps(runners: readonly Runner[]): Promise<WorkloadResult[]> {
    if (!this.options.sections.includes("steps")) return [];
    const results: WorkloadResult[] = [];
    for (const [name, model] of this.chosenSteps()) {
      const timings = await this.time(name, model, runners, this.options.stepPace);
      results.push({ name, description: describe(model), timings });
    }
    return results;
  }

  async timeOperations(runners: readonly Runner[]): Promise<WorkloadResult[]> {
    if (!this.options.sections.includes("operations")) return [];
    const results: WorkloadResult[] = [];
    for (const [name, model] of Object.entries(operations)) {
      if (!isChosen(name, this.options.only)) continue;
      const timings = await this.time(name, model, runners, this.options.operationPace);
      results.push({ name, description: "", timings });
    }
    return results;
  }

  async drawCurves(runners: readonly Runner[]): Promise<CurveResult[]> {
    if (!this.options.sections.includes("curves")) return [];
    const drawn = runners.filter(({ contestant }) => this.isMain(contestant));
    const results: CurveResult[] = [];
    for (const { name, axis, points } of curves) {
      if (!isChosen(name, this.options.only)) continue;
      const timed: CurveResult["points"][number][] = [];
      for (const { x, model } of points) {
        const timings = await this.time(`${name} ${x}`, model, drawn, this.options.operationPace);
        timed.push({ x, timings });
      }
      results.push({ name, axis, points: timed });
    }
    return results;
  }

  async memory(contestants: readonly Contestant[]): Promise<MemoryResult[]> {
    if (!this.options.sections.includes("memory")) return [];
    const all: MemoryResult[] = [];
    for (const [name, model] of this.chosenSteps()) {
      const chosen = contestants.filter((contestant) => this.isMain(contestant));
      const { results, notMeasured } = await measureMemory(
        name,
        model,
        chosen,
        this.options.limitMilliseconds,
      );
      printMemory(results);
      this.miss(notMeasured);
      all.push(...results);
    }
    return all;
  }

  async determinism(contestants: readonly Contestant[]): Promise<DeterminismResult[]> {
    if (!this.options.sections.includes("determinism")) return [];
    const ours = contestants.filter(({ id }) => /^strata-(blas$|wasm)/.test(id));
    const { results, notMeasured } = await measureDeterminism(
      this.chosenSteps(),
      ours,
      this.options.limitMilliseconds,
    );
    printDeterminism(results);
    this.miss(notMeasured);
    return results;
  }

  private chosenSteps(): [string, TrainingModel][] {
    return Object.entries(steps).filter(([name]) => isChosen(name, this.options.only));
  }

  /** PyTorch and ours, on as many threads as there may be. */
  private isMain({ id, threads }: Contestant): boolean {
    return threads === Math.max(...this.options.threads) && /^(pytorch|strata-blas|strata-wasm.*)$/.test(id);
  }

  private async time(name: string, model: Model, runners: readonly Runner[], pace: Pace): Promise<Timing[]> {
    const { timings, notMeasured } = await contest(name, model, runners, pace);
    printTimings(name, timings);
    this.miss(notMeasured);
    return timings;
  }
}

function checkNames(only: readonly string[]): void {
  const names = [...Object.keys(steps), ...Object.keys(operations), ...curves.map(({ name }) => name)];
  for (const word of only) {
    if (!names.some((name) => isChosen(name, [word]))) {
      throw new RangeError(`--only: ${word} is in none of ${names.join(", ")}`);
    }
  }
}

function commandOf(given: readonly string[]): string {
  const quoted = given.map((word) => (word.includes(" ") ? `"${word}"` : word));
  return ["npm run benchmark", ...(quoted.length > 0 ? ["--"] : []), ...quoted].join(" ");
}
