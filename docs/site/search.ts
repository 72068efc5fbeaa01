/** How pages are found by words. */
import MiniSearch from "minisearch";

/** A page, or a section of one. */
export interface SearchEntry {
  readonly title: string;
  readonly url: string;
  /** The guide or the category that it belongs to. */
  readonly where: string;
  /** What it is called elsewhere, and in everyday words. */
  readonly names: string;
  readonly text: string;
  /** How much it counts beside the others. */
  readonly weight: number;
}

export type SearchIndex = MiniSearch<SearchEntry & { readonly id: number }>;

/** Words that nobody looks for. */
const fillers = new Set([
  "a",
  "an",
  "the",
  "of",
  "to",
  "in",
  "on",
  "is",
  "and",
  "or",
  "for",
  "do",
  "i",
  "how",
  "with",
  "my",
]);

/** The words of a text: also those that a name such as BatchNormalization is made of. */
export function wordsOf(text: string): string[] {
  return text.split(/[^\p{L}\p{N}]+/u).flatMap((word) => {
    const parts = word.split(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-zA-Z])(?=\d)/);
    return parts.length > 1 ? [word, ...parts] : [word];
  });
}

/** A word without the ending that the plural or the verb has, so that "saving" finds "save". */
export function stemOf(word: string): string | null {
  const lower = word.toLowerCase();
  if (lower === "" || fillers.has(lower)) return null;
  if (lower.length < 5) return lower.replace(/(?<=[a-z]{3})[se]$/, "");
  return lower.replace(/(ization|ations|ation|ings|ing|ions|ion|ed|es|s|e)$/, "").replace(/iplic$/, "ipl");
}

export function searchIndexOf(entries: readonly SearchEntry[]): SearchIndex {
  const index: SearchIndex = new MiniSearch({
    fields: ["title", "names", "where", "text"],
    tokenize: wordsOf,
    processTerm: stemOf,
  });
  index.addAll(entries.map((entry, id) => ({ ...entry, id })));
  return index;
}

/** The entries that have the words, best first: those with all of them before those with some. */
export function entriesByRelevance(
  index: SearchIndex,
  entries: readonly SearchEntry[],
  query: string,
): SearchEntry[] {
  const options = {
    boost: { title: 6, names: 4, where: 1.5, text: 1 },
    prefix: (term: string) => term.length > 2,
    fuzzy: (term: string) => (term.length > 4 ? 0.2 : false),
    boostDocument: (id: number) => entries[id].weight,
  };
  const all = index.search(query, { ...options, combineWith: "AND" });
  const found = all.length > 0 ? all : index.search(query, { ...options, combineWith: "OR" });
  const asked = query.trim().toLowerCase();
  return found
    .map(({ id, score }) => ({
      entry: entries[id],
      score: entries[id].title.toLowerCase() === asked ? score * 4 : score,
    }))
    .sort((a, b) => b.score - a.score)
    .map(({ entry }) => entry);
}
