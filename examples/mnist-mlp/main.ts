/** Trains the same network at both levels on all of MNIST: `npm run mnist`, or `npm run mnist -- 2` for two epochs. */
import { readFile } from "node:fs/promises";
import { describeBackend, setSeed } from "@strata/core";
import * as core from "./core.ts";
import { loadMnist, type Mnist, type Scores } from "./data.ts";
import * as layers from "./layers.ts";

const seed = 2;

interface Tier {
  readonly name: string;
  readonly file: string;
  readonly train: (mnist: Mnist, epochs: number) => Scores | Promise<Scores>;
}

const tiers: readonly Tier[] = [
  { name: "@strata/core", file: "core.ts", train: core.train },
  { name: "@strata/layers", file: "layers.ts", train: layers.train },
];

function readEpochs(argument = "5"): number {
  const epochs = Number(argument);
  if (Number.isInteger(epochs) && epochs > 0) return epochs;
  throw new RangeError(`the number of epochs is ${argument}; it must be a positive integer`);
}

async function countLinesOfCode(file: string): Promise<number> {
  const text = await readFile(new URL(file, import.meta.url), "utf8");
  const lines = text.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "" && !/^(\/\/|\/\*|\*)/.test(line)).length;
}

async function measure({ name, file, train }: Tier, mnist: Mnist, epochs: number) {
  console.log(`\n${name} (examples/mnist-mlp/${file})\n`);
  setSeed(seed);
  const started = performance.now();
  const { loss, accuracy } = await train(mnist, epochs);
  return {
    tier: name,
    "lines of code": String(await countLinesOfCode(file)),
    "seconds an epoch": ((performance.now() - started) / 1000 / epochs).toFixed(1),
    "test loss": loss.toFixed(6),
    "test accuracy": `${(100 * accuracy).toFixed(2)} %`,
  };
}

function formatTable(rows: readonly Readonly<Record<string, string>>[]): string {
  const titles = Object.keys(rows[0]);
  const cells = [titles, ...rows.map((row) => titles.map((title) => row[title]))];
  const widths = titles.map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  const lines = cells.map((line) =>
    line.map((text, column) => (column === 0 ? text.padEnd(widths[0]) : text.padStart(widths[column]))),
  );
  lines.splice(
    1,
    0,
    widths.map((width) => "─".repeat(width)),
  );
  return lines.map((line) => line.join("  ")).join("\n");
}

const epochs = readEpochs(process.argv[2]);
const mnist = await loadMnist();
console.log(
  `${mnist.training.count} training images, ${mnist.test.count} test images, Node ${process.version}`,
);
console.log(describeBackend());
const rows = [];
for (const tier of tiers) rows.push(await measure(tier, mnist, epochs));
console.log(`\n${formatTable(rows)}`);
