/**
 * Records one after the other in a file, as TensorFlow writes them: TFRecord files and TensorBoard's event files. Source:
 * tensorflow/core/lib/io/record_writer.h. A record is
 *
 * - the length of the data, a whole number of 8 bytes, the lowest first;
 * - the masked CRC-32C of these 8 bytes, in 4 bytes;
 * - the data;
 * - the masked CRC-32C of the data, in 4 bytes.
 */
import { type crc32, crc32Of, joinBytes } from "@strata/core/internal";
import { FileError } from "@strata/core/internal/files";

/** The bytes before the data of a record. */
const headerLength = 12;
/** The bytes after them. */
const footerLength = 4;

/** The CRC-32 by Castagnoli's polynomial, which RFC 3720 has in its appendix B.4. */
export const crc32c: typeof crc32 = crc32Of(0x82f63b78);

/** The CRC-32C as it stands in files: turned and moved, so that data which hold CRCs have no CRC that is easy to guess. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** A record as it stands in a file, in three parts: what is before the data, the data, and what is after them. */
export function frameRecord(
  data: Uint8Array,
): readonly [header: Uint8Array, data: Uint8Array, footer: Uint8Array] {
  const header = new Uint8Array(headerLength);
  const view = new DataView(header.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(header.subarray(0, 8)), true);
  const footer = new Uint8Array(footerLength);
  new DataView(footer.buffer).setUint32(0, maskedCrc32c(data), true);
  return [header, data, footer];
}

/** Whether some bytes are the beginning of a file of records: a length that has its CRC-32C. */
export function isRecordStart(start: Uint8Array): boolean {
  return (
    start.length >= headerLength && maskedCrc32c(start.subarray(0, 8)) === viewOf(start).getUint32(8, true)
  );
}

/**
 * The data of the records in a file, in their order. Memory holds one record and one chunk at a time; a record that lies
 * within a chunk is a view of it.
 *
 * @param file The name of the file, for messages.
 * @param chunks The bytes of the file, in parts of any length.
 * @throws FileError for a file that ends within a record, and for bytes that do not have their CRC-32C.
 */
export async function* readRecords(
  file: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let rest: Uint8Array = new Uint8Array(0);
  let waiting: Uint8Array[] = [];
  let waitingLength = 0;
  /** The number of bytes from the start of `rest` that the next part of a record needs. */
  let wanted = headerLength;
  let length: number | null = null;
  const place = new RecordPlace(file);
  for await (const chunk of chunks) {
    waiting.push(chunk);
    waitingLength += chunk.length;
    if (rest.length + waitingLength < wanted) continue;
    rest = rest.length === 0 && waiting.length === 1 ? chunk : joinBytes([rest, ...waiting]);
    waiting = [];
    waitingLength = 0;
    while (rest.length >= wanted) {
      if (length === null) {
        length = place.readLength(rest.subarray(0, headerLength));
        wanted = headerLength + length + footerLength;
        continue;
      }
      yield place.readData(rest.subarray(headerLength, wanted), length);
      rest = rest.subarray(wanted);
      length = null;
      wanted = headerLength;
    }
  }
  place.checkEnd(rest.length + waitingLength, wanted);
}

/** The record that is being read, for messages. */
class RecordPlace {
  private readonly file: string;
  private index = 0;
  private offset = 0;

  constructor(file: string) {
    this.file = file;
  }

  readLength(header: Uint8Array): number {
    const view = viewOf(header);
    this.check("length", header.subarray(0, 8), view.getUint32(8, true));
    const length = Number(view.getBigUint64(0, true));
    if (Number.isSafeInteger(length)) return length;
    throw this.error(`its length is ${length} bytes, which no file has`);
  }

  readData(framed: Uint8Array, length: number): Uint8Array {
    const data = framed.subarray(0, length);
    this.check("data", data, viewOf(framed).getUint32(length, true));
    this.index++;
    this.offset += headerLength + length + footerLength;
    return data;
  }

  /** @param found The bytes after the last whole record. */
  checkEnd(found: number, wanted: number): void {
    if (found > 0)
      throw this.error(`the file ends after ${found} of its ${wanted} bytes or more; it was cut`);
  }

  private check(part: string, bytes: Uint8Array, expected: number): void {
    if (maskedCrc32c(bytes) !== expected) {
      throw this.error(`its ${part} and their CRC-32C differ; the file is damaged, or has no records`);
    }
  }

  private error(rule: string): FileError {
    return new FileError(this.file, `record ${this.index} at byte ${this.offset}`, rule);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
