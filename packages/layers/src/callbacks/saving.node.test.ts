import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Adam, setSeed, type Tensor, tensor } from "@strata/core";
import { rolldown } from "rolldown";
import { afterAll, describe, expect, it } from "vitest";
import { loadModel } from "../formats/load-model.ts";
import { Dense } from "../layers/core/dense.ts";
import { Dropout } from "../layers/regularization/dropout.ts";
import { Sequential } from "../models/sequential.ts";
import type { FitOptions } from "../training/options.ts";
import { fillPattern } from "./file-pattern.ts";
import { BackupAndRestore, type Callback, CSVLogger, ModelCheckpoint } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "strata-callbacks-"));
afterAll(() => rmSync(folder, { recursive: true }));

const x = tensor(
  Float32Array.from({ length: 40 }, (_, index) => Math.sin(index)),
  [20, 2],
);
const y = x.mul(2).sum([1], true);

function compiled(): Sequential {
  setSeed(7);
  const model = new Sequential([
    new Dense(8, { activation: "relu" }),
    new Dropout(0.3),
    new Dropout(0.2, { seed: 3 }),
    new Dense(1),
  ]);
  model.build([null, 2]);
  model.compile({ optimizer: new Adam(0.01), loss: "mse" });
  return model;
}

function valuesOf(model: Sequential): unknown {
  return model.getWeights().map((each: Tensor) => each.arraySync());
}

/** A callback that interrupts training after some batches. */
function interruption(batches: number): Callback {
  let left = batches;
  return {
    onTrainBatchEnd: () => {
      if (--left === 0) throw new Error("interrupted");
    },
  };
}

const options = { epochs: 4, batchSize: 6, verbose: 0 } as const satisfies FitOptions;

describe("CSVLogger", () => {
  it("appends, quotes and separates as it is told", async () => {
    const path = join(folder, "log.csv");
    const rename: Callback = {
      onEpochEnd: (_, logs) => {
        logs["a;b"] = 1e-7;
      },
    };
    await compiled().fit(x, y, {
      ...options,
      epochs: 1,
      callbacks: [rename, new CSVLogger(path, { separator: ";" })],
    });
    await compiled().fit(x, y, {
      ...options,
      epochs: 1,
      callbacks: [rename, new CSVLogger(path, { separator: ";", append: true })],
    });
    const [header, first, second, ...rest] = readFileSync(path, "utf8").split("\n");
    expect(header).toBe('epoch;"a;b";loss;"val_a;b";val_loss');
    expect(first).toMatch(/^0;1e-07;\d\.\d+;NA;NA$/);
    expect(second).toBe(first);
    expect(rest).toEqual([""]);
    expect(() => new CSVLogger({ write: () => {} }, { append: true })).toThrow("append is true");
  });
});

describe("ModelCheckpoint", () => {
  it("saves each epoch under its numbers, in folders that it makes", async () => {
    const model = compiled();
    const checkpoint = new ModelCheckpoint(join(folder, "every/{epoch:02d}-{loss:.1f}.keras"));
    const { history } = await model.fit(x, y, { ...options, epochs: 2, callbacks: [checkpoint] });
    const files = readdirSync(join(folder, "every"));
    expect(files).toEqual(history.loss.map((loss, index) => `0${index + 1}-${loss.toFixed(1)}.keras`));
    const loaded = await loadModel(join(folder, "every", files[1]));
    expect(loaded.getWeights().map((each) => each.arraySync())).toEqual(valuesOf(model));
  });

  it("keeps the best, and saves weights after so many batches", async () => {
    const values = [3, 1, 2];
    const says: Callback = {
      onEpochEnd: (epoch, logs) => {
        logs.own = values[epoch];
      },
    };
    const path = join(folder, "best.keras");
    const best = new ModelCheckpoint(path, { monitor: "own", mode: "min", saveBestOnly: true });
    const weights: unknown[] = [];
    const model = compiled();
    const seen: Callback = { onEpochEnd: () => void weights.push(valuesOf(model)) };
    await model.fit(x, y, { ...options, epochs: 3, callbacks: [says, seen, best] });
    expect(best.best).toBe(1);
    expect((await loadModel(path)).getWeights().map((each) => each.arraySync())).toEqual(weights[1]);
    const often = new ModelCheckpoint(join(folder, "often/{epoch}-{batch}.weights.h5"), {
      saveFreq: 3,
      saveWeightsOnly: true,
    });
    await compiled().fit(x, y, { ...options, epochs: 2, callbacks: [often] });
    expect(readdirSync(join(folder, "often"))).toEqual(["1-3.weights.h5", "2-2.weights.h5"]);
    expect(() => new ModelCheckpoint("a.keras", { saveWeightsOnly: true })).toThrow("saveWeightsOnly true");
    expect(() => new ModelCheckpoint("a.keras", { saveFreq: 0 })).toThrow(
      'saveFreq is 0; it must be "epoch" or',
    );
  });

  it("refuses names and formats of numbers that there are not", () => {
    const numbers = { epoch: 3, loss: 0.12345 };
    expect(fillPattern("a", "{epoch:03d}-{loss:.2f}-{loss:8.1e}-{epoch}", numbers)).toBe(
      "003-0.12-  1.2e-1-3",
    );
    expect(() => fillPattern("ModelCheckpoint", "{val_loss}", numbers)).toThrow(
      "ModelCheckpoint: the file's name has {val_loss}; there are epoch, loss",
    );
    expect(() => fillPattern("ModelCheckpoint", "{loss:x}", numbers)).toThrow(
      "a format is a width, decimals",
    );
  });
});

