import type { BuildResult, DeterminismResult, MemoryResult, Timing } from "../results.ts";
import { formatBytes, formatNumber, formatThreads } from "./format.ts";

/** Prints one workload as a table. */
export function printTimings(name: string, timings: readonly Timing[]): void {
  const isProduct = timings.some(({ ratioToBlas }) => ratioToBlas !== null);
  const hasTwins = timings.some(({ ratioToCore }) => ratioToCore !== null);
  const headings = [
    "median",
    "lower ¼",
    "upper ¼",
    "least",
    "first",
    "÷ PyTorch",
    isProduct ? "÷ cblas" : "",
    hasTwins ? "÷ core" : "",
  ];
  console.log(`\n${name}, milliseconds`);
  console.log(`${"".padEnd(42)}${headings.map((heading) => heading.padStart(10)).join("")}`);
  for (const timing of timings) {
    const { median, lowerQuartile, upperQuartile, least, first } = timing;
    const ratios = [timing.ratioToPyTorch, timing.ratioToBlas, timing.ratioToCore];
    const cells = [median, lowerQuartile, upperQuartile, least, first, ...ratios]
      .map((value) => (value === null ? "" : formatNumber(value)).padStart(10))
      .join("");
    const rounds = timing.rounds === 0 ? "  the first run only" : "";
    console.log(`${`${timing.contestant}, ${formatThreads(timing.threads)}`.padEnd(42)}${cells}${rounds}`);
  }
}

export function printBuilding(results: readonly BuildResult[]): void {
  for (const { contestant, buildMilliseconds, summaryMilliseconds } of results) {
    const summary =
      summaryMilliseconds === null ? "" : `, its summary ${formatNumber(summaryMilliseconds)} ms`;
    console.log(`making ResNet50: ${contestant}: ${formatNumber(buildMilliseconds)} ms${summary}`);
  }
}

export function printMemory(results: readonly MemoryResult[]): void {
  for (const { workload, contestant, threads, peakBytes, countedBytes } of results) {
    const counted = countedBytes === null ? "" : `, of which the library counts ${formatBytes(countedBytes)}`;
    console.log(
      `peak memory, ${workload}: ${contestant}, ${formatThreads(threads)}: ${formatBytes(peakBytes)}${counted}`,
    );
  }
}

export function printDeterminism(results: readonly DeterminismResult[]): void {
  for (const { workload, contestant, sameBits, threadDifference } of results) {
    const between =
      threadDifference === null ? "" : `; numbers of threads differ by ${threadDifference.toExponential(1)}`;
    const runs = sameBits ? "agree to the bit" : "DIFFER";
    console.log(`determinism, ${workload}: ${contestant}: two runs ${runs}${between}`);
  }
}
