import type { StructureKey } from "./structure-key.ts";

interface Entry<T> {
  readonly key: StructureKey;
  readonly value: T;
}

/**
 * A bounded map from structures to compiled programs. Keys are compared word by word: the hash only finds where to
 * look. What was not used for longest goes first.
 */
export class ProgramCache<T> {
  private readonly buckets = new Map<number, Entry<T>[]>();
  /** In order of use, oldest first. */
  private readonly used = new Set<Entry<T>>();
  private readonly capacity: number;
  private readonly onEvict: (value: T) => void;

  constructor(capacity: number, onEvict: (value: T) => void) {
    this.capacity = capacity;
    this.onEvict = onEvict;
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
    if (this.used.size > this.capacity) this.evictOldest();
  }

  clear(): void {
    for (const { value } of this.used) this.onEvict(value);
    this.used.clear();
    this.buckets.clear();
  }

  private evictOldest(): void {
    const [oldest] = this.used;
    this.used.delete(oldest);
    const bucket = this.buckets.get(oldest.key.hash) ?? [];
    const rest = bucket.filter((entry) => entry !== oldest);
    if (rest.length > 0) this.buckets.set(oldest.key.hash, rest);
    else this.buckets.delete(oldest.key.hash);
    this.onEvict(oldest.value);
  }
}

function sameWords({ words: left }: StructureKey, { words: right }: StructureKey): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false;
  return true;
}
