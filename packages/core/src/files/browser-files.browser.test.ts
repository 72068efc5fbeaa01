import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { loadNpz, saveNpz } from "../formats/numpy/npz.ts";
import { loadSafetensors, saveSafetensors } from "../formats/safetensors/safetensors.ts";
import { tensor } from "../tensor.ts";
import { FileError } from "./file-error.ts";
import { type FileSource, withSource } from "./file-source.ts";
import { appendToFile, fileExists, type WritableFile, writeTarget } from "./file-target.ts";
import { fileSystem } from "./platform/browser.ts";
import { listFiles, removeFile } from "./stored-files.ts";

const content = Uint8Array.from({ length: 1000 }, (_, index) => index % 251);

async function contentOf(source: FileSource): Promise<Uint8Array> {
  return withSource(source, {}, async (file) => new Uint8Array(await file.readAll()));
}

async function* broken(): AsyncGenerator<Uint8Array> {
  yield content;
  throw new Error("no more bytes");
}

const stores = ["indexeddb://", "opfs://"] as const;

async function removeAll(): Promise<void> {
  for (const store of stores) for (const { name } of await listFiles(store)) await removeFile(name);
}

beforeEach(removeAll);
afterEach(removeAll);

describe.each(stores)("what is saved to %s", (store) => {
  test("comes back, also as a part of it, and replaces what was there", async () => {
    const name = `${store}models/first.bin`;
    await writeTarget(name, [content.subarray(0, 10), content.subarray(10)]);
    expect(await contentOf(name)).toEqual(content);
    expect(await withSource(name, {}, (file) => file.read(100, 5))).toEqual(content.slice(100, 105));
    await writeTarget(new URL(name), content.subarray(0, 3));
    expect(await contentOf(new URL(name))).toEqual(content.slice(0, 3));
  });

  test("is whole or not at all: the old file remains, and none is left where there was none", async () => {
    await writeTarget(`${store}old.bin`, content);
    await expect(writeTarget(`${store}old.bin`, broken())).rejects.toThrow("no more bytes");
    await expect(writeTarget(`${store}new.bin`, broken())).rejects.toThrow("no more bytes");
    expect(await contentOf(`${store}old.bin`)).toEqual(content);
    expect(await listFiles(store)).toEqual([{ name: `${store}old.bin`, size: 1000 }]);
  });

  test("grows by what is appended", async () => {
    const name = `${store}logs/events.bin`;
    await appendToFile(name, content.subarray(0, 10));
    await appendToFile(name, content.subarray(10, 20));
    expect(await contentOf(name)).toEqual(content.slice(0, 20));
  });

  test("is listed by folder, asked for and removed", async () => {
    const names = ["a.bin", "models/b.bin", "models/deep/c.bin", "models-of-others/d.bin"];
    for (const name of names) await writeTarget(store + name, content);
    const listed = await listFiles(store);
    expect(listed.map(({ name }) => name).sort()).toEqual(names.map((name) => store + name).sort());
    expect((await listFiles(`${store}models/`)).map(({ name }) => name)).toEqual([
      `${store}models/b.bin`,
      `${store}models/deep/c.bin`,
    ]);
    expect(await fileExists(`${store}models/b.bin`)).toBe(true);
    await removeFile(`${store}models/b.bin`);
    await removeFile(`${store}models/b.bin`);
    expect(await fileExists(`${store}models/b.bin`)).toBe(false);
    expect(await fileExists(`${store}nowhere/b.bin`)).toBe(false);
    expect(await listFiles(`${store}nowhere/`)).toEqual([]);
  });

  test("is missed by an error that names it", async () => {
    const reading = contentOf(`${store}folder/missing.bin`);
    await expect(reading).rejects.toThrow(FileError);
    await expect(reading).rejects.toThrow(`${store}folder/missing.bin: `);
    await expect(reading).rejects.toThrow("there is no such file");
  });

  test("shares no memory with the program, also where threads do", async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(4));
    shared.set([1, 2, 3, 4]);
    await writeTarget(`${store}shared.bin`, shared);
    shared.fill(0);
    expect(await contentOf(`${store}shared.bin`)).toEqual(Uint8Array.of(1, 2, 3, 4));
  });

  test("holds tensors as safetensors and as npz", async () => {
    const tensors = { kernel: tensor([[1, 2]]), steps: tensor([7], [1], "int32") };
    await saveSafetensors(`${store}tensors.safetensors`, tensors);
    await saveNpz(`${store}tensors.npz`, tensors, { level: 9 });
    for (const loaded of [
      await loadSafetensors(`${store}tensors.safetensors`),
      await loadNpz(`${store}tensors.npz`),
    ]) {
      expect(loaded.kernel.arraySync()).toEqual([[1, 2]]);
      expect(loaded.steps.dtype).toBe("int32");
    }
  });

  test("is refused in words when it is more than the site may store", async () => {
    const small = content.slice(0, 10);
    const bucket = await openBucket("small", 100_000);
    const database = vi.spyOn(globalThis, "indexedDB", "get").mockReturnValue(bucket.indexedDB);
    const folder = vi
      .spyOn(navigator.storage, "getDirectory")
      .mockImplementation(() => bucket.getDirectory());
    try {
      await writeTarget(`${store}kept.bin`, small);
      const writing = writeTarget(`${store}kept.bin`, new Uint8Array(4_000_000));
      await expect(writing).rejects.toThrow(FileError);
      await expect(writing).rejects.toThrow("does not fit in what the browser lets this site store");
      await expect(writeTarget(`${store}new.bin`, new Uint8Array(4_000_000))).rejects.toThrow(FileError);
      expect(await contentOf(`${store}kept.bin`)).toEqual(small);
      expect(await listFiles(store)).toHaveLength(1);
    } finally {
      database.mockRestore();
      folder.mockRestore();
    }
  });
});

