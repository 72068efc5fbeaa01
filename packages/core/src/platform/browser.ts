import type { Platform, Thread, Unavailable } from "./platform.ts";

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
  threadLimit: globalThis.crossOriginIsolated
    ? null
    : "pages use several only if their server isolates them by the headers Cross-Origin-Opener-Policy and " +
      "Cross-Origin-Embedder-Policy",
  mainThreadMaySleep: !("document" in globalThis),
  startThread: startWorker,
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

const refusal = "the page's Content-Security-Policy allows no more: worker-src has to allow blob:";

/**
 * A worker whose first message is what its life starts with. Loaders that keep the names of functions wrap them in
 * calls of `__name`.
 */
function startWorker(
  life: string,
  start: unknown,
  onRefusal: (reason: string) => void,
): Thread | Unavailable {
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
    let isRefused = false;
    worker.onerror = (event) => {
      // An error of its code has a message, and does not end it.
      if (event instanceof ErrorEvent && event.message !== "") return;
      isRefused = true;
      onRefusal(refusal);
    };
    // Nobody else can end it.
    return { send: (message) => worker.postMessage(message), isAlive: () => !isRefused };
  } catch {
    return { unavailable: refusal };
  } finally {
    URL.revokeObjectURL(address);
  }
}
