import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { formatThreads } from "../report/format.ts";
import type { NotMeasured } from "../results.ts";
import type { Model } from "../workloads/workload.ts";

/** A process that measures one library in one configuration. */
export interface Contestant {
  /** For the command line: the first word names the library. */
  readonly id: string;
  readonly name: string;
  readonly threads: number;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Of models that it has nothing to do with nobody needs to hear that they were not measured. */
  readonly takesPartIn: (model: Model) => boolean;
}

export interface Contestants {
  readonly list: readonly Contestant[];
  /** Who is missing, and why. */
  readonly missing: readonly NotMeasured[];
}

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
/** The version of Node with relaxed SIMD that is looked for. */
const newNode = 24;

/** All that can be measured on this machine. */
export function findContestants(threadCounts: readonly number[]): Contestants {
  const missing: NotMeasured[] = [];
  const ourNode = Number(process.versions.node.split(".")[0]);
  const nodes = new Map([[ourNode, process.execPath]]);
  if (ourNode < newNode) {
    const found = outputOf("npx", ["-y", `node@${newNode}`, "-p", "process.execPath"]);
    if (found === null)
      missing.push({ what: `Node ${newNode}`, why: `"npx -y node@${newNode}" did not run` });
    else nodes.set(newNode, found);
  }
  const lastNode = Math.max(...nodes.keys());

  function worker(
    [id, name, library]: readonly [string, string, string],
    threads: number,
    environment: Readonly<Record<string, string>> = {},
    node = ourNode,
  ): Contestant {
    const program = nodes.get(node) ?? process.execPath;
    const command = [program, "--import", "tsx", "--conditions", "source", path("./worker.ts"), library];
    return {
      id,
      name,
      threads,
      command,
      environment: { STRATA_THREADS: String(threads), ...environment },
      takesPartIn: () => true,
    };
  }

  const list = threadCounts.flatMap((threads) => [
    ...pytorch(threads),
    worker(["strata-blas", "Strata, BLAS", "strata"], threads),
    ...[...nodes.keys()].map((node) =>
      worker(
        [`strata-wasm-node${node}`, `Strata, WebAssembly, Node ${node}`, "strata"],
        threads,
        { STRATA_BLAS: "off" },
        node,
      ),
    ),
  ]);
  const most = Math.max(...threadCounts);
  list.push(
    worker(["strata-blas-plain", "Strata, BLAS, without jit", "strataWithoutJit"], most),
    {
      ...worker(["cblas", "cblas_sgemm, called directly", "cblas"], 1),
      takesPartIn: ({ kind }) => kind === "matmul",
    },
    worker(["jax-js", "jax-js", "jax"], 1, {}, lastNode),
    worker(["tensorflow-wasm", "TensorFlow.js, wasm", "tensorflowWasm"], 1, {}, lastNode),
    worker(["tensorflow-cpu", "TensorFlow.js, cpu", "tensorflowCpu"], 1, {}, lastNode),
  );
  return { list, missing };

  function pytorch(threads: number): Contestant[] {
    const python = findPython();
    if (python === null) {
      const what = `PyTorch, ${formatThreads(threads)}`;
      missing.push({ what, why: "no Python that imports torch and numpy was found" });
      return [];
    }
    const command = [python, path("../libraries/pytorch/worker.py"), String(threads)];
    const environment = { OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) };
    return [{ id: "pytorch", name: "PyTorch", threads, command, environment, takesPartIn: () => true }];
  }
}

function findPython(): string | null {
  const candidates = [process.env.STRATA_BENCHMARK_PYTHON ?? [], "/usr/bin/python3", "python3"].flat();
  return candidates.find((python) => outputOf(python, ["-c", "import torch, numpy"]) !== null) ?? null;
}

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
