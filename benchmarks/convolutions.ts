// Convolutions and pools of two networks against PyTorch's, all contestants in turn in one run.
//   npx tsx --conditions source benchmarks/convolutions.ts [--rounds 5] [--milliseconds 100] [--only "Node 24"] [--name "→ 64"]
import { parseArgs } from "node:util";
import { convolutions } from "./cases/table.ts";
import { contest } from "./contest/contest.ts";

const { values: options } = parseArgs({
  options: {
    name: { type: "string", default: "" },
    rounds: { type: "string", default: "5" },
    milliseconds: { type: "string", default: "100" },
    only: { type: "string", default: "" },
  },
});

await contest({
  cases: Object.keys(convolutions).filter((name) => name.includes(options.name)),
  rounds: Number(options.rounds),
  milliseconds: Number(options.milliseconds),
  only: options.only,
});
