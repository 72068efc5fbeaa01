import type { AttributeValue } from "../graph/attributes.ts";

/** A description of a graph's structure, equal for equal structures. */
export interface StructureKey {
  readonly words: Float64Array;
  readonly hash: number;
}

/** The room of a list that is finished, for the next one: to allocate it anew takes longer than to fill it. */
let spareRoom: Float64Array | null = null;
const mostSpareWords = 2 ** 16;
const noWords = new Float64Array(0);

/** A growing list of numbers, hashed as it grows. */
export class WordList {
  private words: Float64Array;
  private length = 0;
  private hash = 0x811c9dc5;

  constructor() {
    this.words = spareRoom ?? new Float64Array(1024);
    spareRoom = null;
  }

  push(...values: number[]): void {
    for (const value of values) {
      if (this.length === this.words.length) {
        const larger = new Float64Array(2 * this.length);
        larger.set(this.words);
        this.words = larger;
      }
      this.words[this.length++] = value;
      // FNV-1a over the integer part; the comparison, not the hash, decides.
      this.hash = Math.imul(this.hash ^ (value | 0), 0x01000193);
    }
  }

  pushAttribute(value: AttributeValue | { readonly [name: string]: AttributeValue }): void {
    if (typeof value === "number") {
      // −0 equals 0 and NaN nothing, but they are structures of their own.
      if (Object.is(value, -0)) this.push(-1, 0);
      else if (Number.isNaN(value)) this.push(-2, 0);
      else this.push(1, value);
    } else if (typeof value === "string") {
      this.push(2, value.length);
      for (let index = 0; index < value.length; index++) this.push(value.charCodeAt(index));
    } else if (typeof value === "boolean") this.push(3, value ? 1 : 0);
    else if (value === null) this.push(4);
    else if (isList(value)) {
      this.push(5, value.length);
      for (const item of value) this.pushAttribute(item);
    } else {
      for (const name in value) this.pushAttribute(value[name]);
    }
  }

  /** The key of all that was pushed. The list is empty and of no use afterwards. */
  finish(): StructureKey {
    const { words, length, hash } = this;
    const key = { words: words.slice(0, length), hash };
    if (length <= mostSpareWords) spareRoom = words;
    this.words = noWords;
    this.length = 0;
    return key;
  }
}

function isList(
  value: readonly AttributeValue[] | { readonly [name: string]: AttributeValue },
): value is readonly AttributeValue[] {
  return Array.isArray(value);
}
