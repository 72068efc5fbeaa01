import type { Platform, Thread } from "./platform.ts";

export const platform: Platform = {
  operatingSystem: "browser",
  environmentVariable: () => undefined,
  whenEnding: (listener) => addEventListener("pagehide", listener),
  // Pages share memory with their workers only where the server's headers isolate them from other origins.
  availableThreads: globalThis.crossOriginIsolated ? (navigator.hardwareConcurrency ?? 1) : 1,
  mainThreadMaySleep: !("document" in globalThis),
  startThread: (life, start) => startWorker(life, start),
  preferLargePages: () => undefined,
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
