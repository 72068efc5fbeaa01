/** The bytes of a file that are being read, in memory of their own: what was not used stays, and more is added behind it. */
export class ByteWindow {
  /** Behind the last byte there is a line's end, so that whoever reads need not ask for the end at each byte. */
  bytes: Uint8Array = new Uint8Array(1);
  /** Where the bytes begin that were not used yet. */
  start = 0;
  /** Where they end. */
  end = 0;
  /** Whether the file has no more. */
  isLast = false;
  private readonly chunks: AsyncIterator<Uint8Array>;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.chunks = chunks[Symbol.asyncIterator]();
  }

  /** Adds the next bytes. At the end of the file the last line gets an end if it has none. */
  async grow(): Promise<void> {
    const { done, value } = await this.chunks.next();
    this.isLast = done === true;
    const added: Uint8Array = done ? new Uint8Array(0) : value;
    const length = this.end - this.start;
    // Room for the bytes, and for two line's ends.
    const needed = length + added.length + 2;
    const target = needed > this.bytes.length ? new Uint8Array(Math.ceil(needed * 1.25)) : this.bytes;
    target.set(this.bytes.subarray(this.start, this.end));
    target.set(added, length);
    this.bytes = target;
    this.start = 0;
    this.end = length + added.length;
    if (this.isLast && this.end > 0 && target[this.end - 1] !== lineFeed) target[this.end++] = lineFeed;
    target[this.end] = lineFeed;
  }

  async close(): Promise<void> {
    await this.chunks.return?.();
  }
}

export const lineFeed = 10;
