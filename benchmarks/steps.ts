// Training steps against PyTorch's, all contestants in turn in one run.
//   npx tsx --conditions source benchmarks/steps.ts [--rounds 12] [--milliseconds 400] [--only "Node 24"] [--json steps.json]
// STRATA_BENCHMARK_PYTHON names the interpreter that has PyTorch; else /usr/bin/python3 and python3 are tried.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { steps } from "./cases/table.ts";
import { contest } from "./contest/contest.ts";

const { values: options } = parseArgs({
  options: {
    step: { type: "string", multiple: true, default: Object.keys(steps) },
    rounds: { type: "string", default: "12" },
    milliseconds: { type: "string", default: "400" },
    only: { type: "string", default: "" },
    json: { type: "string" },
  },
});

const results = await contest({
  cases: options.step,
  rounds: Number(options.rounds),
  milliseconds: Number(options.milliseconds),
  only: options.only,
});
if (options.json) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);
