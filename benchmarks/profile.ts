// Where the time of a case goes, kernel by kernel.
//   npx tsx --conditions source benchmarks/profile.ts [--case mlp] [--runs 200]
import { parseArgs } from "node:util";
import { describeBackend, describeProfile, profile } from "@strata/core";
import { caseOf } from "./cases/table.ts";

const { values: options } = parseArgs({
  options: { case: { type: "string", default: "mlp" }, runs: { type: "string", default: "200" } },
});
const runs = Number(options.runs);
const run = caseOf(options.case)();
const runAll = (): void => {
  for (let index = 0; index < runs; index++) run();
};
console.log(`${process.version}\n${describeBackend()}\n`);
runAll();
const times = profile(runAll);
const total = times.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
console.log(`${options.case}: ${(total / runs).toFixed(3)} ms a run\n`);
console.log(describeProfile(times));
