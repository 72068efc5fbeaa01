import type { StructureKey } from "./structure-key.ts";

interface Entry<T> {
  readonly key: StructureKey;
  readonly value: T;
  /** The bytes that are counted for it. */
  counted: number;
}

/**
 * What a program holds changes when it is compiled, which is as a rule before the next is added. What else has changed
 * is found by counting all: in a large cache not for each addition, or that would take as long as to compile.
 */
const entriesPerAddition = 32;

/** The limits of a cache. */
export interface CacheOptions<T> {
  readonly mostEntries: number;
  /** Of keys and values together. */
  readonly mostBytes: number;
  /** The bytes that a value holds now. */
  readonly bytesOf: (value: T) => number;
  readonly onEvict: (value: T) => void;
}

/**
 * A bounded map from structures to compiled programs. Keys are compared word by word: the hash only finds where to
 * look. What was not used for longest goes first; what was added last stays, however large it is.
 */
export class ProgramCache<T> {
  private readonly buckets = new Map<number, Entry<T>[]>();
  /** In order of use, oldest first. */
  private readonly used = new Set<Entry<T>>();
  private readonly options: CacheOptions<T>;
  private bytes = 0;
  private newest: Entry<T> | null = null;
  /** How many were added since all were counted. */
  private additions = 0;

  constructor(options: CacheOptions<T>) {
    this.options = options;
  }

  get size(): number {
    return this.used.size;
  }

  get(key: StructureKey): T | undefined {
    const entry = this.buckets.get(key.hash)?.find((candidate) => sameWords(candidate.key, key));
    if (!entry) return undefined;
    this.used.delete(entry);
    this.used.add(entry);
    return entry.value;
  }

  set(key: StructureKey, value: T): void {
    const entry = { key, value, counted: 0 };
    const bucket = this.buckets.get(key.hash);
    if (bucket) bucket.push(entry);
    else this.buckets.set(key.hash, [entry]);
    this.used.add(entry);
    this.count(entry);
    if (++this.additions * entriesPerAddition >= this.used.size) {
      for (const each of this.used) this.count(each);
      this.additions = 0;
    } else if (this.newest !== null) this.count(this.newest);
    this.newest = entry;
    const { mostEntries, mostBytes } = this.options;
    while (this.used.size > 1 && (this.used.size > mostEntries || this.bytes > mostBytes)) {
      const [oldest] = this.used;
      this.evict(oldest);
    }
  }

  clear(): void {
    for (const { value } of this.used) this.options.onEvict(value);
    this.used.clear();
    this.buckets.clear();
    this.bytes = 0;
    this.newest = null;
  }

  private count(entry: Entry<T>): void {
    const bytes = entry.key.words.byteLength + this.options.bytesOf(entry.value);
    this.bytes += bytes - entry.counted;
    entry.counted = bytes;
  }

  private evict(evicted: Entry<T>): void {
    this.used.delete(evicted);
    this.bytes -= evicted.counted;
    if (this.newest === evicted) this.newest = null;
    const bucket = this.buckets.get(evicted.key.hash) ?? [];
    const rest = bucket.filter((entry) => entry !== evicted);
    if (rest.length > 0) this.buckets.set(evicted.key.hash, rest);
    else this.buckets.delete(evicted.key.hash);
    this.options.onEvict(evicted.value);
  }
}

function sameWords({ words: left }: StructureKey, { words: right }: StructureKey): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false;
  return true;
}
