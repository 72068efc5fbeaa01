// Single operations against PyTorch's, all contestants in turn in one run.
//   npx tsx --conditions source benchmarks/kernels.ts [--operation "matmul 512"] [--rounds 8] [--milliseconds 100]
//     [--only "Node 24"] [--json kernels.json]
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { operations } from "./cases/table.ts";
import { contest } from "./contest/contest.ts";

const { values: options } = parseArgs({
  options: {
    operation: { type: "string", multiple: true, default: Object.keys(operations) },
    rounds: { type: "string", default: "8" },
    milliseconds: { type: "string", default: "100" },
    only: { type: "string", default: "" },
    json: { type: "string" },
  },
});

const results = await contest({
  cases: options.operation,
  rounds: Number(options.rounds),
  milliseconds: Number(options.milliseconds),
  only: options.only,
});
if (options.json) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);
