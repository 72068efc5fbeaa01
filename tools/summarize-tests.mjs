// Adds up the JSON reports that Vitest left in a folder and prints «N passed, N failed, N skipped».
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const folder = process.argv[2];
const files = await readdir(folder).catch(() => []);

let passed = 0;
let failed = 0;
let skipped = 0;
for (const file of files) {
  const report = JSON.parse(await readFile(join(folder, file), "utf8"));
  const filesThatDidNotLoad = report.testResults.filter(
    (result) => result.status === "failed" && result.assertionResults.length === 0,
  );
  passed += report.numPassedTests;
  failed += report.numFailedTests + filesThatDidNotLoad.length;
  skipped += report.numPendingTests + report.numTodoTests;
}

console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