/** A part of what the site stores, with a bound of its own. */
interface StorageBucket {
  readonly indexedDB: IDBFactory;
  getDirectory(): Promise<FileSystemDirectoryHandle>;
}

interface StorageBuckets {
  open(name: string, options: { readonly quota: number }): Promise<StorageBucket>;
  delete(name: string): Promise<void>;
}

function hasBuckets(value: Navigator): value is Navigator & { readonly storageBuckets: StorageBuckets } {
  return "storageBuckets" in value;
}

async function openBucket(name: string, quota: number): Promise<StorageBucket> {
  if (!hasBuckets(navigator)) throw new Error("the browser has no storage buckets");
  await navigator.storageBuckets.delete(name);
  return navigator.storageBuckets.open(name, { quota });
}

test("a folder of the private files is no file", async () => {
  await writeTarget("opfs://folder/file.bin", content);
  await expect(contentOf("opfs://folder")).rejects.toThrow(
    "opfs://folder: it cannot be opened: it is a folder",
  );
  await expect(writeTarget("opfs://folder", content)).rejects.toThrow(FileError);
  await expect(writeTarget("opfs://folder/file.bin/below.bin", content)).rejects.toThrow(FileError);
  expect(await contentOf("opfs://folder/file.bin")).toEqual(content);
});

describe("a download", () => {
  /** What the browser would have saved, by name. */
  async function downloadsOf(act: () => Promise<void>): Promise<Record<string, readonly number[]>> {
    const saved: (readonly [string, Promise<ArrayBuffer>])[] = [];
    const click = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      saved.push([this.download, fetch(this.href).then((answer) => answer.arrayBuffer())]);
    });
    try {
      await act();
    } finally {
      click.mockRestore();
    }
    const contents = saved.map(async ([name, bytes]) => [name, [...new Uint8Array(await bytes)]] as const);
    return Object.fromEntries(await Promise.all(contents));
  }

  test("has the file's name, without its folder, and all of its bytes", async () => {
    expect(await downloadsOf(() => writeTarget("downloads://weights.bin", content))).toEqual({
      "weights.bin": [...content],
    });
    const save = () => writeTarget("downloads://folder/weights.bin", [Uint8Array.of(1), Uint8Array.of(2)]);
    expect(await downloadsOf(save)).toEqual({ "weights.bin": [1, 2] });
  });

  test("does not begin when what makes its bytes fails", async () => {
    const save = () => writeTarget("downloads://weights.bin", broken()).catch(() => undefined);
    expect(await downloadsOf(save)).toEqual({});
  });
});

