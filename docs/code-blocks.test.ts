/** Code in the README, in the guides and in docstrings compiles, runs, and prints what it says. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { setBackend } from "@strata/core";
import { setOutput } from "@strata/layers";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type CodeBlock, codeBlocksOf, isPrintedAs, moduleOf } from "./code-blocks.ts";
import { asText } from "./printed-text.ts";
import { recipe } from "./recipe.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
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
const excerpts = blocks.filter(({ excerptOf }) => excerptOf !== null);
const modules = blocks
  .filter(({ excerptOf }) => excerptOf === null)
  .map((block) => ({ title: titleOf(block), file: join(folder, fileNameOf(block)), ...moduleOf(block) }));

function titleOf({ path, line }: CodeBlock): string {
  return `${relative(root, path)}:${line}`;
}

function fileNameOf({ path, line }: CodeBlock): string {
  return `${relative(root, path)
    .replaceAll(/[/\\]/g, "-")
    .replace(/\.(ts|md)$/, "")}-${line}.ts`;
}

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  for (const { file, text } of modules) {
    if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
  }
  setOutput({ isTerminal: false, columns: 80, write: () => {} });
});

afterAll(() => setOutput(null));

test("the blocks compile, beside what CONTRIBUTING.md adds", () => {
  const added = ["Add an elementwise op", "Add a layer", "Add a loss or a metric"].flatMap(recipe);
  const changed = new Map(added.map(({ file, text }) => [file, text]));
  const host = sourcesOf(changed);
  const diagnostics = [
    ...diagnose(
      modules.map(({ file }) => file),
      host,
      template,
    ),
    ...diagnose([...changed.keys()], host),
  ];
  expect(diagnostics).toEqual([]);
}, 120_000);

describe("each block runs, and prints what it says", () => {
  test.for(modules.map((each) => [each.title, each] as const))("%s", async ([, { file, expectations }]) => {
    const printed = new Map<number | null, unknown[][]>();
    let announced: number | null = null;
    const debug = vi.spyOn(console, "debug").mockImplementation((number: number) => {
      announced = number;
    });
    const log = vi.spyOn(console, "log").mockImplementation((...values: unknown[]) => {
      printed.set(announced, [...(printed.get(announced) ?? []), values]);
      announced = null;
    });
    try {
      await import(/* @vite-ignore */ file);
    } finally {
      debug.mockRestore();
      log.mockRestore();
      setBackend("cpu");
    }
    for (const [number, { line, text }] of expectations) {
      const actual = printed.get(number) ?? [];
      if (!isPrintedAs(text, actual)) {
        expect.soft(`line ${line}: ${asText(actual, true)}`).toBe(`line ${line}: ${text}`);
      }
    }
  });
});

describe("each excerpt is what the file says", () => {
  test.for(excerpts.map((block) => [titleOf(block), block] as const))("%s", ([, block]) => {
    const original = withoutIndentation(readFileSync(join(root, block.excerptOf ?? ""), "utf8"));
    for (const piece of block.code.split(/^\s*\/\/ …$/m)) {
      expect(original).toContain(withoutIndentation(piece).trim());
    }
  });
});

function withoutIndentation(code: string): string {
  return code.replaceAll(/^ +/gm, "");
}

/** What `tsc --init` of TypeScript 6 turns on beyond this project's options. */
const template: ts.CompilerOptions = { noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true };

/** The files as the compiler reads them, some with another text than on disk, each parsed once. */
function sourcesOf(changed: ReadonlyMap<string, string>): ts.CompilerHost {
  const host = ts.createCompilerHost(baseOptions());
  const { readFile, fileExists, getSourceFile } = host;
  const parsed = new Map<string, ts.SourceFile | undefined>();
  host.readFile = (path) => changed.get(path) ?? readFile(path);
  host.fileExists = (path) => changed.has(path) || fileExists(path);
  host.getSourceFile = (path, ...rest) => {
    if (!parsed.has(path)) parsed.set(path, getSourceFile(path, ...rest));
    return parsed.get(path);
  };
  return host;
}

function baseOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, "tsconfig.base.json"), ts.sys.readFile);
  return ts.parseJsonConfigFileContent({ ...config, files: [] }, ts.sys, root).options;
}

/** The findings of the compiler in the files. */
function diagnose(
  files: readonly string[],
  host: ts.CompilerHost,
  further: ts.CompilerOptions = {},
): string[] {
  const program = ts.createProgram(files, { ...baseOptions(), ...further, noUnusedLocals: false }, host);
  return files
    .map((file) => program.getSourceFile(file))
    .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
    .map(({ file, start = 0, messageText }) => {
      const at = file
        ? `${basename(file.fileName)}:${file.getLineAndCharacterOfPosition(start).line + 1}`
        : "";
      return `${at} ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    });
}
