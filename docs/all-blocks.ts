/** All blocks of code in the README, in the guides and in docstrings, and the modules that they are made into. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type BlockModule, type CodeBlock, codeBlocksOf, moduleOf } from "./code-blocks.ts";

export const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "docs", ".blocks");

function filesIn(path: string, isWanted: (name: string) => boolean): string[] {
  return readdirSync(join(root, path), { recursive: true, encoding: "utf8" })
    .filter((name) => isWanted(name) && !name.includes("node_modules"))
    .map((name) => join(root, path, name));
}

const documents = [
  join(root, "README.md"),
  join(root, "packages/core/README.md"),
  join(root, "packages/layers/README.md"),
  join(root, "CONTRIBUTING.md"),
  join(root, "docs/landing.md"),
  ...filesIn("docs/guide", (name) => name.endsWith(".md")),
];
const sources = ["packages/core/src", "packages/layers/src"].flatMap((path) =>
  filesIn(path, (name) => name.endsWith(".ts") && !name.endsWith(".test.ts")),
);

const blocks = [...documents, ...sources].flatMap(codeBlocksOf);

/** The blocks that are parts of files. */
export const excerpts: readonly CodeBlock[] = blocks.filter(({ excerptOf }) => excerptOf !== null);

/** A module, and where it is written. */
export interface BlockFile extends BlockModule {
  /** The path and the line of the block. */
  readonly title: string;
  readonly file: string;
}

/** The modules of all other blocks. */
export const modules: readonly BlockFile[] = blocks
  .filter(({ excerptOf }) => excerptOf === null)
  .map((block) => ({ title: titleOf(block), file: join(folder, fileNameOf(block)), ...moduleOf(block) }));

export function titleOf({ path, line }: CodeBlock): string {
  return `${relative(root, path)}:${line}`;
}

function fileNameOf({ path, line }: CodeBlock): string {
  return `${relative(root, path)
    .replaceAll(/[/\\]/g, "-")
    .replace(/\.(ts|md)$/, "")}-${line}.ts`;
}

/** Writes the modules whose files do not have their text yet. */
export function writeModules(): void {
  mkdirSync(folder, { recursive: true });
  for (const { file, text } of modules) {
    if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
  }
}
