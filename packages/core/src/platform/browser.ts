import type { Platform, Thread } from "./platform.ts";

/** A page whose frames come later than this looks as if it hung. */
const longestWithoutFrame = 30;

/** Turns of the event loop by messages, which come at once where a timer waits 4 ms, with a frame from time to time. */
class Turns {
  private readonly waiting: (() => void)[] = [];
  private readonly channel = new MessageChannel();
  private lastFrame = performance.now();

  constructor() {
    this.channel.port1.onmessage = () => this.waiting.shift()?.();
  }

  async next(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
      this.channel.port2.postMessage(null);
    });
    if (performance.now() - this.lastFrame < longestWithoutFrame) return;
    await nextFrame();
    this.lastFrame = performance.now();
  }
}

/** Resolves when a frame is about to be drawn; soon in a page that nobody sees, and at once where there is no page. */
function nextFrame(): Promise<void> {
  if (!("requestAnimationFrame" in globalThis) || !("document" in globalThis) || document.hidden) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    requestAnimationFrame(() => resolve());
    // A page can be hidden without a word, behind another window.
    setTimeout(resolve, 3 * longestWithoutFrame);
  });
}

let turns: Turns | undefined;

export const platform: Platform = {
  operatingSystem: "browser",
  environmentVariable: () => undefined,
  whenEnding: (listener) => addEventListener("pagehide", listener),
  // Pages share memory with their workers only where the server's headers isolate them from other origins.
  availableThreads: globalThis.crossOriginIsolated ? (navigator.hardwareConcurrency ?? 1) : 1,
  mainThreadMaySleep: !("document" in globalThis),
  startThread: (life, start) => startWorker(life, start),
  preferLargePages: () => undefined,
  collectGarbage() {
    try {
      // More than an engine has at once: before it gives up, it frees what it can.
      new ArrayBuffer(2 ** 33);
    } catch {
      // That was to be expected.
    }
  },
  nextTurn() {
    turns ??= new Turns();
    return turns.next();
  },
  foreignFunctions: () => ({ unavailable: "a browser opens no libraries of the system" }),
};

/**
 * A worker whose first message is what its life starts with. Loaders that keep the names of functions wrap them in
 * calls of `__name`.
 */
function startWorker(life: string, start: unknown): Thread | null {
  const source = `
    const __name = (value) => value;
    onmessage = ({ data: start }) => (${life})({
      start,
      onMessage: (listener) => { onmessage = ({ data }) => listener(data); },
      foreignFunction: () => { throw new Error("a browser opens no libraries of the system"); },
    });`;
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  try {
    const worker = new Worker(address);
    worker.postMessage(start);
    // Nobody else can end it, and it does not end by an error.
    return { send: (message) => worker.postMessage(message), isAlive: () => true };
  } catch {
    // A policy of the page may forbid workers made of text.
    return null;
  } finally {
    URL.revokeObjectURL(address);
  }
}
