import { expect, test } from "vitest";
import { writeFileSet } from "./file-set.ts";
import type { WritableFile } from "./file-target.ts";

function target(files: Map<string, string>, name = "main.json"): WritableFile {
  let text = "";
  return {
    name,
    write: (bytes) => {
      text += new TextDecoder().decode(bytes);
    },
    close: () => void files.set(name, text),
    sibling: (other) => target(files, other),
  };
}

const set = {
  namesOf: (generation: number) => [`a${generation}`, `b${generation}`],
  partOf: (index: number) => new TextEncoder().encode(`part ${index}`),
  mainOf: (names: readonly string[]) => new TextEncoder().encode(JSON.stringify(names)),
  namesIn: () => [],
  isPart: () => true,
};

test("files that belong together are written, and last the one that names the others", async () => {
  const files = new Map<string, string>();
  expect(await writeFileSet(target(files), set)).toEqual(["a1", "b1"]);
  expect([...files]).toEqual([
    ["a1", "part 0"],
    ["b1", "part 1"],
    ["main.json", '["a1","b1"]'],
  ]);
});

test("the one that names the others is not written where one of them fails", async () => {
  const files = new Map<string, string>();
  const failing = {
    ...set,
    partOf: (index: number) => {
      if (index === 1) throw new Error("no more");
      return set.partOf(index);
    },
  };
  await expect(writeFileSet(target(files), failing)).rejects.toThrow("no more");
  expect([...files.keys()]).toEqual(["a1"]);
});
