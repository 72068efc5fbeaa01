import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadSafetensors, saveSafetensors } from "../formats/safetensors/safetensors.ts";

/** How many processes are killed; more by hand. */
const kills = Number(process.env.STRATA_KILLS ?? 2);

/** The program in JavaScript, which starts sooner than its sources. */
const bundles = mkdtempSync(join(tmpdir(), "strata-writer-"));
const program = join(bundles, "write-for-ever.mjs");

beforeAll(async () => {
  const bundle = await rolldown({
    input: fileURLToPath(new URL("testing/write-for-ever.node.ts", import.meta.url)),
    platform: "node",
    external: ["koffi"],
    resolve: { conditionNames: ["@strata/source", "node", "import"] },
  });
  await bundle.write({ file: program, format: "esm", codeSplitting: false });
  await bundle.close();
}, 30_000);

afterAll(() => rmSync(bundles, { recursive: true }));

test.each([
  ["file", "model.safetensors", 1],
  ["set of files", "model.safetensors.index.json", 3],
])(
  "a process that is killed while it saves leaves the old %s or the new one",
  async (_, name, files) => {
    const folder = mkdtempSync(join(tmpdir(), "strata-killed-"));
    const path = join(folder, name);
    try {
      for (let kill = 0; kill < kills; kill++) {
        const writer = spawn(process.execPath, [program, path]);
        const ended = once(writer, "exit");
        await Promise.race([once(writer.stdout, "data"), ended]);
        await setTimeout(Math.random() * 30);
        writer.kill("SIGKILL");
        expect(await ended).toEqual([null, "SIGKILL"]);
        const { first, second } = await loadSafetensors(path);
        const values = new Set([...first.dataSync(), ...second.dataSync()]);
        expect(values.size).toBe(1);
        expect(first.size + second.size).toBe(400_000);
      }
      const options = files > 1 ? { maxShardBytes: 10 } : {};
      // Twice, since files of the round that was killed may have the names that the next one uses.
      for (let time = 0; time < 2; time++)
        await saveSafetensors(path, { first: [1], second: [2, 3] }, options);
      expect(readdirSync(folder).length).toBe(files);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  600_000,
);
