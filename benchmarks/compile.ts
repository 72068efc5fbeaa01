// How long graphs of several kinds and sizes take to compile, pass by pass.
//   npx tsx --conditions @strata/source benchmarks/compile.ts [--graph network] [--nodes 500 --nodes 5000] [--rounds 5]
import { parseArgs } from "node:util";
import type { Executable } from "../packages/core/src/backends/backend.ts";
import { type Capture, capture } from "../packages/core/src/compiler/capture.ts";
import { compile } from "../packages/core/src/compiler/compile.ts";
import { fuse } from "../packages/core/src/compiler/fuse.ts";
import { legalize } from "../packages/core/src/compiler/legalize.ts";
import { lower } from "../packages/core/src/compiler/lower.ts";
import { placeBuffers } from "../packages/core/src/compiler/place-buffers.ts";
import type { Program } from "../packages/core/src/compiler/program.ts";
import { simplify } from "../packages/core/src/compiler/simplify.ts";
import { currentBackend } from "../packages/core/src/evaluate.ts";
import { newTrace, withTrace } from "../packages/core/src/graph/trace.ts";
import { graphs } from "./compile-graphs.ts";

const { values: options } = parseArgs({
  options: {
    graph: { type: "string", multiple: true, default: Object.keys(graphs) },
    nodes: { type: "string", multiple: true, default: ["500", "1000", "2000", "5000", "10000", "20000"] },
    rounds: { type: "string", default: "5" },
  },
});

/** In the order in which they come. The engine makes functions ready when the module is made, or when they first run. */
const stages = [
  "trace",
  "capture",
  "flatten",
  "simplify",
  "legalize",
  "fuse",
  "lower",
  "place",
  "code",
  "module",
  "instance",
  "run",
] as const;
const engineStages = ["module", "instance"] as const;
type Times = Record<(typeof stages)[number], number>;

const engine: Times = emptyTimes();

function emptyTimes(): Times {
  return Object.fromEntries(stages.map((stage) => [stage, 0])) as Times;
}

/** Has the engine's part of making code ready timed. */
function timeEngine(): void {
  const { Module, Instance } = WebAssembly;
  WebAssembly.Module = new Proxy(Module, {
    construct: (target, [bytes]) => timed(engine, "module", () => new target(bytes)),
  });
  WebAssembly.Instance = new Proxy(Instance, {
    construct: (target, [module, imports]) => timed(engine, "instance", () => new target(module, imports)),
  });
}

function timed<T>(times: Times, stage: keyof Times, work: () => T): T {
  const started = performance.now();
  const result = work();
  times[stage] += performance.now() - started;
  return result;
}

/** Programs that live next to each other have code of their own: the engine compiles the same bytes only once. */
const held: Executable[] = [];

interface Round {
  readonly times: Times;
  readonly nodes: number;
  readonly steps: number;
}

function compileOnce(
  build: () => { readonly node: Parameters<typeof capture>[0]["outputs"][number] },
): Round {
  const times = emptyTimes();
  const trace = newTrace("jit", "benchmark");
  const output = timed(times, "trace", () => withTrace(trace, build)).node;
  const updates = [...trace.assignments].map(([cell, value]) => ({ cell, value }));
  const captured: Capture = timed(times, "capture", () =>
    capture({ outputs: [output], updates, parameters: [], fixesValues: true, handsOverLiterals: false }),
  );
  const flat = timed(times, "flatten", () => captured.flatten());
  const simple = timed(times, "simplify", () => simplify(flat));
  const legal = timed(times, "legalize", () => legalize(simple));
  const schedule = timed(times, "fuse", () => fuse(legal));
  const compileRegion = (region: typeof flat): Program => compile(region, { fusesKernels: true });
  const unplaced = timed(times, "lower", () => lower(legal, schedule, compileRegion));
  const program = timed(times, "place", () => placeBuffers(unplaced));
  Object.assign(engine, emptyTimes());
  const executable = timed(times, "code", () => currentBackend().prepare(program, captured.constants));
  held.push(executable);
  for (const stage of engineStages) {
    times[stage] = engine[stage];
    times.code -= engine[stage];
  }
  const cells = captured.cells.map(({ type }) => currentBackend().allocate(type));
  timed(times, "run", () => executable.run({ inputs: [], cells, scalars: [] }));
  for (const cell of cells) currentBackend().release(cell);
  return { times, nodes: captured.nodes.length, steps: program.steps.length };
}

timeEngine();
console.log(
  `${process.version}; ms: the least of ${options.rounds} rounds for each stage and in all, and the first round\n`,
);
console.log(
  `${"graph".padEnd(16)}  nodes  steps${stages.map((name) => name.padStart(9)).join("")}    total    first`,
);
for (const graph of options.graph) {
  for (const size of options.nodes) {
    const rounds: Round[] = [];
    for (let round = 0; round < Number(options.rounds); round++) {
      rounds.push(compileOnce(graphs[graph](Number(size))));
    }
    for (const executable of held.splice(0)) executable.dispose();
    const cell = (milliseconds: number): string => milliseconds.toFixed(1).padStart(9);
    const sum = ({ times }: Round): number => stages.reduce((total, name) => total + times[name], 0);
    const least = stages.map((name) => Math.min(...rounds.map(({ times }) => times[name])));
    const [{ nodes, steps }] = rounds;
    const columns = [...least, Math.min(...rounds.map(sum)), sum(rounds[0])].map(cell);
    console.log(
      `${graph.padEnd(16)}${String(nodes).padStart(7)}${String(steps).padStart(7)}${columns.join("")}`,
    );
  }
}
