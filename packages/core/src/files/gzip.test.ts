import { describe, expect, it } from "vitest";
import { FileError } from "./file-error.ts";
import { joinContent } from "./file-target.ts";
import { gunzip, gzip } from "./gzip.ts";

async function* inParts(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += length) yield bytes.subarray(start, start + length);
}

/** "strata\n", as Python's gzip.compress(b"strata\n", mtime=0) has it. */
const strata = Uint8Array.from([
  31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 43, 46, 41, 74, 44, 73, 228, 2, 0, 162, 10, 28, 31, 7, 0, 0, 0,
]);

describe("a file in gzip's format", () => {
  it("that another program wrote is expanded, however its bytes are divided", async () => {
    for (const length of [1, 7, 100]) {
      const bytes = await joinContent(gunzip("a.gz", inParts(strata, length)));
      expect(new TextDecoder().decode(bytes)).toBe("strata\n");
    }
  });

  it("comes back as it was, and takes less where it repeats itself", async () => {
    const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index % 50);
    const packed = await joinContent(gzip(inParts(bytes, 70_000)));
    expect(packed.length).toBeLessThan(bytes.length / 20);
    const expanded = await joinContent(gunzip("a.gz", inParts(packed, 1000)));
    expect(expanded.length).toBe(bytes.length);
    // One by one, since toEqual takes seconds.
    expect(expanded.every((byte, index) => byte === bytes[index])).toBe(true);
  });

  it("that was cut, or is none, is an error with its name", async () => {
    for (const bytes of [strata.subarray(0, 12), Uint8Array.of(1, 2, 3, 4)]) {
      const reading = joinContent(gunzip("a.gz", inParts(bytes, 5)));
      await expect(reading).rejects.toThrow(FileError);
      await expect(reading).rejects.toThrow("a.gz: it cannot be expanded as gzip");
    }
  });

  it("hands on the failure of what gives its bytes", async () => {
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield strata.subarray(0, 12);
      throw new FileError("a.gz", "byte 12", "the disk is gone");
    };
    await expect(joinContent(gunzip("a.gz", failing()))).rejects.toThrow("a.gz, byte 12: the disk is gone");
  });

  it("closes what gives its bytes when reading ends early", async () => {
    let isClosed = false;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield crypto.getRandomValues(new Uint8Array(60_000));
      } finally {
        isClosed = true;
      }
    };
    for await (const part of gunzip("a.gz", gzip(endless()))) {
      expect(part.length).toBeGreaterThan(0);
      break;
    }
    expect(isClosed).toBe(true);
  });
});
