// The page of the docs and its charts, from a file of results: npm run benchmark:page [-- results.json]
import { writePage } from "./report/page.ts";

const [input = "docs/guide/benchmarks.json"] = process.argv.slice(2);
console.log(`wrote ${writePage(input).join(", ")}`);
