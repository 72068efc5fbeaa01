import { describe, expect, test } from "vitest";
import { mutationsOf } from "../testing/mutations.ts";
import { crc32 } from "./crc32.ts";
import { FileError } from "./file-error.ts";
import { withSource } from "./file-source.ts";
import { joinContent } from "./file-target.ts";
import { readZip, writeZip, type ZipLimits } from "./zip.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

const date = new Date(2026, 0, 2, 3, 4, 6);

const files = [
  { name: "metadata.json", bytes: text('{"version": 1}') },
  { name: "weights/first.bin", bytes: Uint8Array.from({ length: 5000 }, (_, index) => index % 7) },
  { name: "empty", bytes: new Uint8Array(0) },
  { name: "größe/文.txt", bytes: text("names are UTF-8") },
];

/** All files of an archive, which is how a reader meets every check. */
async function readAll(bytes: Uint8Array, limits?: ZipLimits): Promise<Record<string, Uint8Array>> {
  return withSource(bytes, {}, async (file) => {
    const archive = await readZip(file, limits);
    const found: Record<string, Uint8Array> = {};
    for (const name of archive.names) found[name] = await archive.read(name);
    return found;
  });
}

/** An archive with some bytes replaced. */
function changed(bytes: Uint8Array, at: number, values: readonly number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
}

/** Where a pattern begins for the last time. */
function lastIndexOf(bytes: Uint8Array, pattern: readonly number[]): number {
  for (let at = bytes.length - pattern.length; at >= 0; at--) {
    if (pattern.every((value, index) => bytes[at + index] === value)) return at;
  }
  throw new Error("the pattern is not there");
}

const directoryEntry = [0x50, 0x4b, 1, 2];

describe("a zip archive", () => {
  test.each([0, 6])("written at level %i is read with the same names and bytes", async (level) => {
    const archive = await joinContent(writeZip(files, { level }));
    const found = await readAll(archive);
    expect(Object.keys(found)).toEqual(files.map(({ name }) => name));
    for (const { name, bytes } of files) expect(Array.from(found[name])).toEqual(Array.from(bytes));
    if (level > 0) expect(archive.length).toBeLessThan(2000);
  });

  test.each([0, 6])("gives bytes of level %i that stay when the archive's own change", async (level) => {
    const archive = await joinContent(writeZip(files, { level }));
    const own = await withSource(archive, {}, async (file) =>
      (await readZip(file)).readOwn("weights/first.bin"),
    );
    archive.fill(0);
    expect(Array.from(own)).toEqual(Array.from(files[1].bytes));
  });

  test("is the same to the byte when written twice at one date", async () => {
    const [first, second] = await Promise.all([0, 1].map(() => joinContent(writeZip(files, { date }))));
    expect(first).toEqual(second);
  });

  test("refuses to write a name twice, or one that leads out of it", async () => {
    const content = text("x");
    const twice = [0, 1].map(() => ({ name: "a", bytes: content }));
    await expect(joinContent(writeZip(twice))).rejects.toThrow('the name "a" is there twice');
    for (const name of ["/etc/passwd", "../a", "a/../../b", "a\\b", "", "a//b"]) {
      await expect(joinContent(writeZip([{ name, bytes: content }]))).rejects.toThrow(FileError);
    }
  });
});

describe("a hostile zip archive", () => {
  test("with names that leave it is refused", async () => {
    const archive = await joinContent(writeZip([{ name: "aaaaa/bb", bytes: text("x") }]));
    const at = lastIndexOf(archive, directoryEntry) + 46;
    for (const name of ["../../..", "/aaaa/bb", "aa/../bb", "c:\\aaaaa", "aaa/./bb"]) {
      await expect(readAll(changed(archive, at, [...text(name.padEnd(8, "b"))]))).rejects.toThrow(
        /the bytes given, entry 0: the name .* leads out of it/,
      );
    }
  });

  test("with a name twice, a checksum that is wrong, an encrypted or unknown entry is refused", async () => {
    const archive = await joinContent(
      writeZip([
        { name: "a", bytes: text("one") },
        { name: "b", bytes: text("two") },
      ]),
    );
    const at = lastIndexOf(archive, directoryEntry);
    await expect(readAll(changed(archive, at + 46, [...text("a")]))).rejects.toThrow("is there twice");
    await expect(readAll(changed(archive, at + 16, [1, 2, 3, 4]))).rejects.toThrow("checksum");
    await expect(readAll(changed(archive, at + 8, [1]))).rejects.toThrow("encrypted");
    await expect(readAll(changed(archive, at + 10, [12]))).rejects.toThrow("compressed by method 12");
  });

  test("that claims more than deflate can make of it, or than is accepted, allocates nothing", async () => {
    const archive = await joinContent(
      writeZip([{ name: "a", bytes: new Uint8Array(100_000) }], { level: 6 }),
    );
    const at = lastIndexOf(archive, directoryEntry);
    const claim = changed(archive, at + 24, [0xff, 0xff, 0xff, 0x7f]);
    await expect(readAll(claim)).rejects.toThrow("it claims 2147483647 bytes");
    await expect(readAll(archive, { maxBytes: 99_999 })).rejects.toThrow(
      "its entries would take 100000 bytes; accepted are 99999",
    );
    const smaller = changed(archive, at + 24, [1, 0, 0, 0]);
    await expect(readAll(smaller)).rejects.toThrow("does not expand to the 1 bytes that it claims");
  });

  test("whose entries share bytes is refused", async () => {
    const archive = await joinContent(
      writeZip([
        { name: "a", bytes: text("one") },
        { name: "b", bytes: text("two") },
      ]),
    );
    const at = lastIndexOf(archive, directoryEntry) + 42;
    await expect(readAll(changed(archive, at, [0, 0, 0, 0]))).rejects.toThrow("overlap");
  });

  test("with counts of 2⁶³ in the fields of zip64 is refused", async () => {
    const archive = await joinContent(writeZip([{ name: "a", bytes: text("one") }]));
    const end = archive.length - 22;
    const record = new Uint8Array(56 + 20 + 22);
    const view = new DataView(record.buffer);
    view.setUint32(0, 0x06064b50, true);
    view.setBigUint64(32, 2n ** 63n, true);
    view.setUint32(56, 0x07064b50, true);
    view.setBigUint64(64, BigInt(end), true);
    record.set(changed(archive.subarray(end), 8, Array(12).fill(0xff)), 76);
    const hostile = await joinContent([archive.subarray(0, end), record]);
    await expect(readAll(hostile)).rejects.toThrow("end of zip64: it claims 9223372036854775808");
  });

  test("damaged in 3,000 ways is read or refused in words", async () => {
    const archive = await joinContent(writeZip(files, { level: 6, date }));
    let refused = 0;
    for (const bytes of mutationsOf(archive, { count: 3000, seed: 1 })) {
      try {
        await readAll(bytes);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(2000);
  });
});

test("the checksum is that of zip files, also in parts", () => {
  expect(crc32(text("123456789"))).toBe(0xcbf43926);
  expect(crc32(text("456789"), crc32(text("123")))).toBe(0xcbf43926);
});
