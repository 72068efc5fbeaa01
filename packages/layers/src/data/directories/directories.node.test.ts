import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Tensor } from "@strata/core";
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { setOutput } from "../../utilities/output.ts";
import { audioDatasetFromDirectory } from "./audio.ts";
import type { DirectoryDataset } from "./directory-dataset.ts";
import type { DirectoryHandle, FileHandle } from "./folder-tree.ts";
import { textDatasetFromDirectory } from "./texts.ts";

const folder = mkdtempSync(join(tmpdir(), "strata-directories-"));
let printed = "";

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

// The order, shuffled and not, is that of Keras's index_directory, run on the same tree.
const files = [
  ...["b/2.txt", "b/10.txt", "b/1.TXT", "b/s/z.txt", "b/s-t/a.txt", "b/s/t/q.txt", "a/é.txt", "a/😀.txt"],
  ...[
    "a/～.txt",
    "a/Z.txt",
    "a/_.txt",
    "a/skip.md",
    ".hidden/x.txt",
    "Upper/u.txt",
    "b/.hid/h.txt",
    "top.txt",
  ],
];
const sorted = [
  ...[
    "Upper/u.txt",
    "a/Z.txt",
    "a/_.txt",
    "a/é.txt",
    "a/～.txt",
    "a/😀.txt",
    "b/1.TXT",
    "b/10.txt",
    "b/2.txt",
  ],
  ...["b/.hid/h.txt", "b/s/z.txt", "b/s-t/a.txt", "b/s/t/q.txt"],
];
const shuffledBy1337 = [
  ...[
    "a/😀.txt",
    "a/é.txt",
    "a/Z.txt",
    "Upper/u.txt",
    "a/～.txt",
    "b/1.TXT",
    "b/s-t/a.txt",
    "a/_.txt",
    "b/s/z.txt",
  ],
  ...["b/.hid/h.txt", "b/s/t/q.txt", "b/2.txt", "b/10.txt"],
];

beforeAll(() => {
  for (const path of files) write(`tree/${path}`, path);
  write("two/no/1.txt", "no");
  write("two/yes/1.txt", "yes");
  mkdirSync(join(folder, "empty/a"), { recursive: true });
  setOutput({ isTerminal: false, columns: 80, write: (text) => (printed += text) });
});

afterAll(() => {
  setOutput(null);
  rmSync(folder, { recursive: true });
});

const tree = join(folder, "tree");
const below = (paths: readonly string[]): string[] => paths.map((path) => path.slice(tree.length + 1));

async function pairsOf(
  data: DirectoryDataset<readonly [readonly string[], Tensor]>,
): Promise<(readonly [string, unknown])[]> {
  const batches = await data.toArray();
  return batches.flatMap(([texts, labels]) => {
    const values: unknown[] = [labels.arraySync()].flat();
    return texts.map((text, index) => [text, values[index]] as const);
  });
}

