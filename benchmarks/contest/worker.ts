// Our side of a contest: answers each line {case, milliseconds} with the times of its runs, as JSON.
import { createInterface } from "node:readline";

const started = performance.now();
const { describeBackend } = await import("@strata/core");
const { caseOf } = await import("../cases/table.ts");

const description = `${process.version}, ${describeBackend().replaceAll("\n", "; ")}`;
console.log(JSON.stringify({ description, startMilliseconds: performance.now() - started }));

const prepared = new Map<string, () => unknown>();
for await (const line of createInterface({ input: process.stdin })) {
  const { case: name, milliseconds }: { case: string; milliseconds: number } = JSON.parse(line);
  const begun = performance.now();
  const run = prepared.get(name) ?? caseOf(name)();
  prepared.set(name, run);
  const times: number[] = [];
  do {
    const before = performance.now();
    run();
    times.push(performance.now() - before);
  } while (performance.now() - begun < milliseconds);
  console.log(JSON.stringify(times));
}
