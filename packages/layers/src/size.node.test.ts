/** How long layers are: to write one is to write a formula and a table of options. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, it } from "vitest";
import { layerRegistry } from "./layers/registry.ts";

const sources = fileURLToPath(new URL(".", import.meta.url));
const paths = readdirSync(sources, { recursive: true, encoding: "utf8" }).filter(
  (path) => path.endsWith(".ts") && !path.endsWith(".test.ts") && !path.includes("testing"),
);

/** Lines of a text with something on them. */
function count(text: string): number {
  return text.split("\n").filter((line) => line.trim() !== "").length;
}

interface Measured {
  /** Lines of code that are no imports. */
  readonly code: number;
  /** Lines of imports. */
  readonly imports: number;
  /** Lines of comments, docstrings among them. */
  readonly comments: number;
  /** The names of the classes that the file exports. */
  readonly classes: readonly string[];
}

function measure(path: string): Measured {
  const text = readFileSync(join(sources, path), "utf8");
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports = file.statements.filter(ts.isImportDeclaration).map((each) => count(each.getText()));
  const classes = file.statements.filter(ts.isClassDeclaration).map((each) => each.name?.text ?? "");
  const all = count(text);
  const withoutComments = count(text.replaceAll(/\/\*\*?[\s\S]*?\*\/|^\s*\/\/.*$/gm, ""));
  const imported = imports.reduce((sum, each) => sum + each, 0);
  return { code: withoutComments - imported, imports: imported, comments: all - withoutComments, classes };
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}

it("Dense has at most 45 lines without imports, and the median of the layers at most 40 without docstrings too", () => {
  const measured = paths.map((path) => [path, measure(path)] as const);
  const names = new Set(Object.keys(layerRegistry.entries));
  // The lines of a file that has a family are shared among its layers.
  const layers = measured.flatMap(([path, { code, classes }]) => {
    const own = path.startsWith("layers") ? classes.filter((name) => names.has(name)) : [];
    return own.map(() => code / own.length);
  });
  const dense = measure("layers/core/dense.ts");
  const total = (name: "code" | "imports" | "comments"): number =>
    measured.reduce((sum, [, each]) => sum + each[name], 0);
  console.log(
    [
      `Dense: ${dense.code} lines without imports and docstrings, ${dense.code + dense.comments} with docstrings`,
      `layers: ${layers.length}, of ${median(layers)} lines in the median, without imports and docstrings`,
      `package: ${total("code")} lines of code, ${total("imports")} of imports, ${total("comments")} of docstrings and comments`,
    ].join("\n"),
  );
  expect(layers.length).toBeGreaterThan(140);
  expect(median(layers)).toBeLessThanOrEqual(40);
  expect(dense.code).toBeLessThanOrEqual(45);
});