describe("textDatasetFromDirectory", () => {
  it("gives texts and the classes of their folders, in Keras's order", async () => {
    printed = "";
    const data = await textDatasetFromDirectory(tree, { shuffle: false, batchSize: 5 });
    expectTypeOf(data).toEqualTypeOf<DirectoryDataset<readonly [files: readonly string[], labels: Tensor]>>();
    expect(printed).toBe("Found 13 files belonging to 3 classes.\n");
    expect(data.classNames).toEqual(["Upper", "a", "b"]);
    expect(below(data.filePaths)).toEqual(sorted);
    expect(data.size).toBe(3);
    const labels = sorted.map((path) => ["Upper", "a", "b"].indexOf(path.split("/")[0]));
    expect(await pairsOf(data)).toEqual(sorted.map((path, index) => [path, labels[index]]));
    const [[, first]] = await data.toArray();
    expect([first.dtype, first.shape]).toEqual(["int32", [5]]);
  });

  it("shuffles by a seed as Keras does before it divides the files", async () => {
    const options = { seed: 1337, validationSplit: 0.25, verbose: false } as const;
    const [training, validation] = await textDatasetFromDirectory(tree, { ...options, subset: "both" });
    expect(below(training.filePaths)).toEqual(shuffledBy1337.slice(0, 10));
    expect(below(validation.filePaths)).toEqual(shuffledBy1337.slice(10));
    // Those for validation stand still, the others are shuffled in each pass.
    const order = async (data: typeof training) => (await pairsOf(data)).map(([text]) => text);
    expect(await order(validation)).toEqual(shuffledBy1337.slice(10));
    const [first, second] = [await order(training), await order(training)];
    expect(first.toSorted()).toEqual(shuffledBy1337.slice(0, 10).toSorted());
    expect(first).not.toEqual(second);
    for (const subset of ["training", "validation"] as const) {
      const part = await textDatasetFromDirectory(tree, { ...options, subset });
      expect(part.filePaths).toEqual((subset === "training" ? training : validation).filePaths);
    }
    const pairs = await pairsOf(training);
    expect(pairs.every(([text, label]) => ["Upper", "a", "b"][Number(label)] === text.split("/")[0])).toBe(
      true,
    );
  });

  it("takes labels that are given, in the order of the paths, and none", async () => {
    const all = ["top.txt", ".hidden/x.txt", ...sorted];
    const given = await textDatasetFromDirectory(tree, {
      labels: all.map((_, index) => index % 2),
      labelMode: "categorical",
      shuffle: false,
      verbose: false,
    });
    expect([given.classNames, below(given.filePaths)]).toEqual([["0", "1"], all]);
    const [[, labels]] = await given.toArray();
    expect([labels.dtype, labels.slice([[0, 2]]).arraySync()]).toEqual([
      "float32",
      [
        [1, 0],
        [0, 1],
      ],
    ]);
    const alone = await textDatasetFromDirectory(tree, { labels: null, shuffle: false, batchSize: null });
    expectTypeOf(alone).toEqualTypeOf<DirectoryDataset<string>>();
    expect([alone.classNames, alone.size, await alone.toArray()]).toEqual([null, 15, all]);
    const unlabelled = await textDatasetFromDirectory(tree, {
      labelMode: null,
      maxLength: 2,
      shuffle: false,
    });
    expectTypeOf(unlabelled).toEqualTypeOf<DirectoryDataset<readonly string[]>>();
    // "é" takes two bytes, and of a character that is cut through nothing is left.
    expect((await unlabelled.toArray())[0].slice(0, 6)).toEqual(["to", ".h", "Up", "a/", "a/", "a/"]);
  });

  it("takes some classes in an order of one's own, and two as 0 and 1", async () => {
    const some = await textDatasetFromDirectory(tree, { classNames: ["b", "Upper"], shuffle: false });
    expect([some.classNames, below(some.filePaths).at(-1)]).toEqual([["b", "Upper"], "Upper/u.txt"]);
    const two = await textDatasetFromDirectory(pathToFileURL(join(folder, "two")), {
      labelMode: "binary",
      shuffle: false,
    });
    const [[texts, labels]] = await two.toArray();
    expect([texts, labels.arraySync(), labels.dtype]).toEqual([["no", "yes"], [[0], [1]], "float32"]);
  });

  it("follows links to folders if it is asked to, and not around for ever", async () => {
    mkdirSync(join(folder, "links/a"), { recursive: true });
    symlinkSync(join(folder, "two"), join(folder, "links/a/elsewhere"));
    symlinkSync(join(folder, "links"), join(folder, "links/a/around"));
    write("links/a/1.txt", "1");
    const found = async (followLinks: boolean) =>
      (await textDatasetFromDirectory(join(folder, "links"), { followLinks, shuffle: false })).filePaths.map(
        (path) => path.slice(folder.length + 7),
      );
    expect(await found(false)).toEqual(["a/1.txt"]);
    expect(await found(true)).toEqual(["a/1.txt", "a/elsewhere/no/1.txt", "a/elsewhere/yes/1.txt"]);
  });

  it("refuses what does not go together, in words", async () => {
    const made = (options: object, path = tree) =>
      textDatasetFromDirectory(path, { ...options, verbose: false });
    await expect(made({ subset: "training" })).rejects.toThrow("subset is given without validationSplit");
    await expect(made({ validationSplit: 0.5, seed: 1 })).rejects.toThrow("validationSplit is given without");
    await expect(made({ validationSplit: 0.5, subset: "training" })).rejects.toThrow("takes a seed");
    await expect(made({ validationSplit: 0.01, subset: "both", seed: 1 })).rejects.toThrow(
      "a validationSplit of 0.01 leaves no files for validation of 13",
    );
    await expect(made({ labels: [1, 2] })).rejects.toThrow("there are 2 labels, and 15 files");
    await expect(made({ classNames: ["a", "c"] })).rejects.toThrow(
      `there is no folder "c" of classNames in ${JSON.stringify(tree)}; its folders are Upper, a, b`,
    );
    await expect(made({ classNames: ["a"], labels: null })).rejects.toThrow("classNames are for labels");
    await expect(made({ labelMode: "binary" })).rejects.toThrow("there are 3 classes (Upper, a, b)");
    await expect(made({}, join(folder, "empty"))).rejects.toThrow("there are no files in");
    await expect(made({}, join(folder, "missing"))).rejects.toThrow("cannot be read: ENOENT");
    await expect(made({ labelmode: "int" })).rejects.toThrow('"labelmode" is an unknown option');
  });

  it("reads handles of folders and Files, as pages have them", async () => {
    const fileHandle = (name: string): FileHandle => ({
      kind: "file",
      name,
      getFile: () => Promise.resolve(new File([`content of ${name}`], name)),
    });
    const folderHandle = (
      name: string,
      inside: readonly (DirectoryHandle | FileHandle)[],
    ): DirectoryHandle => ({
      kind: "directory",
      name,
      async *values() {
        yield* inside;
      },
    });
    const root = folderHandle("root", [
      folderHandle("two", [fileHandle("b.txt"), folderHandle("x", [fileHandle("c.txt")])]),
      folderHandle("one", [fileHandle("a.txt")]),
    ]);
    const data = await textDatasetFromDirectory(root, { shuffle: false });
    expect(data.filePaths).toEqual(["root/one/a.txt", "root/two/b.txt", "root/two/x/c.txt"]);
    expect(await pairsOf(data)).toEqual([
      ["content of a.txt", 0],
      ["content of b.txt", 1],
      ["content of c.txt", 1],
    ]);
    const chosen = ["root/two/b.txt", "root/one/a.txt"].map((path) =>
      Object.defineProperty(new File([path], path.slice(9)), "webkitRelativePath", { value: path }),
    );
    expect(await pairsOf(await textDatasetFromDirectory(chosen, { shuffle: false }))).toEqual([
      ["root/one/a.txt", 0],
      ["root/two/b.txt", 1],
    ]);
    const alone = await textDatasetFromDirectory([new File(["x"], "x.txt"), new File([""], "a.txt")], {
      labels: null,
      shuffle: false,
      batchSize: null,
    });
    expect([alone.filePaths, await alone.toArray()]).toEqual([
      ["a.txt", "x.txt"],
      ["", "x"],
    ]);
    await expect(textDatasetFromDirectory([], { labels: null })).rejects.toThrow(
      'no files in "the Files given"',
    );
    // @ts-expect-error no folder
    await expect(textDatasetFromDirectory(3)).rejects.toThrow("the directory is 3");
  });
});

