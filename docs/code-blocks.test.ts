/** Code in the README, in the guides and in docstrings runs, and prints what it says. `check-blocks.ts` compiles it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setBackend } from "@strata/core";
import { setOutput } from "@strata/layers";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { excerpts, modules, root, titleOf, writeModules } from "./all-blocks.ts";
import { isPrintedAs } from "./code-blocks.ts";
import { asText } from "./printed-text.ts";

beforeAll(() => {
  writeModules();
  setOutput({ isTerminal: false, columns: 80, write: () => {} });
});

afterAll(() => setOutput(null));

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
