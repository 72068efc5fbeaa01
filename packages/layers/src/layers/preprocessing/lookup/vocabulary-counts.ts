/** The entries of a vocabulary and their counts. */
export type Token = string | number;

/** Counts how often tokens occur, and in how many documents. */
export class TokenCounts {
  readonly #occurrences = new Map<Token, number>();
  readonly #documents = new Map<Token, number>();
  #documentCount = 0;

  /** Counts the tokens of documents. */
  add(documents: readonly (readonly Token[])[]): void {
    for (const tokens of documents) {
      this.#documentCount++;
      for (const token of tokens) increase(this.#occurrences, token);
      for (const token of new Set(tokens)) increase(this.#documents, token);
    }
  }

  /** The tokens, the most frequent first; of equally frequent ones that which sorts last. */
  inOrder(except: readonly (Token | null)[]): Token[] {
    const counted = [...this.#occurrences].filter(([token]) => !except.includes(token));
    counted.sort(([one, count], [other, otherCount]) => otherCount - count || (one < other ? 1 : -1));
    return counted.map(([token]) => token);
  }

  /** The inverse document frequency: log(1 + documents / (1 + documents that have the token)). */
  inverseDocumentFrequency(token: Token): number {
    return Math.log(1 + this.#documentCount / (1 + (this.#documents.get(token) ?? 0)));
  }
}

function increase(counts: Map<Token, number>, token: Token): void {
  counts.set(token, (counts.get(token) ?? 0) + 1);
}
