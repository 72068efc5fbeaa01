/**
 * Trains the same network at both levels on all of MNIST: `npm run mnist`, or `npm run mnist -- 2` for two epochs; the
 * others by `npm run example -- mnist-convnet`.
 */
import { readFile } from "node:fs/promises";
import { describeBackend, setSeed } from "@strata/core";
import { loadMnist, type Mnist, type Scores } from "./mnist-mlp/data.ts";

const seed = 2;
const examples = ["mnist-mlp", "mnist-convnet", "mnist-lstm"];

interface Tier {
  readonly name: string;
  readonly file: string;
  readonly train: (mnist: Mnist, epochs: number) => Scores | Promise<Scores>;
}

async function tiersOf(example = "mnist-mlp"): Promise<readonly Tier[]> {
  if (!examples.includes(example)) {
    throw new RangeError(
      `${JSON.stringify(example)} is an unknown example; there are ${examples.join(", ")}`,
    );
  }
  return Promise.all(
    ["core", "layers"].map(async (tier) => {
      const file = `${example}/${tier}.ts`;
      const { train } = await import(`./${file}`);
      return { name: `@strata/${tier}`, file, train };
    }),
  );
}

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
  console.log(`\n${name} (examples/${file})\n`);
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

const [example, epochsGiven] = process.argv.slice(2);
const tiers = await tiersOf(example);
const epochs = readEpochs(epochsGiven);
const mnist = await loadMnist();
console.log(
  `${mnist.training.count} training images, ${mnist.test.count} test images, Node ${process.version}`,
);
console.log(describeBackend());
const rows = [];
for (const tier of tiers) rows.push(await measure(tier, mnist, epochs));
console.log(`\n${formatTable(rows)}`);
