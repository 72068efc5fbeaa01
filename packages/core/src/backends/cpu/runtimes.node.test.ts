/** Runtimes that forbid something: what works without it computes, and says so. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { platform } from "#platform";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "strata-runtimes-")));
const program = join(folder, "program.mjs");
const core = new URL("../../index.ts", import.meta.url).pathname;

/** Multiplies matrices so large that threads share them, and prints the mean of the inner products and the backend. */
const source = `
  import { describeBackend, getBackend, matmul, ones } from ${JSON.stringify(core)};
  const [trials, size] = getBackend() === "cpu" ? [20, 300] : [1, 30];
  let sum;
  for (let trial = 0; trial < trials; trial++) sum = matmul(ones([size, size]), ones([size, size])).sum().item();
  console.log(JSON.stringify({ sum: sum / size ** 3, lines: describeBackend().split("\\n") }));`;

beforeAll(async () => {
  writeFileSync(join(folder, "source.js"), source);
  const bundle = await rolldown({
    input: join(folder, "source.js"),
    platform: "node",
    external: ["koffi"],
    resolve: { conditionNames: ["@strata/source", "node", "import"] },
    logLevel: "silent",
  });
  await bundle.write({ file: program, format: "esm", codeSplitting: false });
}, 30_000);

afterAll(() => rmSync(folder, { recursive: true }));

function run(options: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const text = execFileSync(process.execPath, [...options, program], {
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "", STRATA_BLAS: "off", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const result: { readonly sum: number; readonly lines: readonly string[] } = JSON.parse(text);
  expect(result.sum).toBe(1);
  return result.lines;
}

const permission = ["--permission", "--experimental-permission"].find((flag) =>
  process.allowedNodeEnvironmentFlags.has(flag),
);

describe("what a runtime forbids", () => {
  it("is nothing by default: all threads that can run compute", () => {
    expect(run([], { STRATA_THREADS: "" })).toContain(`threads: ${platform.availableThreads}`);
  });

  it.runIf(permission)("may be threads: one computes then", () => {
    expect(run([permission ?? "", `--allow-fs-read=${folder}`], { STRATA_THREADS: "" })).toContain(
      "threads: 1 (--allow-worker permits node to start more)",
    );
  });

  it.runIf(permission && platform.availableThreads > 1)("may be permitted", () => {
    const options = [permission ?? "", `--allow-fs-read=*`, "--allow-worker"];
    expect(run(options, { STRATA_THREADS: "2" })).toContain("threads: 2");
  });

  it("may be WebAssembly: the reference backend computes then", () => {
    const lines = run(["--jitless"]);
    expect(lines[0]).toMatch(/^reference: /);
    expect(lines.at(-1)).toBe(
      "the cpu backend, which is faster: this engine has no WebAssembly, as node --jitless",
    );
  });

  it("may be the environment", () => {
    const forbidden = join(folder, "forbidden.cjs");
    writeFileSync(
      forbidden,
      `const refuse = (_, name) => {
         if (String(name).startsWith("STRATA_")) throw new Error("NotCapable: requires env access");
       };
       Object.defineProperty(process, "env", { value: new Proxy({}, { get: refuse, has: refuse }) });`,
    );
    expect(run(["--require", forbidden])).toContain(`threads: ${platform.availableThreads}`);
  });
});
