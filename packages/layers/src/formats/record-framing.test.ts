import { joinBytes } from "@strata/core/internal";
import { describe, expect, it } from "vitest";
import { crc32c, frameRecord, maskedCrc32c, readRecords } from "./record-framing.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

/** Bytes in chunks of a size. */
function chunked(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

async function recordsOf(bytes: Uint8Array, size = bytes.length): Promise<number[][]> {
  const records: number[][] = [];
  for await (const record of readRecords("file.tfrecord", chunked(bytes, Math.max(1, size))))
    records.push([...record]);
  return records;
}

describe("CRC-32C", () => {
  it("is that of RFC 3720, B.4, and of the check value in catalogues of CRCs", () => {
    expect(crc32c(text("123456789"))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe(0x46dd794e);
    expect(crc32c(text("56789"), crc32c(text("1234")))).toBe(0xe3069283);
  });

  it("is masked as TensorFlow masks it", () => {
    // The header of an empty record as TensorFlow writes it: 8 zeros, then the CRC.
    expect([...frameRecord(new Uint8Array(0))[0].subarray(8)]).toEqual([0x29, 0x03, 0x98, 0x07]);
    expect(maskedCrc32c(new Uint8Array(0))).toBe(0xa282ead8);
  });
});

describe("records", () => {
  const records = [[1, 2, 3], [], Array.from({ length: 5000 }, (_, index) => index % 251), [7]];
  const file = joinBytes(records.flatMap((record) => frameRecord(Uint8Array.from(record))));

  it.each([1, 3, 16, 17, 1000, 100_000])("come back from chunks of %i bytes", async (size) => {
    expect(await recordsOf(file, size)).toEqual(records);
  });

  it("of an empty file are none", async () => {
    expect(await recordsOf(new Uint8Array(0))).toEqual([]);
  });

  it("are refused where any byte was changed", async () => {
    const small = joinBytes([...frameRecord(text("ab")), ...frameRecord(text("c"))]);
    for (let index = 0; index < small.length; index++) {
      const damaged = small.slice();
      damaged[index] ^= 1 << (index % 8);
      await expect(recordsOf(damaged), `byte ${index}`).rejects.toThrow(
        /^file\.tfrecord, record [01] at byte (0|18): its (length|data) and their CRC-32C differ/,
      );
    }
  });

  it("are refused where the file was cut, wherever it was", async () => {
    const record = joinBytes(frameRecord(text("ab")));
    for (let length = 1; length < record.length; length++) {
      await expect(recordsOf(joinBytes([record, record.subarray(0, length)])), `${length}`).rejects.toThrow(
        `file.tfrecord, record 1 at byte 18: the file ends after ${length} of its ${length < 12 ? 12 : 18} bytes`,
      );
    }
  });

  it("of lengths that no file has take no memory", async () => {
    const header = new Uint8Array(12);
    const view = new DataView(header.buffer);
    view.setBigUint64(0, 2n ** 60n, true);
    view.setUint32(8, maskedCrc32c(header.subarray(0, 8)), true);
    await expect(recordsOf(header)).rejects.toThrow("which no file has");
    view.setBigUint64(0, 2n ** 50n, true);
    view.setUint32(8, maskedCrc32c(header.subarray(0, 8)), true);
    await expect(recordsOf(header)).rejects.toThrow("the file ends after 12 of its");
  });
});
