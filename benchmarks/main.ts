// Ours and the peers, in turn in one run: npm run benchmark -- --help
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseOptions } from "./options.ts";
import { writePage } from "./report/page.ts";
import type { Results } from "./results.ts";
import { measureAll } from "./suite.ts";

const options = parseOptions(process.argv.slice(2));
if (options !== "help") {
  const results = await measureAll(options);
  if (options.output === null) {
    console.log("\nthe results are not written: a part is not the record; --output names a file for them");
  } else {
    writeFileSync(options.output, `${JSON.stringify(merged(results, options.output), null, 2)}\n`);
    console.log(`\nwrote ${[options.output, ...writePage(options.output)].join(", ")}`);
  }
}

/** Layers that were measured alone take their place in the record; and what was measured without them leaves them there. */
function merged(results: Results, path: string): Results {
  if (!existsSync(path)) return results;
  const record: Results = JSON.parse(readFileSync(path, "utf8"));
  const { layers } = results;
  const hasOthers = [results.steps, results.operations, results.curves].some(({ length }) => length > 0);
  if (!hasOthers && layers !== null) return { ...record, layers };
  return { ...results, layers: layers ?? record.layers };
}
