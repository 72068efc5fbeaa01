import type { StructureKey } from "./structure-key.ts";

interface Entry<T> {
  readonly key: StructureKey;
  readonly value: T;
}

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
    const entry = { key, value };
    const bucket = this.buckets.get(key.hash);
    if (bucket) bucket.push(entry);
    else this.buckets.set(key.hash, [entry]);
    this.used.add(entry);
    const { mostEntries, mostBytes } = this.options;
    let bytes = 0;
    for (const each of this.used) bytes += this.bytesOf(each);
    while (this.used.size > 1 && (this.used.size > mostEntries || bytes > mostBytes)) {
      const [oldest] = this.used;
      bytes -= this.bytesOf(oldest);
      this.evict(oldest);
    }
  }

  clear(): void {
    for (const { value } of this.used) this.options.onEvict(value);
    this.used.clear();
    this.buckets.clear();
  }

  private bytesOf({ key, value }: Entry<T>): number {
    return key.words.byteLength + this.options.bytesOf(value);
  }

  private evict(evicted: Entry<T>): void {
    this.used.delete(evicted);
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
