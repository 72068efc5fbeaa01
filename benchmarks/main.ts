// Ours and the peers, in turn in one run: npm run benchmark -- --help
import { writeFileSync } from "node:fs";
import { parseOptions } from "./options.ts";
import { writePage } from "./report/page.ts";
import { measureAll } from "./suite.ts";

const options = parseOptions(process.argv.slice(2));
if (options !== "help") {
  const results = await measureAll(options);
  if (options.output === null) {
    console.log("\nthe results are not written: a part is not the record; --output names a file for them");
  } else {
    writeFileSync(options.output, `${JSON.stringify(results, null, 2)}\n`);
    console.log(`\nwrote ${[options.output, ...writePage(options.output)].join(", ")}`);
  }
}
