// A training step against PyTorch's, all contestants in turn in one run.
//   npx tsx benchmarks/steps.ts [--rounds 12] [--milliseconds 400] [--only "Node 24"] [--json steps.json]
// STRATA_BENCHMARK_PYTHON names the interpreter that has PyTorch; else /usr/bin/python3 and python3 are tried.
import { execFileSync, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median } from "./openblas.ts";

const { values: options } = parseArgs({
  options: {
    step: { type: "string", default: "mlp" },
    rounds: { type: "string", default: "12" },
    milliseconds: { type: "string", default: "400" },
    only: { type: "string", default: "" },
    json: { type: "string" },
  },
});

interface Contestant {
  readonly name: string;
  readonly threads: number;
  readonly isPeer: boolean;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

interface Greeting {
  readonly description: string;
  readonly startMilliseconds: number;
  readonly firstStepMilliseconds: number;
}

interface Runner {
  readonly greeting: Greeting;
  /** Milliseconds of each step of a run of about the given time. */
  run(milliseconds: number): Promise<number[]>;
  stop(): void;
}

const notMeasured: string[] = [];

/** What a command prints; null where it fails. */
function outputOf(command: string, parameters: readonly string[]): string | null {
  try {
    return execFileSync(command, parameters, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return null;
  }
}

function findPython(): string | null {
  const candidates = [process.env.STRATA_BENCHMARK_PYTHON ?? [], "/usr/bin/python3", "python3"].flat();
  return candidates.find((python) => outputOf(python, ["-c", "import torch"]) !== null) ?? null;
}

function findNode(major: number): string | null {
  if (process.version.startsWith(`v${major}.`)) return process.execPath;
  return outputOf("npx", ["-y", `node@${major}`, "-p", "process.execPath"]);
}

function contestants(): Contestant[] {
  const list: Contestant[] = [];
  const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const python = findPython();
  if (python === null) notMeasured.push("PyTorch: no Python that imports torch was found");
  for (const threads of [1, 2]) {
    const limits = { OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) };
    if (python !== null) {
      const command = [python, path("./steps/peer.py"), options.step, String(threads)];
      list.push({ name: "PyTorch", threads, isPeer: true, command, environment: limits });
    }
  }
  for (const major of [20, 24]) {
    const node = findNode(major);
    if (node === null) {
      notMeasured.push(`Node ${major}: "npx -y node@${major}" did not run`);
      continue;
    }
    const worker = ["--import", "tsx", "--conditions", "source", path("./steps/worker.ts"), options.step];
    for (const threads of [1, 2]) {
      for (const blas of [true, false]) {
        const environment: Record<string, string> = { STRATA_THREADS: String(threads) };
        if (!blas) environment.STRATA_BLAS = "off";
        const name = `Node ${major}, ${blas ? "BLAS" : "WebAssembly"}`;
        list.push({ name, threads, isPeer: false, command: [node, ...worker], environment });
      }
    }
  }
  return list.filter(({ isPeer, name }) => isPeer || name.includes(options.only));
}

async function start({ name, command, environment }: Contestant): Promise<Runner | null> {
  const [program, ...parameters] = command;
  const child = spawn(program, parameters, {
    env: { ...process.env, ...environment },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const hello = await lines.next();
  if (hello.done) {
    notMeasured.push(`${name}: it ended before the first step was done`);
    return null;
  }
  return {
    greeting: JSON.parse(hello.value),
    async run(milliseconds) {
      child.stdin.write(`${milliseconds}\n`);
      const answer = await lines.next();
      if (answer.done) throw new Error(`${name} stopped`);
      return JSON.parse(answer.value);
    },
    stop: () => child.stdin.end(),
  };
}

/** The value below which a share of the others lie. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

const entries: { contestant: Contestant; runner: Runner; rounds: number[] }[] = [];
for (const contestant of contestants()) {
  const runner = await start(contestant);
  if (runner) entries.push({ contestant, runner, rounds: [] });
}
for (const { contestant, runner } of entries) {
  const { description, startMilliseconds, firstStepMilliseconds } = runner.greeting;
  console.log(
    `${contestant.name}, ${contestant.threads} thread(s): ready after ${startMilliseconds.toFixed(0)} ms, ` +
      `first step ${firstStepMilliseconds.toFixed(0)} ms (${description})`,
  );
}
const milliseconds = Number(options.milliseconds);
for (const { runner } of entries) await runner.run(milliseconds);
for (let round = 0; round < Number(options.rounds); round++) {
  for (const { runner, rounds } of entries) rounds.push(median(await runner.run(milliseconds)));
}
for (const { runner } of entries) runner.stop();

const results = entries.map(({ contestant: { name, threads }, runner, rounds }) => {
  const peer = entries.find(({ contestant }) => contestant.isPeer && contestant.threads === threads);
  return {
    name,
    threads,
    ...runner.greeting,
    milliseconds: median(rounds),
    lowerQuartile: quantile(rounds, 0.25),
    upperQuartile: quantile(rounds, 0.75),
    ratio: peer ? median(rounds.map((value, round) => value / peer.rounds[round])) : null,
  };
});
console.log(`\n${options.step}: milliseconds a step, and the ratio to PyTorch on as many threads (medians)`);
console.log(`${"".padEnd(24)}threads   median   quartiles        ratio`);
for (const { name, threads, milliseconds, lowerQuartile, upperQuartile, ratio } of results) {
  const spread = `${lowerQuartile.toFixed(2)} … ${upperQuartile.toFixed(2)}`;
  console.log(
    `${name.padEnd(24)}${String(threads).padStart(7)}${milliseconds.toFixed(2).padStart(9)}   ` +
      `${spread.padEnd(15)}${ratio === null ? "–".padStart(7) : ratio.toFixed(2).padStart(7)}`,
  );
}
for (const reason of notMeasured) console.log(`not measured: ${reason}`);
if (options.json)
  writeFileSync(options.json, `${JSON.stringify({ step: options.step, results }, null, 2)}\n`);
