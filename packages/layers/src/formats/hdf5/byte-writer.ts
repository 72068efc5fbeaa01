const encoder = new TextEncoder();

export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** Little-endian numbers one after the other, in memory that grows. */
export class ByteWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The bytes written so far. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  u8(...values: readonly number[]): this {
    return this.put(Uint8Array.from(values));
  }

  u16(value: number): this {
    return this.u8(value & 255, value >>> 8);
  }

  u32(value: number): this {
    return this.u16(value & 0xffff).u16(value >>> 16);
  }

  u64(value: number): this {
    return this.u32(value % 2 ** 32).u32(Math.floor(value / 2 ** 32));
  }

  /** The address that stands for none. */
  noAddress(): this {
    return this.u32(0xffffffff).u32(0xffffffff);
  }

  text(text: string): this {
    return this.put(encodeText(text));
  }

  put(bytes: Uint8Array): this {
    const end = this.#length + bytes.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = end;
    return this;
  }

  /** Zeros up to a length. */
  padTo(length: number): this {
    return this.put(new Uint8Array(Math.max(0, length - this.#length)));
  }

  /** Zeros up to a multiple of 8. */
  align(): this {
    return this.padTo((this.#length + 7) & ~7);
  }
}
