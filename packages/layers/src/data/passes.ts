/** The stages of pipelines: each makes a pass over elements of passes over others. */

/** Elements in their order, at once or later. */
export type Pass<Element> = AsyncIterable<Element> | Iterable<Element>;

/** Calls `f`; an error says for which element it came. */
async function called<Element, Result>(
  operation: string,
  f: (element: Element, index: number) => Result | Promise<Result>,
  element: Element,
  index: number,
): Promise<Result> {
  try {
    return await f(element, index);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${operation}: the function failed for the element ${index}: ${reason}`, { cause });
  }
}

/** The results of `f` for each element, up to `parallel` of them at once, in their order. */
export async function* mapPass<Element, Result>(
  elements: Pass<Element>,
  f: (element: Element, index: number) => Result | Promise<Result>,
  parallel: number,
): AsyncGenerator<Result> {
  const running: Promise<Result>[] = [];
  let index = 0;
  try {
    for await (const element of elements) {
      running.push(handled(called("Dataset.map", f, element, index++)));
      if (running.length < parallel) continue;
      const first = running.shift();
      if (first) yield await first;
    }
    for (const each of running.splice(0)) yield await each;
  } finally {
    await Promise.allSettled(running);
  }
}

/** The same promise, whose failure is noticed when it is awaited and not before. */
function handled<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => {});
  return promise;
}

export async function* filterPass<Element>(
  elements: Pass<Element>,
  holds: (element: Element, index: number) => boolean | Promise<boolean>,
): AsyncGenerator<Element> {
  let index = 0;
  for await (const element of elements) {
    if (await called("Dataset.filter", holds, element, index++)) yield element;
  }
}

export async function* takePass<Element>(elements: Pass<Element>, count: number): AsyncGenerator<Element> {
  let left = count;
  if (left <= 0) return;
  for await (const element of elements) {
    yield element;
    if (--left <= 0) return;
  }
}

export async function* skipPass<Element>(elements: Pass<Element>, count: number): AsyncGenerator<Element> {
  let left = count;
  for await (const element of elements) {
    if (left-- > 0) continue;
    yield element;
  }
}

/** Every `count`-th element, from `index` on. */
export async function* shardPass<Element>(
  elements: Pass<Element>,
  count: number,
  index: number,
): AsyncGenerator<Element> {
  let position = 0;
  for await (const element of elements) if (position++ % count === index) yield element;
}

export async function* enumeratePass<Element>(
  elements: Pass<Element>,
  start: number,
): AsyncGenerator<readonly [number, Element]> {
  let index = start;
  for await (const element of elements) yield [index++, element];
}

/** The passes one after the other, each begun when it is reached. */
export async function* joinPasses<Element>(passes: Pass<() => Pass<Element>>): AsyncGenerator<Element> {
  for await (const begin of passes) yield* begin();
}

/** Elements that stand in the same place, together, to the end of the shortest. */
export async function* zipPass(passes: readonly Pass<unknown>[]): AsyncGenerator<readonly unknown[]> {
  const iterators = passes.map(iteratorOf);
  try {
    while (true) {
      const next = await Promise.all(iterators.map((each) => each.next()));
      if (next.some(({ done }) => done)) return;
      yield next.map(({ value }): unknown => value);
    }
  } finally {
    for (const each of iterators) await each.return?.();
  }
}

/** The elements of several passes in turn, `cycle` of them at once, `block` elements from each. */
export async function* interleavePass<Element>(
  passes: Pass<() => Pass<Element>>,
  cycle: number,
  block: number,
): AsyncGenerator<Element> {
  const waiting = iteratorOf(passes);
  const open: AsyncIterator<Element>[] = [];
  let hasMore = true;
  const fill = async (): Promise<void> => {
    while (hasMore && open.length < cycle) {
      const { done, value } = await waiting.next();
      if (done) hasMore = false;
      else open.push(iteratorOf(value()));
    }
  };
  try {
    await fill();
    for (let place = 0; open.length > 0; ) {
      place %= open.length;
      let isEnded = false;
      for (let taken = 0; taken < block; taken++) {
        const { done, value } = await open[place].next();
        if (done) {
          isEnded = true;
          break;
        }
        yield value;
      }
      if (isEnded) {
        open.splice(place, 1);
        await fill();
      } else place++;
    }
  } finally {
    for (const each of open) await each.return?.();
    await waiting.return?.();
  }
}

/** The elements, of which up to `count` are asked for before they are wanted. */
export async function* prefetchPass<Element>(
  elements: Pass<Element>,
  count: number,
): AsyncGenerator<Element> {
  const iterator = iteratorOf(elements);
  const asked: Promise<IteratorResult<Element>>[] = [];
  try {
    while (true) {
      while (asked.length < count) asked.push(handled(iterator.next()));
      const first = asked.shift();
      if (first === undefined) return;
      const { done, value } = await first;
      if (done) return;
      asked.push(handled(iterator.next()));
      yield value;
    }
  } finally {
    await Promise.allSettled(asked);
    await iterator.return?.();
  }
}

/** An iterator whose results come as promises. */
export function iteratorOf<Element>(elements: Pass<Element>): AsyncIterator<Element> {
  if (Symbol.asyncIterator in elements) return elements[Symbol.asyncIterator]();
  const iterator = elements[Symbol.iterator]();
  return {
    next: () => Promise.resolve(iterator.next()),
    return: () => Promise.resolve(iterator.return?.() ?? { done: true, value: undefined }),
  };
}
