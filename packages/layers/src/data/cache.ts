import type { Pass } from "./passes.ts";

/** Passes over elements, which are kept as soon as one pass came to its end. */
export function cachedPasses<Element>(
  begin: (round: number) => Pass<Element>,
): (round: number) => Pass<Element> {
  let kept: readonly Element[] | null = null;
  return async function* (round) {
    if (kept !== null) {
      yield* kept;
      return;
    }
    const gathered: Element[] = [];
    for await (const element of begin(round)) {
      gathered.push(element);
      yield element;
    }
    kept = gathered;
  };
}
