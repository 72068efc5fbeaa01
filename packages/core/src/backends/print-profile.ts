import type { StepTime } from "./backend.ts";

const mostRows = 40;

/** A profile as a table: a line a step, what took longest first, and the sum below. */
export function printProfile(times: readonly StepTime[]): string {
  const total = times.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const rows = times
    .slice(0, mostRows)
    .map(({ name, calls, milliseconds, gigaflopsPerSecond, gigabytesPerSecond }) => [
      milliseconds.toFixed(2),
      `${((100 * milliseconds) / Math.max(total, Number.MIN_VALUE)).toFixed(1)} %`,
      String(calls),
      ((1000 * milliseconds) / calls).toFixed(1),
      gigaflopsPerSecond === 0 ? "" : gigaflopsPerSecond.toFixed(1),
      gigabytesPerSecond.toFixed(1),
      name,
    ]);
  const headings = ["ms", "share", "calls", "µs/call", "GFLOP/s", "GB/s", "step"];
  const hidden = times.length - rows.length;
  const last = hidden > 0 ? `in all, with ${hidden} more steps` : "in all";
  const table = [headings, ...rows, [total.toFixed(2), "", "", "", "", "", last]];
  const widths = headings.map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const lineOf = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === headings.length - 1 ? cell : cell.padStart(widths[column])))
      .join("  ");
  return table.map(lineOf).join("\n");
}
