/** Progress as a process writes it. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "strata-progress-"));
const program = join(folder, "program.mjs");

const source = `
  import { ProgressBar } from ${JSON.stringify(fileURLToPath(new URL("progress-bar.ts", import.meta.url)))};
  for (let epoch = 1; epoch <= 300; epoch++) {
    const bar = new ProgressBar({ target: 1, verbose: 1, title: "Epoch " + epoch + "/300" });
    bar.advance(1);
    bar.finish({ loss: 1 });
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  console.error("trained");`;

beforeAll(async () => {
  const bundle = await rolldown({
    input: "program",
    platform: "node",
    resolve: { conditionNames: ["@strata/source", "node"] },
    plugins: [
      {
        name: "program",
        resolveId: (id) => (id === "program" ? join(fileURLToPath(new URL(".", import.meta.url)), id) : null),
        load: (id) => (id.endsWith("program") ? source : null),
      },
    ],
  });
  await bundle.write({ file: program });
});

afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs the program; its output is closed after the first line, or never. */
function run(environment: NodeJS.ProcessEnv, closesOutput: boolean): Promise<Ended> {
  const { NO_COLOR: _noColor, FORCE_COLOR: _forceColor, ...env } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program], { env: { ...env, ...environment } });
    let output = "";
    let errors = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
      if (closesOutput) child.stdout.destroy();
    });
    child.stderr.on("data", (chunk) => {
      errors += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output, errors }));
  });
}

it("training goes on when what reads its progress ends, as head does", async () => {
  const { code, errors, output } = await run({}, true);
  expect({ code, errors }).toEqual({ code: 0, errors: "trained\n" });
  expect(output).toMatch(/^Epoch 1\/300 - 1\/1 - 0s - /);
  expect(output).not.toContain("300/300");
});

it.each<[NodeJS.ProcessEnv, boolean]>([
  [{}, false],
  [{ FORCE_COLOR: "1" }, true],
  [{ FORCE_COLOR: "0" }, false],
  [{ FORCE_COLOR: "1", NO_COLOR: "1" }, true],
  [{ NO_COLOR: "1" }, false],
])("with %j in the environment a pipe gets colours: %s", async (environment, hasColors) => {
  const { output } = await run(environment, false);
  expect(output.includes("\u001b")).toBe(hasColors);
  expect(output.trimEnd().split("\n")).toHaveLength(300);
});
