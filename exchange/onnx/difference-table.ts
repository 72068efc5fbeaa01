/** How far the outputs of ONNX Runtime are from ours, by row. */
export class DifferenceTable {
  private readonly rows = new Map<string, { count: number; difference: number }>();
  private readonly reasons = new Map<string, string>();

  /** Notes an output of a row. */
  note(row: string, difference: number): void {
    const known = this.rows.get(row) ?? { count: 0, difference: 0 };
    this.rows.set(row, { count: known.count + 1, difference: Math.max(known.difference, difference) });
  }

  /** Notes why a row is not compared. */
  excuse(row: string, reason: string): void {
    this.reasons.set(row, reason);
  }

  print(title: string): void {
    const lines = [...this.rows].map(
      ([row, { count, difference }]) =>
        `  ${row.padEnd(48)} ${String(count).padStart(3)}  ${difference.toExponential(1)}`,
    );
    const total = [...this.rows.values()].reduce((sum, { count }) => sum + count, 0);
    const excused = [...this.reasons].map(([row, reason]) => `  ${row.padEnd(48)} not written: ${reason}`);
    console.log(
      [
        `${title}: ${total} computed as ONNX Runtime does; outputs, largest difference`,
        ...lines,
        ...excused,
      ].join("\n"),
    );
  }
}