describe("BackupAndRestore", () => {
  for (const saveFreq of ["epoch", 1, 3] as const) {
    it(`ends with the same bits after interruptions, saving each ${saveFreq === "epoch" ? "epoch" : `${saveFreq} batches`}`, async () => {
      const whole = compiled();
      await whole.fit(x, y, options);
      const backupDir = join(folder, `backup-${saveFreq}`);
      let model = compiled();
      for (const batches of [1, 5, 7]) {
        model = compiled();
        const callbacks = [new BackupAndRestore(backupDir, { saveFreq }), interruption(batches)];
        await expect(model.fit(x, y, { ...options, callbacks })).rejects.toThrow("interrupted");
      }
      model = compiled();
      await model.fit(x, y, { ...options, callbacks: [new BackupAndRestore(backupDir, { saveFreq })] });
      expect(valuesOf(model)).toEqual(valuesOf(whole));
      expect(readdirSync(backupDir)).toEqual([]);
    });
  }

  it("refuses the state of another model", async () => {
    const backupDir = join(folder, "other");
    const model = compiled();
    await model.fit(x, y, {
      ...options,
      callbacks: [new BackupAndRestore(backupDir, { deleteCheckpoint: false })],
    });
    const other = new Sequential([new Dense(1), new Dense(1)]);
    other.compile({ loss: "mse" });
    const callbacks = [new BackupAndRestore(backupDir)];
    await expect(other.fit(x, y, { ...options, callbacks })).rejects.toThrow("of another model or optimizer");
  });

  it("survives being killed at any moment", { timeout: 120_000 }, async () => {
    const program = await bundled();
    const whole = await trained(program, join(folder, "never-killed"), []);
    const delays = Array.from({ length: 20 }, (_, index) => (index * 37) % 150);
    expect(await trained(program, join(folder, "killed"), delays)).toBe(whole);
    expect(whole).toMatch(/^\[\[\[/);
  });
});

/**
 * Runs a program that trains in processes which are killed so many milliseconds after training began, then in one that
 * comes to its end.
 *
 * @returns The weights in the end, as it prints them.
 */
async function trained(program: string, backupDir: string, delays: readonly number[]): Promise<string> {
  for (const delay of delays) {
    const { signal } = await run(program, backupDir, delay);
    expect(signal).toBe("SIGKILL");
  }
  const { code, output } = await run(program, backupDir, null);
  expect(code).toBe(0);
  return output.slice(output.indexOf("["));
}

interface Outcome {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
}

function run(program: string, backupDir: string, delay: number | null): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, backupDir], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
      if (delay !== null && output.includes("begin")) setTimeout(() => child.kill("SIGKILL"), delay);
    });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, output }));
  });
}

/** The program in JavaScript, which starts sooner than its sources. */
async function bundled(): Promise<string> {
  const input = fileURLToPath(new URL("../testing/training-program.node.ts", import.meta.url));
  const bundle = await rolldown({
    input,
    platform: "node",
    resolve: { conditionNames: ["@strata/source", "node", "import"] },
  });
  const { output } = await bundle.write({
    dir: join(folder, "program"),
    format: "esm",
    entryFileNames: "main.mjs",
  });
  await bundle.close();
  return join(folder, "program", output[0].fileName);
}
