import type { Listener, Port, RunListener, WorkerHandle, WorkerLike } from "./worker-handle.ts";

/** Starts a worker that trains. Bundlers find its module by this very form. */
export function startWorker(): WorkerHandle {
  return handleOf(new Worker(new URL("../../worker.js", import.meta.url), { type: "module" }), null);
}

/**
 * A worker that the user started.
 *
 * @param earlier The event of an error that it told before; null if there was none.
 * @throws TypeError for what is none.
 */
export function handleOf(worker: WorkerLike, earlier: Event | null): WorkerHandle {
  if (!(worker instanceof Worker)) throw new TypeError("inWorker: the worker must be a Worker");
  let failure = earlier === null ? null : errorOf(earlier);
  let listener: (reason: Error) => void = () => undefined;
  const hear = (event: Event): void => {
    event.preventDefault();
    failure = errorOf(event);
    listener(failure);
  };
  worker.addEventListener("error", hear);
  return {
    begin(message, received) {
      const { port1, port2 } = new MessageChannel();
      worker.postMessage({ ...message, port: port2 }, [port2]);
      return listenAt(port1, received);
    },
    whenFailing(given) {
      listener = given;
      if (failure !== null) given(failure);
      return () => worker.removeEventListener("error", hear);
    },
    end: () => worker.terminate(),
  };
}

function errorOf(event: Event): Error {
  const hasMessage = event instanceof ErrorEvent && event.message !== "";
  return new Error(hasMessage ? event.message : "its module cannot be loaded");
}

/** Takes the messages that are sent to this worker. */
export function whenAsked(listener: RunListener): void {
  if ("document" in globalThis) {
    throw new Error("@strata/layers/worker: it is for the module of a worker, and this is a page");
  }
  addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (typeof data !== "object" || data === null || !("port" in data)) return;
    const { port } = data;
    if (!(port instanceof MessagePort)) return;
    const next = listener(data, portOf(port));
    if (next !== null) listenAt(port, next);
  });
}

function listenAt(port: MessagePort, listener: Listener): Port {
  port.onmessage = ({ data }: MessageEvent<unknown>) => listener(data);
  return portOf(port);
}

function portOf(port: MessagePort): Port {
  return { send: (message) => port.postMessage(message), close: () => port.close() };
}
