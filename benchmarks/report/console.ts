import type { DeterminismResult, MemoryResult, Timing } from "../results.ts";
import { formatBytes, formatNumber, formatThreads } from "./format.ts";

/** Prints one workload as a table. */
export function printTimings(name: string, timings: readonly Timing[]): void {
  const isProduct = timings.some(({ ratioToBlas }) => ratioToBlas !== null);
  const headings = [
    "median",
    "lower ¼",
    "upper ¼",
    "least",
    "first",
    "÷ PyTorch",
    isProduct ? "÷ cblas" : "",
  ];
  console.log(`\n${name}, milliseconds`);
  console.log(`${"".padEnd(42)}${headings.map((heading) => heading.padStart(10)).join("")}`);
  for (const timing of timings) {
    const { median, lowerQuartile, upperQuartile, least, first, ratioToPyTorch, ratioToBlas } = timing;
    const cells = [median, lowerQuartile, upperQuartile, least, first, ratioToPyTorch, ratioToBlas]
      .map((value) => (value === null ? "" : formatNumber(value)).padStart(10))
      .join("");
    const rounds = timing.rounds === 0 ? "  the first run only" : "";
    console.log(`${`${timing.contestant}, ${formatThreads(timing.threads)}`.padEnd(42)}${cells}${rounds}`);
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
