/** Prints how many of Keras's cases passed and were excused, by file, once all tests have run. */
import type { Reporter, TestModule } from "vitest/node";

interface Row {
  passed: number;
  failed: number;
  readonly excused: Map<string, string>;
}

export default class KerasCasesReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const rows = rowsOf(modules);
    if (rows.size === 0) return;
    const all = [...rows.values()];
    const width = Math.max(...[...rows.keys()].map(({ length }) => length));
    const total = { passed: sum(all, "passed"), failed: sum(all, "failed") };
    const excused = all.reduce((count, row) => count + row.excused.size, 0);
    const line = (name: string, ...cells: readonly (string | number)[]): string =>
      `${name.padEnd(width)}${cells.map((cell) => String(cell).padStart(9)).join("")}`;
    const lines = [
      line("Keras's cases", "passed", "excused", "failed"),
      ...[...rows].map(([name, row]) => line(name, row.passed, row.excused.size, row.failed)),
      line("all", total.passed, excused, total.failed),
      ...[...rows].flatMap(([name, row]) => [...row.excused].map(([id, why]) => `${name}: ${id}: ${why}`)),
    ];
    console.log(`\n${lines.join("\n")}\n`);
  }
}

function rowsOf(modules: readonly TestModule[]): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const test of modules.flatMap((module) => [...module.children.allTests()])) {
    const { kerasCase } = test.meta();
    const { state } = test.result();
    if (kerasCase === undefined || (state !== "passed" && state !== "failed")) continue;
    const { row: name, id, excuse } = kerasCase;
    const row = rows.get(name) ?? { passed: 0, failed: 0, excused: new Map<string, string>() };
    rows.set(name, row);
    if (state === "failed") row.failed++;
    else if (excuse === null) row.passed++;
    else row.excused.set(id, excuse);
  }
  return new Map([...rows].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function sum(rows: readonly Row[], name: "passed" | "failed"): number {
  return rows.reduce((total, row) => total + row[name], 0);
}
