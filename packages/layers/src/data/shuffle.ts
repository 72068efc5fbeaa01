import { shuffleWords } from "@strata/core/internal";
import type { Pass } from "./passes.ts";

const wordsAtOnce = 1024;

/** Random integers, the same for the same seed and round. */
function* randomWords(seed: number | null, round: number): Generator<number, never> {
  for (let start = 0; ; start += wordsAtOnce) {
    yield* shuffleWords({ seed, round, start, count: wordsAtOnce });
  }
}

/**
 * The elements in a random order: a buffer is filled, each element that leaves it is drawn, and the next one takes its
 * place.
 */
export async function* shufflePass<Element>(
  elements: Pass<Element>,
  size: number,
  seed: number | null,
  round: number,
): AsyncGenerator<Element> {
  const words = randomWords(seed, round);
  const place = (count: number): number => Math.floor((words.next().value / 2 ** 32) * count);
  const buffer: Element[] = [];
  for await (const element of elements) {
    if (buffer.length < size) {
      buffer.push(element);
      continue;
    }
    const drawn = place(size);
    const leaving = buffer[drawn];
    buffer[drawn] = element;
    yield leaving;
  }
  while (buffer.length > 0) {
    const drawn = place(buffer.length);
    const leaving = buffer[drawn];
    const last = buffer.length - 1;
    buffer[drawn] = buffer[last];
    buffer.length = last;
    yield leaving;
  }
}
