import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FileError } from "./file-error.ts";
import { type FileSource, openSource, streamSource, withSource } from "./file-source.ts";
import { appendToFile, writeTarget } from "./file-target.ts";
import type { FileProgress } from "./open-file.ts";
import { temporaryFor } from "./platform/node-temporary-files.ts";
import { listFiles, removeFile } from "./stored-files.ts";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "strata-files-"));
});

afterAll(() => rm(folder, { recursive: true }));

const content = Uint8Array.from({ length: 1000 }, (_, index) => index % 251);

async function contentOf(source: FileSource): Promise<number[]> {
  return withSource(source, {}, async (file) => Array.from(await file.readAll()));
}

test("files are listed with their sizes, in their folders, and removed", async () => {
  const place = join(folder, "listed");
  expect(await listFiles(place)).toEqual([]);
  await mkdir(join(place, "deep"), { recursive: true });
  await writeTarget(join(place, "b.bin"), content);
  await writeTarget(join(place, "deep", "a.bin"), content.subarray(0, 7));
  const listed = [
    { name: join(place, "b.bin"), size: 1000 },
    { name: join(place, "deep", "a.bin"), size: 7 },
  ];
  expect(await listFiles(place)).toEqual(listed);
  expect(await listFiles(pathToFileURL(`${place}/`))).toEqual(listed);
  await removeFile(pathToFileURL(join(place, "b.bin")));
  await removeFile(join(place, "b.bin"));
  expect(await listFiles(place)).toEqual(listed.slice(1));
  await expect(listFiles(join(place, "deep", "a.bin"))).rejects.toThrow(
    "it cannot be listed: a part of its path",
  );
});

describe("a file is written", () => {
  test("whole, to a path or a file URL, and no temporary file remains", async () => {
    const path = join(folder, "whole.bin");
    await writeTarget(path, [content.subarray(0, 10), content.subarray(10)]);
    expect(new Uint8Array(await readFile(path))).toEqual(content);
    await writeTarget(pathToFileURL(path), content.subarray(0, 3));
    expect((await readFile(path)).length).toBe(3);
    expect((await readdir(folder)).filter((name) => name.includes("partial"))).toEqual([]);
  });

  test("not at all when what makes its bytes fails: the old one remains", async () => {
    const path = join(folder, "old.bin");
    await writeTarget(path, content);
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield content;
      throw new Error("no more bytes");
    };
    await expect(writeTarget(path, failing())).rejects.toThrow("no more bytes");
    expect(new Uint8Array(await readFile(path))).toEqual(content);
    expect((await readdir(folder)).filter((name) => name.includes("partial"))).toEqual([]);
  });

  test("with the permissions of the one that it replaces, and where a link leads to", async () => {
    const path = join(folder, "private.bin");
    await writeFile(path, "old", { mode: 0o600 });
    const link = join(folder, "link.bin");
    await symlink(path, link);
    await writeTarget(link, content);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readFile(path)).length).toBe(1000);
  });

  test("and what a killed process left of it is removed, but not what another is writing", async () => {
    const path = join(folder, "again.bin");
    const killed = spawnSync(process.execPath, ["--version"]);
    const mine = basename(temporaryFor(path));
    const theirs = mine.replace(`.${process.pid}.`, `.${killed.pid}.`);
    const ofAnotherMachine = theirs.replace(hostname(), "elsewhere");
    for (const name of [mine, theirs, ofAnotherMachine]) await writeFile(join(folder, name), "a half");
    await writeTarget(path, content);
    const left = (await readdir(folder)).filter((name) => name.endsWith(".partial"));
    expect(left.sort()).toEqual([mine, ofAnotherMachine].sort());
    for (const name of left) await rm(join(folder, name));
  });

  test("under the longest name that the system takes, and in any letters", async () => {
    for (const name of ["n".repeat(255), "模".repeat(85), "a\nb 🧠 'c\"", "..."]) {
      await writeTarget(join(folder, name), content);
      expect((await readFile(join(folder, name))).length).toBe(1000);
    }
  });

  test("to an object with write, which hears of failures", async () => {
    const events: unknown[] = [];
    const target = {
      write: (bytes: Uint8Array) => events.push(bytes.length),
      close: () => events.push("close"),
      abort: () => events.push("abort"),
    };
    await writeTarget(target, [content, content]);
    expect(events).toEqual([1000, 1000, "close"]);
    const failing = (function* (): Generator<Uint8Array> {
      yield content;
      throw new Error("no bytes");
    })();
    await expect(writeTarget(target, failing)).rejects.toThrow("no bytes");
    expect(events.at(-1)).toBe("abort");
  });

  test("never where there is no place for it, which is said in words", async () => {
    const missing = join(folder, "none", "a.bin");
    await expect(writeTarget(missing, content)).rejects.toThrow(
      `${missing}: it cannot be written: there is no such file or folder (ENOENT)`,
    );
    await expect(writeTarget(folder, content)).rejects.toThrow("it is no file");
    await expect(writeTarget("https://example.com/a", content)).rejects.toThrow(
      "nothing can be written to an address with https:",
    );
    await expect(writeTarget("indexeddb://a", content)).rejects.toThrow("indexeddb: is for browsers");
  });
});

