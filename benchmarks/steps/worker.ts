// Our side of steps.ts: for each line asked, milliseconds a step, as JSON.
import { createInterface } from "node:readline";

const started = performance.now();
const { describeBackend } = await import("@strata/core");
const { mlp } = await import("./mlp.ts");

const step = { mlp }[process.argv[2]];
if (!step) throw new Error(`there is no step ${process.argv[2]}`);
const run = step();
const loaded = performance.now();
run();
const first = performance.now();
console.log(
  JSON.stringify({
    description: `${process.version}, ${describeBackend().replaceAll("\n", "; ")}`,
    startMilliseconds: loaded - started,
    firstStepMilliseconds: first - loaded,
  }),
);
for await (const line of createInterface({ input: process.stdin })) {
  const until = performance.now() + Number(line);
  const times: number[] = [];
  while (performance.now() < until) {
    const before = performance.now();
    run();
    times.push(performance.now() - before);
  }
  console.log(JSON.stringify(times));
}
