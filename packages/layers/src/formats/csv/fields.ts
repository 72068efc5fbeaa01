/** Fields of rows, by RFC 4180: divided by a character, in quotes if they hold it, a quote or a line's end. */
import { lineFeed } from "./byte-window.ts";
import { ShortTexts } from "./short-texts.ts";

/** The characters that divide fields, as bytes. */
export interface Dialect {
  readonly delimiter: number;
  /** −1 for none. */
  readonly quote: number;
}

export const carriageReturn = 13;

/** A rule that a file breaks. */
export class BrokenRule extends Error {}

/** Finds where fields end. What was found is kept until the next. */
export class FieldReader {
  /** The position after the field: of a delimiter, or of a line's end ("\n", or "\r" before it). */
  end = 0;
  /** The number of line's ends within the field. */
  lines = 0;
  /** Whether the field is in quotes. */
  isQuoted = false;
  private from = 0;
  private to = 0;
  private hasDoubledQuotes = false;
  private readonly texts = new ShortTexts();
  private readonly quoteText: string;
  private readonly dialect: Dialect;

  constructor(dialect: Dialect) {
    this.dialect = dialect;
    this.quoteText = dialect.quote < 0 ? "" : String.fromCharCode(dialect.quote);
  }

  /**
   * Finds the end of the field at a position.
   *
   * @param bytes With a line's end at `limit`.
   * @returns Whether all of it is there.
   * @throws BrokenRule for text after a closing quote.
   */
  find(bytes: Uint8Array, start: number, limit: number): boolean {
    const { delimiter, quote } = this.dialect;
    this.lines = 0;
    this.hasDoubledQuotes = false;
    this.isQuoted = bytes[start] === quote && start < limit;
    let at = start;
    if (this.isQuoted) {
      this.from = start + 1;
      at = this.skipQuoted(bytes, start + 1, limit);
      if (at < 0) return false;
      this.to = at - 1;
      if (!isEnd(bytes, at, delimiter)) {
        throw new BrokenRule("text follows the closing quote; a quote within a field is written twice");
      }
    } else {
      this.from = start;
      while (!isEnd(bytes, at, delimiter)) at++;
      this.to = at;
    }
    this.end = at;
    // A line's end at the limit may be the one that was put there, and so may the one after a return.
    return bytes[at] === carriageReturn ? at + 1 < limit : at < limit;
  }

  /** The text of the field that was found. */
  text(bytes: Uint8Array): string {
    let text: string;
    try {
      text = this.texts.read(bytes, this.from, this.to);
    } catch {
      throw new BrokenRule("there are bytes that are not UTF-8");
    }
    return this.hasDoubledQuotes ? text.replaceAll(this.quoteText + this.quoteText, this.quoteText) : text;
  }

  /** The position after the closing quote; −1 if it is not there. */
  private skipQuoted(bytes: Uint8Array, start: number, limit: number): number {
    const { quote } = this.dialect;
    for (let at = start; at < limit; at++) {
      const byte = bytes[at];
      if (byte === lineFeed) this.lines++;
      else if (byte === quote) {
        if (bytes[at + 1] !== quote) return at + 1;
        this.hasDoubledQuotes = true;
        at++;
      }
    }
    return -1;
  }
}

/** Whether a field ends at a position. */
function isEnd(bytes: Uint8Array, at: number, delimiter: number): boolean {
  const byte = bytes[at];
  return byte === delimiter || byte === lineFeed || (byte === carriageReturn && bytes[at + 1] === lineFeed);
}

/** The texts of the row at a position, and where the next one begins; null if it is not all there. */
export function splitRow(
  fields: FieldReader,
  bytes: Uint8Array,
  start: number,
  limit: number,
  delimiter: number,
): { readonly texts: readonly string[]; readonly next: number; readonly lines: number } | null {
  const texts: string[] = [];
  let lines = 1;
  for (let at = start; ; at++) {
    if (!fields.find(bytes, at, limit)) return null;
    texts.push(fields.text(bytes));
    lines += fields.lines;
    at = fields.end;
    if (bytes[at] === delimiter) continue;
    return { texts, next: at + (bytes[at] === carriageReturn ? 2 : 1), lines };
  }
}

/** The position after the empty lines at a position, at most `limit`. */
export function skipEmptyLines(bytes: Uint8Array, start: number, limit: number): number {
  let at = start;
  while (
    at < limit &&
    (bytes[at] === lineFeed || (bytes[at] === carriageReturn && bytes[at + 1] === lineFeed))
  ) {
    at += bytes[at] === lineFeed ? 1 : 2;
  }
  return Math.min(at, limit);
}
