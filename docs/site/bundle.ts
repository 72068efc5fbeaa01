/** The files that pages load: their script, the worker that runs code, and both packages as they are for browsers. */
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type InputOptions, type OutputOptions, rolldown } from "rolldown";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Both packages are bundled from their sources, which the condition of exports leads to. */
const conditionNames = ["@strata/source", "source", "browser", "import", "default"];

async function bundle(input: InputOptions, output: OutputOptions): Promise<void> {
  const build = await rolldown({
    cwd: root,
    platform: "browser",
    resolve: { conditionNames },
    transform: { target: "es2022" },
    ...input,
  });
  await build.write({ minify: true, ...output });
  await build.close();
}

/** Writes what the pages load into the folder of assets. */
export async function writeAssets(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all([
    bundle({ input: "docs/site/page/site.ts" }, { file: join(folder, "site.js"), format: "iife" }),
    bundle(
      { input: "docs/site/page/run-worker.ts" },
      { file: join(folder, "run-worker.js"), format: "esm", codeSplitting: false },
    ),
    bundle(
      {
        input: {
          core: "packages/core/src/index.ts",
          "core-methods": "packages/core/src/methods.ts",
          layers: "packages/layers/src/index.ts",
          "layers-applications": "packages/layers/src/applications/index.ts",
          "layers-worker": "packages/layers/src/worker.ts",
        },
      },
      { dir: join(folder, "packages"), format: "esm" },
    ),
    // The path of layers' worker, seen from the bundles.
    writeFile(join(folder, "..", "worker.js"), 'import "./assets/packages/layers-worker.js";\n'),
    copyFile(join(root, "docs/site/mark.svg"), join(folder, "mark.svg")),
  ]);
}
