import { fileURLToPath } from "node:url";
import type { NotMeasured } from "../results.ts";
import type { Model } from "../workloads/workload.ts";
import { findNode, findPython } from "./programs.ts";

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

/** The version of Node with relaxed SIMD that is looked for. */
const newNode = 24;

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** All that can be measured on this machine. */
export function findContestants(threadCounts: readonly number[]): Contestants {
  const { nodes, missing } = findNodes();
  const [own] = nodes;
  const last = nodes[nodes.length - 1];
  const most = Math.max(...threadCounts);
  const python = findPython();
  if (python === null) {
    missing.push({ what: "PyTorch", why: "no Python that imports torch and numpy was found" });
  }
  const onThreads = threadCounts.flatMap((threads) => [
    ...(python === null ? [] : [pytorch(python, threads)]),
    worker("strata-blas", "Strata, BLAS", { node: own, library: "strataWithBlas", threads }),
    worker("layers-blas", "Strata's layers, BLAS", { node: own, library: "layersWithBlas", threads }),
    ...nodes.map((node) =>
      worker(`strata-wasm-node${node.major}`, `Strata, WebAssembly, Node ${node.major}`, {
        node,
        library: "strata",
        threads,
        environment: { STRATA_BLAS: "off" },
      }),
    ),
  ]);
  const others = [
    worker("strata-plain", "Strata, without jit", { node: own, library: "strataWithoutJit", threads: most }),
    {
      ...worker("cblas", "cblas_sgemm, called directly", { node: own, library: "cblas", threads: 1 }),
      takesPartIn: ({ kind }: Model) => kind === "matmul",
    },
    worker("jax-js", "jax-js", { node: last, library: "jax", threads: 1 }),
    worker("tensorflow-wasm", "TensorFlow.js, wasm", { node: last, library: "tensorflowWasm", threads: 1 }),
    worker("tensorflow-cpu", "TensorFlow.js, cpu", { node: last, library: "tensorflowCpu", threads: 1 }),
  ];
  return { list: [...onThreads, ...others], missing };
}

interface NodeProgram {
  readonly major: number;
  readonly path: string;
}

/** This Node, and a new one where this is an old one. */
function findNodes(): { nodes: NodeProgram[]; missing: NotMeasured[] } {
  const own = { major: Number(process.versions.node.split(".")[0]), path: process.execPath };
  if (own.major >= newNode) return { nodes: [own], missing: [] };
  const found = findNode(newNode);
  if (found !== null) return { nodes: [own, { major: newNode, path: found }], missing: [] };
  const why = `"npx -y node@${newNode}" did not run`;
  return { nodes: [own], missing: [{ what: `Node ${newNode}`, why }] };
}

interface WorkerOptions {
  readonly node: NodeProgram;
  /** A name of libraries/table.ts. */
  readonly library: string;
  readonly threads: number;
  readonly environment?: Readonly<Record<string, string>>;
}

function worker(
  id: string,
  name: string,
  { node, library, threads, environment }: WorkerOptions,
): Contestant {
  return {
    id,
    name,
    threads,
    command: [node.path, "--import", "tsx", "--conditions", "@strata/source", path("./worker.ts"), library],
    environment: { STRATA_THREADS: String(threads), ...environment },
    takesPartIn: ({ kind }) => kind !== "resnet50" || library.startsWith("layers"),
  };
}

function pytorch(python: string, threads: number): Contestant {
  return {
    id: "pytorch",
    name: "PyTorch",
    threads,
    command: [python, path("../libraries/pytorch/worker.py"), String(threads)],
    environment: { OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) },
    takesPartIn: ({ kind }) => kind !== "epoch",
  };
}
