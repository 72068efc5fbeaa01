import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A process that runs cases: ours in one configuration, or a peer's. */
export interface Contestant {
  readonly name: string;
  readonly threads: number;
  readonly isPeer: boolean;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export interface Contestants {
  readonly list: readonly Contestant[];
  /** Who is missing, and why. */
  readonly missing: readonly string[];
}

/** PyTorch, and Strata with and without BLAS on two versions of Node, each on one thread and on two. */
export function findContestants(): Contestants {
  const list: Contestant[] = [];
  const missing: string[] = [];
  const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const threadCounts = [1, 2];
  const python = findPython();
  if (python === null) missing.push("PyTorch: no Python that imports torch was found");
  else {
    for (const threads of threadCounts) {
      const command = [python, path("./peer.py"), String(threads)];
      const environment = { OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) };
      list.push({ name: "PyTorch", threads, isPeer: true, command, environment });
    }
  }
  for (const major of [20, 24]) {
    const node = findNode(major);
    if (node === null) {
      missing.push(`Node ${major}: "npx -y node@${major}" did not run`);
      continue;
    }
    const command = [node, "--import", "tsx", "--conditions", "source", path("./worker.ts")];
    for (const threads of threadCounts) {
      for (const blas of [true, false]) {
        const environment: Record<string, string> = { STRATA_THREADS: String(threads) };
        if (!blas) environment.STRATA_BLAS = "off";
        const name = `Node ${major}, ${blas ? "BLAS" : "WebAssembly"}`;
        list.push({ name, threads, isPeer: false, command, environment });
      }
    }
  }
  return { list, missing };
}

function findPython(): string | null {
  const candidates = [process.env.STRATA_BENCHMARK_PYTHON ?? [], "/usr/bin/python3", "python3"].flat();
  return candidates.find((python) => outputOf(python, ["-c", "import torch"]) !== null) ?? null;
}

function findNode(major: number): string | null {
  if (process.version.startsWith(`v${major}.`)) return process.execPath;
  return outputOf("npx", ["-y", `node@${major}`, "-p", "process.execPath"]);
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
