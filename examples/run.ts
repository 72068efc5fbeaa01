/**
 * Trains an example, at both levels where it is written at both: `npm run example -- mnist-convnet`, or for two epochs
 * `npm run example -- mnist-convnet 2`. Without a name, or by `npm run mnist`, it is mnist-mlp.
 */
import { readFile } from "node:fs/promises";
import { describeBackend, setSeed } from "@strata/core";
import { loadText } from "./character-transformer/data.ts";
import { loadPictures } from "./fashion-mnist/data.ts";
import { loadCars } from "./fuel-economy/data.ts";
import { loadMnist } from "./mnist-mlp/data.ts";
import { loadSentences } from "./text-tone/data.ts";
import { makeSeasons } from "./two-inputs/data.ts";

const seed = 2;

interface Example {
  readonly levels: readonly ("core" | "layers")[];
  readonly load: () => unknown;
  /** How often the data are gone through, unless the command says otherwise. */
  readonly epochs: number;
}

const examples: Readonly<Record<string, Example>> = {
  "mnist-mlp": { levels: ["core", "layers"], load: loadMnist, epochs: 5 },
  "mnist-convnet": { levels: ["core", "layers"], load: loadMnist, epochs: 5 },
  "mnist-lstm": { levels: ["core", "layers"], load: loadMnist, epochs: 5 },
  "character-transformer": { levels: ["core", "layers"], load: loadText, epochs: 10 },
  "variational-autoencoder": { levels: ["layers"], load: loadMnist, epochs: 20 },
  "fashion-mnist": { levels: ["layers"], load: loadPictures, epochs: 15 },
  "fuel-economy": { levels: ["layers"], load: loadCars, epochs: 20 },
  "text-tone": { levels: ["layers"], load: loadSentences, epochs: 5 },
  "two-inputs": { levels: ["layers"], load: makeSeasons, epochs: 10 },
};

type Results = Readonly<Record<string, number>>;

interface Tier {
  readonly name: string;
  readonly file: string;
  readonly train: (data: unknown, epochs: number) => Results | Promise<Results>;
}

function readExample(name: string): Example {
  if (Object.hasOwn(examples, name)) return examples[name];
  const names = Object.keys(examples).join(", ");
  throw new RangeError(`${JSON.stringify(name)} is an unknown example; there are ${names}`);
}

async function tierOf(example: string, level: string): Promise<Tier> {
  const file = `${example}/${level}.ts`;
  const { train } = await import(`./${file}`);
  return { name: `@strata/${level}`, file, train };
}

function readEpochs(argument: string): number {
  const epochs = Number(argument);
  if (Number.isInteger(epochs) && epochs > 0) return epochs;
  throw new RangeError(`the number of epochs is ${argument}; it must be a positive integer`);
}

async function countLinesOfCode(file: string): Promise<number> {
  const text = await readFile(new URL(file, import.meta.url), "utf8");
  const lines = text.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "" && !/^(\/\/|\/\*|\*)/.test(line)).length;
}

async function measure({ name, file, train }: Tier, data: unknown, epochs: number) {
  console.log(`\n${name} (examples/${file})\n`);
  setSeed(seed);
  const started = performance.now();
  const results = await train(data, epochs);
  return {
    tier: name,
    "lines of code": String(await countLinesOfCode(file)),
    "seconds an epoch": ((performance.now() - started) / 1000 / epochs).toFixed(1),
    ...Object.fromEntries(
      Object.entries(results).map(([what, value]) => [
        `test ${what}`,
        what.endsWith("accuracy") ? `${(100 * value).toFixed(2)} %` : value.toFixed(6),
      ]),
    ),
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

const [name = "mnist-mlp", epochsGiven] = process.argv.slice(2);
const example = readExample(name);
const epochs = readEpochs(epochsGiven ?? String(example.epochs));
console.log(`${name}, Node ${process.version}`);
console.log(describeBackend());
setSeed(seed);
const data = await example.load();
const rows = [];
for (const level of example.levels) rows.push(await measure(await tierOf(name, level), data, epochs));
console.log(`\n${formatTable(rows)}`);
