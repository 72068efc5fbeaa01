/** One end of a channel of messages. */
export interface Port {
  send(message: unknown): void;
  close(): void;
}

/** Takes the messages that arrive at a port. */
export type Listener = (message: unknown) => void;

/** A worker of the browser or of Node. `#worker` names the module of the machine that the code runs on. */
export interface WorkerHandle {
  /** Sends the first message of a run, with a port over which all others go; gives the other end. */
  begin(message: object, listener: Listener): Port;
  /** Calls `listener` if the worker fails or ends; returns what takes the listener away again. */
  whenFailing(listener: (reason: Error) => void): () => void;
  /** Ends the worker, whatever it does. */
  end(): void;
}

/** Takes the first messages of runs; what it returns takes those that follow. */
export type RunListener = (message: unknown, port: Port) => Listener | null;

/** A `Worker` of a browser, or of Node's module `worker_threads`. */
export interface WorkerLike {
  /** Sends a message. */
  postMessage(message: unknown, transfer: never[]): void;
  /** Ends it. */
  terminate(): unknown;
}
