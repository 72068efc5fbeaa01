import { execFileSync } from "node:child_process";

/** A Python that has PyTorch; null if there is none. */
export function findPython(): string | null {
  const candidates = [process.env.STRATA_BENCHMARK_PYTHON ?? [], "/usr/bin/python3", "python3"].flat();
  return candidates.find((python) => outputOf(python, ["-c", "import torch, numpy"]) !== null) ?? null;
}

/** Node in another version than ours, as npx gets it; null if it does not. */
export function findNode(major: number): string | null {
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
