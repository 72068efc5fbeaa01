import { FileError } from "@strata/core";

/** The address that stands for none. */
export const noAddress = -1;

/** Little-endian numbers at positions of a part of a file; nothing outside of it can be read. */
export class ByteReader {
  /** The position of the next byte. */
  position = 0;
  readonly file: string;
  /** The object that is being read, for messages. */
  readonly place: string;
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(file: string, place: string, bytes: Uint8Array) {
    this.file = file;
    this.place = place;
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** A reader of `length` bytes from `offset` on. */
  part(place: string, offset: number, length: number): ByteReader {
    if (offset < 0 || length < 0 || offset + length > this.bytes.length) {
      this.fail(
        `${place} is said to be the ${length} bytes from ${offset} on; there are ${this.bytes.length} bytes`,
      );
    }
    return new ByteReader(this.file, place, this.bytes.subarray(offset, offset + length));
  }

  /** The next `length` bytes. */
  take(length: number): Uint8Array {
    const { position } = this;
    if (length < 0 || position + length > this.bytes.length) {
      this.fail(
        `it ends after ${this.bytes.length} bytes, and ${length} more are needed from ${position} on`,
      );
    }
    this.position += length;
    return this.bytes.subarray(position, position + length);
  }

  skip(length: number): void {
    this.take(length);
  }

  get left(): number {
    return this.bytes.length - this.position;
  }

  u8(): number {
    return this.take(1)[0];
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** An integer of 8 bytes that counts something. */
  u64(): number {
    const value = this.#view.getBigUint64(this.#advance(8), true);
    return value <= BigInt(Number.MAX_SAFE_INTEGER)
      ? Number(value)
      : this.fail(`the number ${value} is too large; there are ${this.bytes.length} bytes`);
  }

  /** An unsigned integer of some bytes. */
  unsigned(bytes: number): number {
    if (bytes === 8) return this.u64();
    return this.take(bytes).reduceRight((value, byte) => value * 256 + byte, 0);
  }

  /** An address in the file, or {@link noAddress}. */
  address(): number {
    const { position } = this;
    if (this.#view.getBigUint64(this.#advance(8), true) === 0xffffffffffffffffn) return noAddress;
    this.position = position;
    return this.u64();
  }

  /** Skips to the next position that is a multiple of 8. */
  align(): void {
    this.skip(-this.position & 7);
  }

  /** Text that ends with a byte of 0, which is skipped. */
  textUntilZero(): string {
    const end = this.bytes.indexOf(0, this.position);
    if (end < 0) this.fail("a text in it has no end");
    const text = decodeText(this.bytes.subarray(this.position, end));
    this.position = end + 1;
    return text;
  }

  /** Throws unless the next bytes are this text. */
  expect(signature: string): void {
    const found = decodeText(this.take(signature.length));
    if (found !== signature) {
      this.fail(`it begins with ${JSON.stringify(found)}; it must begin with ${JSON.stringify(signature)}`);
    }
  }

  fail(rule: string): never {
    throw new FileError(this.file, this.place, rule);
  }

  #advance(length: number): number {
    const { position } = this;
    this.take(length);
    return position;
  }
}

const decoder = new TextDecoder();

export function decodeText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
