/** The arithmetic of the last pass: gives buffers that are never alive together the same memory. */
import { bytesPerElement, type DType } from "../dtype.ts";
import { GapList } from "./gap-list.ts";

/** A buffer and the steps between which its contents matter, both included. */
export interface Lifetime {
  readonly dtype: DType;
  readonly length: number;
  readonly first: number;
  readonly last: number;
}

export interface MemoryPlan {
  /** Byte offsets into the scratch space, one a lifetime. */
  readonly offsets: readonly number[];
  readonly bytes: number;
}

const alignment = 64;
/** Vector loads may read past the end of a buffer, within this many bytes. */
const slack = 64;

/** Up to so many lifetimes are also planned by size, which takes time that grows with the square of their number. */
const mostPlannedBySize = 2_048;

/** The better of two plans. */
export function planMemory(lifetimes: readonly Lifetime[]): MemoryPlan {
  const sizes = lifetimes.map(({ dtype, length }) => roundUp(length * bytesPerElement(dtype) + slack));
  const byTime = planByTime(lifetimes, sizes);
  if (lifetimes.length > mostPlannedBySize) return byTime;
  const bySize = planBySize(lifetimes, sizes);
  return bySize.bytes <= byTime.bytes ? bySize : byTime;
}

/**
 * Largest first, each at the lowest offset where nothing alive at the same time lies: within a few per cent of the
 * lower bound on networks (Pisarchyk and Lee 2020, "Efficient memory management for deep neural net inference").
 */
function planBySize(lifetimes: readonly Lifetime[], sizes: readonly number[]): MemoryPlan {
  const order = lifetimes.map((_, index) => index).sort((a, b) => sizes[b] - sizes[a] || a - b);
  const offsets = new Array<number>(lifetimes.length).fill(0);
  const placed: number[] = [];
  let bytes = 0;
  for (const index of order) {
    const { first, last } = lifetimes[index];
    let offset = 0;
    for (const other of placed) {
      if (lifetimes[other].first > last || lifetimes[other].last < first) continue;
      if (offsets[other] - offset >= sizes[index]) break;
      offset = Math.max(offset, offsets[other] + sizes[other]);
    }
    offsets[index] = offset;
    bytes = Math.max(bytes, offset + sizes[index]);
    insertByOffset(placed, index, offsets);
  }
  return { offsets, bytes };
}

/** In the order of the steps, each in the smallest gap that holds it: within a third of the lower bound. */
function planByTime(lifetimes: readonly Lifetime[], sizes: readonly number[]): MemoryPlan {
  const indices = lifetimes.map((_, index) => index);
  const begins = [...indices].sort((a, b) => lifetimes[a].first - lifetimes[b].first || sizes[b] - sizes[a]);
  const ends = [...indices].sort((a, b) => lifetimes[a].last - lifetimes[b].last);
  const offsets = new Array<number>(lifetimes.length).fill(0);
  const gaps = new GapList();
  let ended = 0;
  for (const index of begins) {
    for (; lifetimes[ends[ended]].last < lifetimes[index].first; ended++) {
      gaps.release(offsets[ends[ended]], sizes[ends[ended]]);
    }
    offsets[index] = gaps.take(sizes[index]);
  }
  return { offsets, bytes: gaps.end };
}

function insertByOffset(placed: number[], index: number, offsets: readonly number[]): void {
  let low = 0;
  let high = placed.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offsets[placed[middle]] < offsets[index]) low = middle + 1;
    else high = middle;
  }
  placed.splice(low, 0, index);
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}
