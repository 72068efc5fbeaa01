import type { AttributeValue } from "../graph/attributes.ts";

/** A description of a graph's structure, equal for equal structures. */
export interface StructureKey {
  readonly words: Float64Array;
  readonly hash: number;
}

/** A growing list of numbers, hashed as it grows. */
export class WordList {
  private words = new Float64Array(1024);
  private length = 0;
  private hash = 0x811c9dc5;

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

  finish(): StructureKey {
    return { words: this.words.slice(0, this.length), hash: this.hash };
  }
}

function isList(
  value: readonly AttributeValue[] | { readonly [name: string]: AttributeValue },
): value is readonly AttributeValue[] {
  return Array.isArray(value);
}