describe("what a user chose", () => {
  const chosen = (name: string, ...bytes: number[]) => new File([Uint8Array.from(bytes)], name);

  test("as the list of files of a form's input, the first with those beside it", async () => {
    const input = document.createElement("input");
    input.type = "file";
    input.multiple = true;
    const dropped = new DataTransfer();
    dropped.items.add(chosen("model.json", 1));
    dropped.items.add(chosen("weights.bin", 2, 3));
    input.files = dropped.files;
    const files = input.files;
    if (files === null) throw new Error("the input has no files");
    expect(await contentOf(files)).toEqual(Uint8Array.of(1));
    const beside = await withSource(files, {}, async (file) => contentOf(file.sibling("folder/weights.bin")));
    expect(beside).toEqual(Uint8Array.of(2, 3));
  });

  test("as an empty list is refused", async () => {
    await expect(contentOf(new DataTransfer().files)).rejects.toThrow("accepted are");
  });

  test("by the handle of a file, which is read and written", async () => {
    const folder = await navigator.storage.getDirectory();
    const handle = await folder.getFileHandle("chosen.bin", { create: true });
    await writeTarget(handle, content);
    expect(await contentOf(handle)).toEqual(content);
    await expect(writeTarget(handle, broken())).rejects.toThrow("chosen.bin: it cannot be written");
    expect(await contentOf(handle)).toEqual(content);
    await folder.removeEntry("chosen.bin");
    await expect(contentOf(handle)).rejects.toThrow(FileError);
  });

  test("as a stream to write to", async () => {
    const received: number[] = [];
    const stream = new WritableStream<Uint8Array>({ write: (bytes) => void received.push(...bytes) });
    const target: WritableFile = stream.getWriter();
    await writeTarget(target, content);
    expect(received).toEqual([...content]);
  });
});

describe("an address", () => {
  test("is read from the page's server, also relative to the page, in parts and with progress", async () => {
    const address = new URL("/package.json", location.href);
    const text = await (await fetch(address)).text();
    const seen: number[] = [];
    const options = { onProgress: ({ loaded }: { loaded: number }) => void seen.push(loaded) };
    const read = await withSource(address, options, (file) => file.readAll());
    expect(new TextDecoder().decode(read)).toBe(text);
    expect(seen.at(-1)).toBe(read.length);
    expect(await contentOf("/package.json")).toEqual(new Uint8Array(read));
    const part = await withSource(address.href, {}, (file) => file.read(5, 10));
    expect(part).toEqual(read.slice(5, 15));
  });

  test("of a blob, or with the bytes in it", async () => {
    const address = URL.createObjectURL(new Blob([content]));
    expect(await contentOf(address)).toEqual(content);
    URL.revokeObjectURL(address);
    await expect(contentOf(address)).rejects.toThrow(FileError);
    expect(await contentOf("data:application/octet-stream;base64,AQID")).toEqual(Uint8Array.of(1, 2, 3));
  });

  test("that is not there is an error with the server's answer", async () => {
    await expect(contentOf("/@fs/nowhere/at/all.bin")).rejects.toThrow(/: the server answers 40[34]/);
  });

  test("that a browser does not serve says what it serves", async () => {
    await expect(contentOf("file:///etc/hostname")).rejects.toThrow("accepted are http:, https:");
    await expect(writeTarget("weights.bin", content)).rejects.toThrow("accepted are indexeddb://name");
    await expect(removeFile("weights.bin")).rejects.toThrow("accepted are indexeddb: and opfs:");
    await expect(listFiles("/models/")).rejects.toThrow("accepted are indexeddb: and opfs:");
  });
});

describe("the browser's own compression", () => {
  const random = crypto.getRandomValues(new Uint8Array(60_000));
  const contents = [new Uint8Array(0), content, new Uint8Array(3_000_000), random];

  test("gives back what it was given, however well that compresses", async () => {
    for (const bytes of contents) {
      const unpacked = await fileSystem.inflate(await fileSystem.deflate(bytes, 9), bytes.length);
      expect(unpacked?.length).toBe(bytes.length);
      expect(unpacked?.every((byte, index) => byte === bytes[index])).toBe(true);
    }
  });

  test("gives null for damaged bytes, and for more of them than were announced", async () => {
    const packed = await fileSystem.deflate(new Uint8Array(3_000_000), 9);
    expect(await fileSystem.inflate(packed, 2_999_999)).toBeNull();
    expect(await fileSystem.inflate(packed.subarray(0, 100), 3_000_000)).toBeNull();
    expect(await fileSystem.inflate(random, 100)).toBeNull();
    expect(await fileSystem.inflate(new Uint8Array(0), 0)).toBeNull();
  });
});
