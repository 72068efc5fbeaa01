import { type LinearMemory, pageBytes } from "./linear-memory.ts";

/** Blocks start at multiples of a cache line. */
export const alignment = 64;

/**
 * Readable bytes behind every block, so that a vector load that starts inside may reach past its end. They are
 * never written.
 */
export const slackBytes = 64;

/** A memory doubles up to this size, and then grows by an eighth: pages that nobody touches cost nothing, but are limited. */
const doublingEnds = 64 * 2 ** 20;

export interface Block {
  readonly address: number;
  /** The usable size: the bytes asked for, rounded up to whole cache lines. */
  readonly byteLength: number;
  /** Whether nobody has had this memory before, so that all of it is 0. */
  readonly isBlank: boolean;
}

interface FreeRange {
  address: number;
  byteLength: number;
}

export function alignUp(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}

/** Hands out blocks of a linear memory: best fit over a list of free ranges in the order of their addresses. */
export class Allocator {
  private readonly memory: LinearMemory;
  private readonly free: FreeRange[] = [];
  /** The end of what has ever been handed out. */
  private usedEnd = alignment;
  private readonly shortageListeners: (() => void)[] = [];
  /** Up to where the memory is either free or handed out. */
  private end: number;

  constructor(memory: LinearMemory) {
    this.memory = memory;
    // Address 0 is never handed out: it stands for "no pointer".
    this.free.push({ address: alignment, byteLength: memory.byteLength - alignment });
    this.end = memory.byteLength;
  }

  /** A block of at least `bytes`; what it holds is whatever was there before, if it is not blank. */
  allocate(bytes: number): Block {
    const byteLength = alignUp(bytes);
    const needed = byteLength + slackBytes;
    const range = this.bestFit(needed) ?? this.makeRoom(needed);
    const { address } = range;
    range.address += needed;
    range.byteLength -= needed;
    if (range.byteLength === 0) this.free.splice(this.free.indexOf(range), 1);
    const isBlank = address >= this.usedEnd;
    this.usedEnd = Math.max(this.usedEnd, address + needed);
    return { address, byteLength, isBlank };
  }

  release({ address, byteLength }: Block): void {
    this.insert({ address, byteLength: byteLength + slackBytes });
  }

  /** `listener` is called where the memory cannot grow any more, to release what can be done without. */
  whenShort(listener: () => void): void {
    this.shortageListeners.push(listener);
  }

  private makeRoom(needed: number): FreeRange {
    try {
      this.grow(needed);
    } catch (error) {
      for (const listener of this.shortageListeners) listener();
      const released = this.bestFit(needed);
      if (released !== null) return released;
      // What was released at the end, too, is less to grow by.
      if (this.freeAtEnd() === 0) throw error;
      this.grow(needed);
    }
    const range = this.bestFit(needed);
    if (range === null) throw new Error("the memory grew and still has no room");
    return range;
  }

  private bestFit(needed: number): FreeRange | null {
    let best: FreeRange | null = null;
    for (const range of this.free) {
      if (range.byteLength >= needed && (best === null || range.byteLength < best.byteLength)) best = range;
    }
    return best;
  }

  private grow(needed: number): void {
    // An exception may have ended this before, when the memory had grown already.
    if (this.memory.byteLength > this.end) this.takeInGrowth();
    const missing = needed - this.freeAtEnd();
    if (missing <= 0) return;
    const { end } = this;
    const room = this.memory.maximumPages * pageBytes - end;
    // So that many small blocks do not grow the memory many times, and what is added has whole large pages.
    const ample = end < doublingEnds ? end : end / 8;
    this.memory.grow(Math.max(missing, Math.min(ample, room)));
    this.takeInGrowth();
  }

  private takeInGrowth(): void {
    const { byteLength } = this.memory;
    this.insert({ address: this.end, byteLength: byteLength - this.end });
    // No call stands between this and the line before.
    this.end = byteLength;
  }

  private freeAtEnd(): number {
    const last = this.free.at(-1);
    return last && last.address + last.byteLength === this.memory.byteLength ? last.byteLength : 0;
  }

  private insert(range: FreeRange): void {
    let low = 0;
    let high = this.free.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.free[middle].address < range.address) low = middle + 1;
      else high = middle;
    }
    const before = this.free[low - 1];
    const after = this.free[low];
    const joinsBefore = before !== undefined && before.address + before.byteLength === range.address;
    const joinsAfter = after !== undefined && range.address + range.byteLength === after.address;
    // No call stands between two changes that belong together: it might overflow the stack.
    if (joinsBefore) {
      if (joinsAfter) this.free.splice(low, 1);
      before.byteLength += range.byteLength + (joinsAfter ? after.byteLength : 0);
    } else if (joinsAfter) {
      after.address = range.address;
      after.byteLength += range.byteLength;
    } else {
      this.free.splice(low, 0, range);
    }
  }
}
