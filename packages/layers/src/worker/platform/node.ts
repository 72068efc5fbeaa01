import { MessageChannel, MessagePort, parentPort, Worker } from "node:worker_threads";
import type { Port, RunListener, WorkerHandle, WorkerLike } from "./worker-handle.ts";

/** Starts a worker that trains. */
export function startWorker(): WorkerHandle {
  return handleOf(new Worker(new URL("../../worker.js", import.meta.url)), null);
}

/**
 * A worker that the user started.
 *
 * @param _earlier For browsers, whose workers tell an error once.
 * @throws TypeError for what is none.
 */
export function handleOf(worker: WorkerLike, _earlier: Event | null): WorkerHandle {
  if (!(worker instanceof Worker)) {
    throw new TypeError("inWorker: the worker must be a Worker of node:worker_threads");
  }
  return {
    begin(message, listener) {
      const { port1, port2 } = new MessageChannel();
      worker.postMessage({ ...message, port: port2 }, [port2]);
      port1.on("message", listener);
      return portOf(port1);
    },
    whenFailing(listener) {
      const ended = (): void => listener(new Error("it has ended"));
      if (worker.threadId < 0) queueMicrotask(ended);
      worker.on("error", listener).on("exit", ended);
      return () => void worker.off("error", listener).off("exit", ended);
    },
    end: () => void worker.terminate(),
  };
}

/** Takes the messages that are sent to this worker. */
export function whenAsked(listener: RunListener): void {
  if (parentPort === null) {
    throw new Error("@strata/layers/worker: it is for the module of a worker, and this is the main thread");
  }
  parentPort.on("message", (data: unknown) => {
    if (typeof data !== "object" || data === null || !("port" in data)) return;
    const { port } = data;
    if (!(port instanceof MessagePort)) return;
    const next = listener(data, portOf(port));
    if (next !== null) port.on("message", next);
  });
}

function portOf(port: MessagePort): Port {
  return { send: (message) => port.postMessage(message), close: () => port.close() };
}
