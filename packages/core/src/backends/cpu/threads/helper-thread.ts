import type { ForeignLink, ThreadSurroundings } from "../../../platform/platform.ts";

/** The messages to a thread that helps, at its start and later. */
export interface HelperStart {
  readonly memory: WebAssembly.Memory;
  /** The address of the control block. */
  readonly controlBlock: number;
  /** Byte offsets in it. */
  readonly offsets: Readonly<Record<"offer" | "sleepers" | "messages" | "program", number>>;
  /** The address of the word in which it says what it is about. */
  readonly state: number;
  readonly states: Readonly<Record<"idle" | "helping" | "failed", number>>;
  /** Its own number; the thread that runs programs is number 0. */
  readonly thread: number;
  /** How long it looks for work before it sleeps. */
  readonly spinMilliseconds: number;
  /** It sleeps at once if between two looks so much time has passed: others want the core. */
  readonly awayMilliseconds: number;
}

/** A function that programs import: of a module that all threads instantiate, or of a library of the system. */
export type SharedFunction = { readonly name: string } & (
  | { readonly module: WebAssembly.Module }
  | { readonly foreign: ForeignLink }
);

/** Messages are counted: each has the number of those that were sent before it, and its own. */
export type HelperMessage = { readonly count: number; readonly program: number } & (
  | {
      readonly kind: "program";
      readonly module: WebAssembly.Module;
      readonly functions: readonly SharedFunction[];
    }
  | { readonly kind: "forget" }
);

/**
 * The life of a thread that helps. It runs far from this module, from its source text: it may refer to nothing but its
 * parameter and the globals of the language.
 */
export function helperThread({
  start,
  onMessage,
  foreignFunction,
}: ThreadSurroundings<HelperStart, HelperMessage>): void {
  const { memory, controlBlock, offsets, states, thread, spinMilliseconds, awayMilliseconds } = start;
  // Views of the memory as it is now: the control block is at its beginning, and stays there when it grows.
  const words = new Int32Array(memory.buffer);
  const wordAt = (offset: number): number => (controlBlock + offset) / 4;
  const [offerWord, sleepersWord] = [wordAt(offsets.offer), wordAt(offsets.sleepers)];
  const [messagesWord, programWord] = [wordAt(offsets.messages), wordAt(offsets.program)];
  const stateWord = start.state / 4;
  const programs = new Map<number, (offer: number, thread: number) => void>();
  const functions = new Map<string, WebAssembly.ImportValue>();
  let received = 0;

  function link(shared: SharedFunction): WebAssembly.ImportValue {
    const known = functions.get(shared.name);
    if (known !== undefined) return known;
    const made =
      "module" in shared
        ? new WebAssembly.Instance(shared.module, { env: { memory } }).exports[shared.name]
        : foreignFunction(shared.foreign);
    functions.set(shared.name, made);
    return made;
  }

  function learn(message: HelperMessage): void {
    if (message.kind === "forget") {
      programs.delete(message.program);
      return;
    }
    const library: Record<string, WebAssembly.ImportValue> = {};
    for (const shared of message.functions) library[shared.name] = link(shared);
    // Only the thread that runs a program takes the time of its steps, and waits for others.
    const env = { memory, mark: () => undefined, check: () => undefined };
    const { help } = new WebAssembly.Instance(message.module, { env, library }).exports;
    if (typeof help === "function")
      programs.set(message.program, (offer, number) => void help(offer, number));
  }

  /** The number of the offer, once it is not `last`. */
  function nextOffer(last: number): number {
    let now = performance.now();
    const patience = now + spinMilliseconds;
    for (let look = 1; ; look++) {
      const offer = Atomics.load(words, offerWord);
      if (offer !== last) return offer;
      if (look % 64 !== 0) continue;
      const before = now;
      now = performance.now();
      if (now > patience || now - before > awayMilliseconds) break;
    }
    Atomics.add(words, sleepersWord, 1);
    Atomics.wait(words, offerWord, last);
    Atomics.sub(words, sleepersWord, 1);
    return Atomics.load(words, offerWord);
  }

  function help(offer: number): void {
    Atomics.store(words, stateWord, states.helping);
    try {
      programs.get(Atomics.load(words, programWord))?.(offer, thread);
    } catch (error) {
      Atomics.store(words, stateWord, states.failed);
      throw error;
    }
    Atomics.store(words, stateWord, states.idle);
  }

  function hasMessages(): boolean {
    // By the difference, since counts begin anew after 2³².
    return ((Atomics.load(words, messagesWord) - received) | 0) > 0;
  }

  /** Helps until there is a message to read, for which the thread has to return to its event loop. */
  function work(): void {
    let offer = Atomics.load(words, offerWord);
    while (!hasMessages()) {
      help(offer);
      offer = nextOffer(offer);
    }
  }

  onMessage((message) => {
    received = message.count;
    learn(message);
    if (!hasMessages()) work();
  });
}
