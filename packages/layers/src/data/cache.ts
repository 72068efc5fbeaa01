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

/**
 * Passes over elements, which are written to a file while one pass goes on. The file is there as soon as that pass came to its end,
 * and never before; the later passes read it, also those of other programs.
 */
export function filePasses<Element>(
  begin: (round: number) => Pass<Element>,
  path: string | URL,
): (round: number) => Pass<Element> {
  return async function* (round) {
    const { fileExists, streamSource, writeTarget } = await import("@strata/core/internal/files");
    const { encodeElementFile, readElementFile } = await import("../formats/element-file.ts");
    if (await fileExists(path)) {
      yield* readElementFile<Element>(String(path), streamSource(path, {}, "Dataset.cache"));
      return;
    }
    const passing = new Handover<Element>();
    const written = writeTarget(path, encodeElementFile(passing.received()), "Dataset.cache");
    // What cannot be written is an error of the element that is given next, and when it is awaited.
    written.catch((error: unknown) => passing.refuse(error));
    let isWhole = false;
    try {
      for await (const element of begin(round)) {
        await passing.give(element);
        yield element;
      }
      isWhole = true;
    } finally {
      passing.end(isWhole ? null : new Error("the pass ended before its end"));
      if (!isWhole) await written.catch(() => undefined);
    }
    await written;
  };
}

/** Values that one side gives, and another takes one by one. */
class Handover<Value> {
  private waiting: { readonly value: Value; readonly taken: () => void } | null = null;
  private refusal: { readonly error: unknown } | null = null;
  private fail: (error: unknown) => void = () => undefined;
  private ended: { readonly error: Error | null } | null = null;
  private wake: () => void = () => undefined;

  /** Gives a value, and waits until the next one is wanted. */
  give(value: Value): Promise<void> {
    return new Promise((taken, fail) => {
      if (this.refusal !== null) fail(this.refusal.error);
      this.fail = fail;
      this.waiting = { value, taken };
      this.wake();
    });
  }

  /** Says that no more values are taken. */
  refuse(error: unknown): void {
    this.refusal = { error };
    this.fail(error);
  }

  /** Says that no more values follow, or that what was given is not all. */
  end(error: Error | null): void {
    this.ended = { error };
    this.wake();
  }

  /** The values that are given. */
  async *received(): AsyncGenerator<Value> {
    for (;;) {
      const { waiting, ended } = this;
      if (waiting !== null) {
        this.waiting = null;
        yield waiting.value;
        waiting.taken();
      } else if (ended === null) {
        await new Promise<void>((wake) => {
          this.wake = wake;
        });
      } else if (ended.error === null) return;
      else throw ended.error;
    }
  }
}