test("a file grows by what is appended, and is made where it is not there", async () => {
  const path = join(folder, "grows.bin");
  await appendToFile(path, content.subarray(0, 10));
  await appendToFile(pathToFileURL(path).href, content.subarray(10, 20));
  expect(await contentOf(path)).toEqual([...content.subarray(0, 20)]);
  await expect(appendToFile(join(folder, "nowhere", "a.bin"), content)).rejects.toThrow(
    "it cannot be written: there is no such file or folder",
  );
  await expect(appendToFile("https://example.com/a.bin", content)).rejects.toThrow("nothing can be written");
});

describe("a file is read", () => {
  test("from a path, a URL, bytes, a Blob, a File, an address of data, and an object with read", async () => {
    const path = join(folder, "read me.bin");
    await writeTarget(path, content);
    const expected = Array.from(content);
    const sources: FileSource[] = [
      path,
      pathToFileURL(path),
      pathToFileURL(path).href,
      content,
      content.slice().buffer,
      Buffer.from(content),
      new Blob([content]),
      new File([content], "a.bin"),
      `data:application/octet-stream;base64,${Buffer.from(content).toString("base64")}`,
      { read: () => content },
      { size: 1000, read: (offset = 0, length = 0) => content.slice(offset, offset + length) },
    ];
    for (const source of sources) expect(await contentOf(source)).toEqual(expected);
  });

  test("from any position, and never beyond its end", async () => {
    const path = join(folder, "parts.bin");
    await writeTarget(path, content);
    for (const source of [path, content, new Blob([content])]) {
      await withSource(source, {}, async (file) => {
        expect(Array.from(await file.read(998, 2))).toEqual([content[998], content[999]]);
        for (const [offset, length] of [
          [999, 2],
          [-1, 1],
          [0, 2 ** 60],
          [0, Number.NaN],
        ]) {
          await expect(file.read(offset, length)).rejects.toThrow(FileError);
        }
      });
    }
  });

  test("as a stream from its first byte to its last, and closed wherever reading ends", async () => {
    const path = join(folder, "long.bin");
    const long = Uint8Array.from({ length: 2 ** 21 + 5 }, (_, index) => (index * 7) % 251);
    await writeTarget(path, long);
    for (const source of [path, new Blob([long]), long]) {
      const parts: Uint8Array[] = [];
      for await (const part of streamSource(source)) parts.push(part);
      expect(parts.map(({ length }) => length)).toEqual([2 ** 20, 2 ** 20, 5]);
      expect(Buffer.concat(parts).equals(long)).toBe(true);
    }
    let isClosed = false;
    const closing = {
      size: long.length,
      read: (offset = 0, length = 0) => long.slice(offset, offset + length),
    };
    for await (const part of streamSource(closing)) {
      isClosed = part.length > 0;
      break;
    }
    expect(isClosed).toBe(true);
    const cut = { size: 10, read: () => new Uint8Array(3) };
    await expect(streamSource(cut).next()).rejects.toThrow("read gave 3 bytes where 10 were asked for");
    await expect(streamSource(join(folder, "none")).next()).rejects.toThrow("no such file");
  });

  test("with progress, and until it is aborted", async () => {
    const progress: FileProgress[] = [];
    const options = { onProgress: (step: FileProgress) => void progress.push(step) };
    await withSource(content, options, (file) => file.readAll());
    expect(progress).toEqual([{ file: "the bytes given", loaded: 1000, total: 1000 }]);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(openSource(content, { signal })).rejects.toThrow("enough");
  });

  test("up to the length that is accepted", async () => {
    await expect(openSource(content, { maxBytes: 999 })).rejects.toThrow(
      "the bytes given: it has 1000 bytes; accepted are 999 (maxBytes)",
    );
  });

  test("beside those that it refers to, and from nowhere else", async () => {
    const path = join(folder, "model.json");
    await writeTarget(path, content);
    await writeTarget(join(folder, "weights 1.bin"), content.subarray(0, 7));
    for (const source of [path, pathToFileURL(path)]) {
      await withSource(source, {}, async (file) => {
        expect(await contentOf(file.sibling("weights 1.bin"))).toHaveLength(7);
        for (const name of ["../a", "/etc/passwd", "a/../../b", "..\\a"]) {
          expect(() => file.sibling(name)).toThrow("leads out of it");
        }
        for (const name of ["http:a", "c:a"]) {
          expect(() => file.sibling(name)).toThrow("has a colon");
        }
      });
    }
    const files = [new File(["index"], "model.json"), new File([content], "weights.bin")];
    await withSource(files, {}, async (file) => {
      expect(await contentOf(file.sibling("weights.bin"))).toHaveLength(1000);
      expect(() => file.sibling("other.bin")).toThrow(
        'it refers to "other.bin"; given with it were weights.bin',
      );
    });
    await withSource(content, {}, async (file) => {
      expect(() => file.sibling("a")).toThrow("nothing says where that is");
    });
  });

  test("or refused in words", async () => {
    const missing = join(folder, "missing.bin");
    await expect(openSource(missing)).rejects.toThrow(
      `${missing}: it cannot be opened: there is no such file or folder (ENOENT)`,
    );
    await expect(openSource(folder)).rejects.toThrow("it is no file");
    await expect(openSource("s3://bucket/a")).rejects.toThrow("s3: is unknown; accepted in Node are");
    // @ts-expect-error a number is no source
    await expect(openSource(3)).rejects.toThrow("openSource: the source is 3; accepted are paths");
  });
});
