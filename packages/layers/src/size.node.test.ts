/** How long layers are: to write one is to write a formula and a table of options. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

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
  /** The number of layers in the file. */
  readonly layers: number;
}

function measure(path: string): Measured {
  const text = readFileSync(join(sources, path), "utf8");
  const imports = count(text.match(/^import [^;]*;/gm)?.join("\n") ?? "");
  const layers = text.match(/^ {2}static override readonly className/gm)?.length ?? 0;
  const withoutComments = count(text.replaceAll(/\/\*\*?[\s\S]*?\*\/|^\s*\/\/.*$/gm, ""));
  return { code: withoutComments - imports, imports, comments: count(text) - withoutComments, layers };
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}

it("Dense has at most 45 lines without imports, and the median of the layers at most 40 without docstrings too", () => {
  const measured = paths.map((path) => [path, measure(path)] as const);
  // The lines of a file that has a family are shared among its layers.
  const layers = measured.flatMap(([path, each]) =>
    path.startsWith("layers/") ? new Array<number>(each.layers).fill(each.code / each.layers) : [],
  );
  const dense = measure("layers/core/dense.ts");
  const total = (name: "code" | "imports" | "comments"): number =>
    measured.reduce((sum, [, each]) => sum + each[name], 0);
  console.log(
    [
      `Dense: ${dense.code + dense.comments} lines without imports, ${dense.code} without docstrings too`,
      `layers: ${layers.length}, of ${median(layers)} lines in the median, without imports and docstrings`,
      `package: ${total("code")} lines of code, ${total("imports")} of imports, ${total("comments")} of docstrings and comments`,
    ].join("\n"),
  );
  expect(layers.length).toBeGreaterThan(130);
  expect(median(layers)).toBeLessThanOrEqual(40);
  expect(dense.code + dense.comments).toBeLessThanOrEqual(45);
});
