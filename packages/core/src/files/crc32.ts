/** The CRC-32 of bytes that follow those whose CRC-32 is `previous`. */
export type Crc32 = (bytes: Uint8Array, previous?: number) => number;

/**
 * Makes the CRC-32 of a polynomial, whose bits stand in reverse order; four bytes at once. The tables are made when it is
 * first called.
 */
export function crc32Of(polynomial: number): Crc32 {
  let tables: readonly Int32Array[] | undefined;
  return (bytes, previous = 0) => {
    tables ??= makeTables(polynomial);
    const [last, third, second, first] = tables;
    let remainder = ~previous;
    let index = 0;
    for (; index + 4 <= bytes.length; index += 4) {
      remainder ^=
        bytes[index] | (bytes[index + 1] << 8) | (bytes[index + 2] << 16) | (bytes[index + 3] << 24);
      remainder =
        first[remainder & 0xff] ^
        second[(remainder >>> 8) & 0xff] ^
        third[(remainder >>> 16) & 0xff] ^
        last[remainder >>> 24];
    }
    for (; index < bytes.length; index++)
      remainder = (remainder >>> 8) ^ last[(remainder ^ bytes[index]) & 0xff];
    return ~remainder >>> 0;
  };
}

/** The CRC-32 of ISO 3309, which zip files and PNG have. */
export const crc32: Crc32 = /* @__PURE__ */ crc32Of(0xedb88320);

/** For each byte, what it does to the remainder when `table` more bytes follow. */
function makeTables(polynomial: number): readonly Int32Array[] {
  const first = Int32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? polynomial : 0);
    return remainder;
  });
  const tables = [first];
  while (tables.length < 4) {
    tables.push(tables[tables.length - 1].map((value) => (value >>> 8) ^ first[value & 0xff]));
  }
  return tables;
}