/** A WAV file of samples that are written as they are given. */
function wav(format: number, bits: number, channels: number, data: Uint8Array, extra = ""): Uint8Array {
  const fmt = new DataView(new ArrayBuffer(16));
  fmt.setUint16(0, format, true);
  fmt.setUint16(2, channels, true);
  fmt.setUint32(4, 8000, true);
  fmt.setUint16(14, bits, true);
  const chunk = (name: string, content: Uint8Array): Buffer => {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(content.length);
    return Buffer.concat([Buffer.from(name), size, content, Buffer.alloc(content.length % 2)]);
  };
  const body = Buffer.concat([
    Buffer.from("WAVE"),
    ...(extra === "" ? [] : [chunk("LIST", Buffer.from(extra))]),
    chunk("fmt ", new Uint8Array(fmt.buffer)),
    chunk("data", data),
  ]);
  return chunk("RIFF", body);
}

const bytes = (values: ArrayBufferView): Uint8Array => new Uint8Array(values.buffer);

describe("audioDatasetFromDirectory", () => {
  beforeAll(() => {
    write("audio/a/8.wav", wav(1, 8, 1, Uint8Array.of(0, 128, 255), "odd"));
    write("audio/a/16.wav", wav(1, 16, 2, bytes(Int16Array.of(-32768, 16384, 0, 32767))));
    write("audio/b/24.wav", wav(1, 24, 1, Uint8Array.of(0, 0, 0x80, 0, 0, 0x40)));
    write("audio/b/32.wav", wav(1, 32, 1, bytes(Int32Array.of(-(2 ** 31), 2 ** 30))));
    write("audio/b/float.wav", wav(3, 32, 1, bytes(Float32Array.of(0.25, -1.5))));
  });

  it("gives samples of all widths as numbers from −1 to 1", async () => {
    const data = await audioDatasetFromDirectory(join(folder, "audio"), {
      shuffle: false,
      batchSize: null,
      labels: null,
    });
    expectTypeOf(data).toEqualTypeOf<DirectoryDataset<Tensor>>();
    expect((await data.toArray()).map((each) => each.arraySync())).toEqual([
      [
        [-1, 0.5],
        [0, Math.fround(32767 / 32768)],
      ],
      [[-1], [0], [Math.fround(127 / 128)]],
      [[-1], [0.5]],
      [[-1], [0.5]],
      [[0.25], [-1.5]],
    ]);
  });

  it("fills batches up with silence, or cuts recordings to a length", async () => {
    const read = (options: object) =>
      audioDatasetFromDirectory(join(folder, "audio"), {
        shuffle: false,
        classNames: ["b"],
        ...options,
      });
    write("audio/b/long.wav", wav(1, 8, 1, new Uint8Array(5)));
    const [[audio, labels]] = await (await read({})).toArray();
    expect([
      audio.shape,
      audio
        .slice([[0, 1]])
        .reshape([5])
        .arraySync(),
      labels.shape,
    ]).toEqual([[4, 5, 1], [-1, 0.5, 0, 0, 0], [4]]);
    const [[cut]] = await (await read({ outputSequenceLength: 3 })).toArray();
    expect(cut.reshape([4, 3]).arraySync()).toEqual([
      [-1, 0.5, 0],
      [-1, 0.5, 0],
      [0.25, -1.5, 0],
      [-1, -1, -1],
    ]);
  });

  it("says what a file is that it cannot decode", async () => {
    const failing = async (content: Uint8Array): Promise<unknown> => {
      write("broken/a/x.wav", content);
      return (await audioDatasetFromDirectory(join(folder, "broken"))).toArray();
    };
    await expect(failing(new Uint8Array(3))).rejects.toThrow(/x\.wav.*it is no WAV file/);
    await expect(failing(wav(2, 4, 1, new Uint8Array(4)))).rejects.toThrow("the format 2 and 4 bits");
    await expect(failing(wav(1, 16, 1, new Uint8Array(8)).subarray(0, 48))).rejects.toThrow(
      "it is cut short",
    );
    await expect(failing(wav(1, 16, 1, new Uint8Array(8)).subarray(0, 36))).rejects.toThrow(
      "it has no samples",
    );
    await expect(failing(wav(1, 16, 0, new Uint8Array(8)))).rejects.toThrow("it has no channels");
    // @ts-expect-error recordings of different lengths are filled up
    await expect(audioDatasetFromDirectory(folder, { ragged: true })).rejects.toThrow("unknown option");
  });
});
