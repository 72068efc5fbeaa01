import { contest, nameOf, type Pace } from "./contest/contest.ts";
import { type Contestant, findContestants } from "./contest/contestants.ts";
import { NoAnswer, Runner } from "./contest/runner.ts";
import { describeMachine, load, mostLoad } from "./machine.ts";
import { measureBuilding } from "./measurements/building.ts";
import { measureDeterminism } from "./measurements/determinism.ts";
import { measureMemory } from "./measurements/memory.ts";
import { isChosen, type Options } from "./options.ts";
import { printBuilding, printDeterminism, printMemory, printTimings } from "./report/console.ts";
import { formatThreads } from "./report/format.ts";
import type {
  BuildResult,
  CurveResult,
  DeterminismResult,
  Introduction,
  LayersResults,
  MemoryResult,
  NotMeasured,
  Results,
  Run,
  Timing,
  WorkloadResult,
} from "./results.ts";
import { describe } from "./workloads/describe.ts";
import { curves, epochs, layerSteps, operations, predictions, resnet50, steps } from "./workloads/table.ts";
import type { Epoch, Model, Prediction, TrainingModel } from "./workloads/workload.ts";

/** Measures what the options choose, and prints it as it comes. */
export async function measureAll(options: Options): Promise<Results> {
  checkNames(options.only);
  const loadBefore = load();
  if (loadBefore > mostLoad)
    console.log(`the machine is busy with other work: its load is ${loadBefore.toFixed(1)} a core`);
  const { list, missing } = findContestants(options.threads);
  const isOnlyLayers = options.sections.every((section) => section === "layers");
  const contestants = list.filter(
    (contestant) =>
      isChosen(contestant.id, options.contestants) && (!isOnlyLayers || comparesLayers(contestant)),
  );
  if (contestants.length === 0) {
    const ids = [...new Set(list.map(({ id }) => id))].join(", ");
    throw new RangeError(`--contestants: ${options.contestants.join(", ")} is in none of ${ids}`);
  }
  const suite = new Suite(options);
  for (const reason of missing) suite.miss([reason]);
  const { runners, introductions } = await suite.start(contestants);
  const others = runners.filter(({ contestant }) => contestant.id !== "layers-blas");
  const timed = {
    steps: await suite.timeSteps(others),
    operations: await suite.timeOperations(others),
    curves: await suite.drawCurves(others),
  };
  const layers = await suite.layers(runners.filter(({ contestant }) => comparesLayers(contestant)));
  for (const runner of runners) runner.stop();
  const present = others.map(({ contestant }) => contestant);
  const memory = await suite.memory(present);
  const determinism = await suite.determinism(present);
  const run = {
    date: new Date().toISOString().slice(0, 10),
    command: commandOf(options.given),
    machine: describeMachine(),
    loadBefore,
    contestants: introductions,
    notMeasured: suite.notMeasured,
  };
  return { ...run, ...timed, memory, determinism, layers: layers && { ...run, ...layers } };
}

/** Whether a contestant takes part in the comparison of layers. */
function comparesLayers({ id }: Contestant): boolean {
  return /^(pytorch|strata-blas|layers-blas)$/.test(id);
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

  /** The high level against core's hand-written loops and PyTorch; null if that is not asked for. */
  async layers(runners: readonly Runner[]): Promise<Omit<LayersResults, keyof Run> | null> {
    if (!this.options.sections.includes("layers")) return null;
    const measure = async <M extends Model>(
      models: Readonly<Record<string, M>>,
      described: (model: M) => string,
    ) => {
      const results: (WorkloadResult & { model: M })[] = [];
      for (const [name, model] of Object.entries(models)) {
        if (!isChosen(name, this.options.only)) continue;
        const timings = await this.time(name, model, runners, this.options.stepPace);
        results.push({ name, description: described(model), timings, model });
      }
      return results;
    };
    const passes = ({ network, batches }: Epoch | Prediction) => `${batches} batches: ${describe(network)}`;
    return {
      epochs: (await measure(epochs, passes)).map(withoutModel),
      steps: (await measure(layerSteps, describe)).map(withoutModel),
      predictions: (await measure(predictions, passes)).map((result) => ({
        ...withoutModel(result),
        samples: result.model.batches * result.model.network.batch,
      })),
      resnet50: (await measure({ ResNet50: resnet50 }, describe)).map(withoutModel),
      building: await this.building(runners.map(({ contestant }) => contestant)),
    };
  }

  private async building(contestants: readonly Contestant[]): Promise<BuildResult[]> {
    if (!isChosen("ResNet50", this.options.only)) return [];
    const makers = contestants.filter(
      (contestant) => this.isMain(contestant) && contestant.takesPartIn(resnet50),
    );
    const { results, notMeasured } = await measureBuilding(
      "ResNet50",
      resnet50,
      makers,
      this.options.limitMilliseconds,
    );
    printBuilding(results);
    this.miss(notMeasured);
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
    return (
      threads === Math.max(...this.options.threads) &&
      /^(pytorch|strata-blas|layers-blas|strata-wasm.*)$/.test(id)
    );
  }

  private async time(name: string, model: Model, runners: readonly Runner[], pace: Pace): Promise<Timing[]> {
    const { timings, notMeasured } = await contest(name, model, runners, pace);
    printTimings(name, timings);
    this.miss(notMeasured);
    return timings;
  }
}

function withoutModel({ name, description, timings }: WorkloadResult): WorkloadResult {
  return { name, description, timings };
}

function checkNames(only: readonly string[]): void {
  const names = [
    ...[steps, operations, epochs, layerSteps, predictions].flatMap((table) => Object.keys(table)),
    ...curves.map(({ name }) => name),
    "ResNet50",
  ];
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
