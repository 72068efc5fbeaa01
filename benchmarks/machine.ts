import { readFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";

/** The processor, the memory and the system that all figures are of. */
export function describeMachine(): string {
  const processors = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return `${processors.length} × ${processors[0]?.model ?? "unknown"}${vectors()}, ${memory} GiB, ${process.platform}`;
}

/** The widest vectors that the processor has, where the system tells. */
function vectors(): string {
  try {
    const flags = readFileSync("/proc/cpuinfo", "utf8");
    return flags.includes("avx512f") ? " with AVX-512" : flags.includes("avx2") ? " with AVX2" : "";
  } catch {
    return "";
  }
}

/** Above this, figures tell more of the company than of the contestants. */
export const mostLoad = 0.5;

/** How many processes wanted to run in the last minute, over the number of cores. */
export function load(): number {
  return loadavg()[0] / cpus().length;
}
