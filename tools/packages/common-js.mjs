// A program bundled as CommonJS, as programs for older Node, and single executables, are.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";

const program = `
  import assert from "node:assert/strict";
  import { describeBackend, tensor } from "@strata/core";
  import { Dense, loadModel, Sequential } from "@strata/layers";

  async function main() {
    assert.deepEqual(tensor([1, 2]).add(1).arraySync(), [2, 3]);
    assert.match(describeBackend(), /BLAS/i);
    const model = new Sequential([new Dense(1, { inputShape: [2] })]);
    model.compile({ loss: "mse" });
    await model.fit([[1, 2], [3, 4]], [[3], [7]], { epochs: 2, verbose: 0 });
    await model.save(process.argv[2]);
    const loaded = await loadModel(process.argv[2]);
    const x = [[1, 2]];
    assert.deepEqual(
      (await loaded.predict(x, { verbose: 0 })).arraySync(),
      (await model.predict(x, { verbose: 0 })).arraySync(),
    );
    console.log("trained");
  }
  main();`;

export async function runCommonJsBundle() {
  const folder = await mkdtemp(join(tmpdir(), "strata-common-js-"));
  try {
    const bundle = join(folder, "program.cjs");
    await build({
      stdin: { contents: program, resolveDir: import.meta.dirname },
      bundle: true,
      platform: "node",
      format: "cjs",
      outfile: bundle,
      // It warns of import.meta, which the code looks for before it is used.
      logLevel: "error",
    });
    const { stdout } = await promisify(execFile)(process.execPath, [bundle, join(folder, "model.keras")]);
    if (stdout.trim() !== "trained") throw new Error(`the bundle of the form CommonJS printed ${stdout}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}
