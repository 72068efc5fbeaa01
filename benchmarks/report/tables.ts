// The tables that sections of the page share.
import type { Introduction, NotMeasured, Timing, WorkloadResult } from "../results.ts";
import { formatNumber } from "./format.ts";

export function busy(loadBefore: number): string {
  return `**The machine was busy with other work** (a load of ${loadBefore.toFixed(1)} a core), so these figures are no
record: threads that wait for each other by spinning, as PyTorch's do, wait for the other work as well.`;
}

export function timingTables(results: readonly WorkloadResult[], level = 3): string {
  return results
    .filter(({ timings }) => timings.length > 0)
    .map(({ name, description, timings }) => {
      const paragraph = description === "" ? "" : `${description}\n\n`;
      return `${"#".repeat(level)} ${name}\n\n${paragraph}${timingTable(timings)}`;
    })
    .join("\n\n");
}

function timingTable(timings: readonly Timing[]): string {
  const hasBlas = timings.some(({ ratioToBlas }) => ratioToBlas !== null);
  const hasTwins = timings.some(({ ratioToCore }) => ratioToCore !== null);
  const headings = ["contestant", "threads", "median (ms)", "quartiles", "first", "÷ PyTorch"];
  if (hasBlas) headings.push("÷ cblas_sgemm");
  if (hasTwins) headings.push("÷ core");
  const rows = timings.map((timing) => [
    timing.contestant,
    String(timing.threads),
    `${formatNumber(timing.median)}${timing.rounds === 0 ? " (one run)" : ""}`,
    `${formatNumber(timing.lowerQuartile)} – ${formatNumber(timing.upperQuartile)}`,
    formatNumber(timing.first),
    ratio(timing.ratioToPyTorch),
    ...(hasBlas ? [ratio(timing.ratioToBlas)] : []),
    ...(hasTwins ? [ratio(timing.ratioToCore)] : []),
  ]);
  return table(headings, rows);
}

export function ratio(value: number | null): string {
  return value === null ? "–" : formatNumber(value);
}

export function introductionTable(contestants: readonly Introduction[]): string {
  return table(
    ["contestant", "threads", "ready (ms)", "versions, and the BLAS in use"],
    contestants.map(({ name, threads, startMilliseconds, description }) => [
      name,
      String(threads),
      formatNumber(startMilliseconds),
      description,
    ]),
  );
}

/** One line for each reason. */
export function missingList(notMeasured: readonly NotMeasured[]): string {
  const reasons = [...new Set(notMeasured.map(({ why }) => why))];
  return reasons
    .map((reason) => {
      const concerned = notMeasured.filter(({ why }) => why === reason).map(({ what }) => what);
      return `- ${concerned.join("; ")}: ${reason}`;
    })
    .join("\n");
}

export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(headings), line(headings.map(() => "---")), ...rows.map(line)].join("\n");
}
