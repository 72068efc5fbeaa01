/**
 * Texts of bytes in UTF-8. Columns of text hold the same few texts again and again: short ones are looked up among those that were
 * made before, which takes a fifth of the time of making one.
 */
export class ShortTexts {
  private readonly known: string[] = new Array<string>(tableSize).fill("");
  private readonly decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

  /** @throws TypeError for bytes that are not UTF-8. */
  read(bytes: Uint8Array, start: number, end: number): string {
    const length = end - start;
    if (length === 0) return "";
    if (length > longestKnown) return this.decoder.decode(bytes.subarray(start, end));
    let hash = length;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at], 0x01000193);
    const place = (hash ^ (hash >>> 15)) & (tableSize - 1);
    const found = this.known[place];
    if (found.length === length && hasBytes(found, bytes, start)) return found;
    const text = this.decoder.decode(bytes.subarray(start, end));
    this.known[place] = text;
    return text;
  }
}

const tableSize = 4096;
const longestKnown = 40;

/** Whether the bytes are those of an ASCII text; of others each byte is another number than the character. */
function hasBytes(text: string, bytes: Uint8Array, start: number): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code !== bytes[start + index] || code > 127) return false;
  }
  return true;
}
