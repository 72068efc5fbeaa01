// Runs every static check, also after one has failed, and closes with the names of those that failed.
import { spawnSync } from "node:child_process";

const checks = [
  ["format and lint", "check:format", "`npm run format` mends most of it"],
  ["types", "check:types", "see the errors of tsc above"],
  ["types of the code in documents", "check:blocks", "a file of docs/.blocks is a block, by its lines too"],
  ["import direction and cycles", "check:imports", "the order of the modules is in .dependency-cruiser.mjs"],
];

const failed = checks.filter(([title, script]) => {
  console.log(`\n── ${title} ──`);
  return spawnSync("npm", ["run", "--silent", script], { stdio: "inherit", shell: true }).status !== 0;
});

console.log("");
for (const [title, script, advice] of failed) {
  console.error(`FAILED: ${title} (npm run ${script}): ${advice}`);
}
if (failed.length > 0) process.exit(1);
console.log(`All ${checks.length} checks passed.`);
