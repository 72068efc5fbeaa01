// Where the time of a workload goes, kernel by kernel: npm run profile --workspace benchmarks -- mlp [runs]
import { describeProfile, profile } from "@strata/core";
import { strata } from "./libraries/strata/library.ts";
import { operations, steps } from "./workloads/table.ts";
import { workloadOf } from "./workloads/tensors.ts";
import type { Model } from "./workloads/workload.ts";

const [name = "mlp", count = "50"] = process.argv.slice(2);
const models: Readonly<Record<string, Model>> = { ...steps, ...operations };
const model = models[name];
if (!model) throw new RangeError(`there is no workload ${name}; there are ${Object.keys(models).join(", ")}`);
const runs = Number(count);
const library = strata();
const { run } = await library.prepare(workloadOf(model));
const runAll = (): void => {
  for (let index = 0; index < runs; index++) run();
};
console.log(`${process.version}\n${library.description}\n`);
runAll();
const times = profile(runAll);
const total = times.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
console.log(`${name}: ${(total / runs).toFixed(3)} ms a run\n`);
console.log(describeProfile(times));
