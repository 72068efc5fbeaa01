/** The differences between Node and browsers. `#platform` names the module of the machine that the code runs on. */
export interface Platform {
  /** As Node names it: "linux", "darwin", "win32"…; "browser" in a browser. */
  readonly operatingSystem: string;
  /** The value of an environment variable; undefined where it is not set, may not be read, or where there are none. */
  environmentVariable(name: string): string | undefined;
  /** Calls `listener` when the process ends, or the page is left. */
  whenEnding(listener: () => void): void;
  /** How many threads can run at once, and see the same memory. */
  readonly availableThreads: number;
  /** What keeps threads from more of the processors; null if all of them can be used. */
  readonly threadLimit: string | null;
  /** Whether the thread that runs programs may wait until another wakes it: a page's own may not. */
  readonly mainThreadMaySleep: boolean;
  /**
   * Starts a thread that does not keep the process alive. `life` is the source text of a function that refers to nothing
   * outside of itself; it is called with `start` and what else a thread has: see `ThreadSurroundings`.
   *
   * @param onRefusal Called where it turns out later that no thread may be started, with the reason.
   */
  startThread(life: string, start: unknown, onRefusal: (reason: string) => void): Thread | Unavailable;
  /**
   * Asks the system to back a buffer with large pages, so that touching it for the first time and finding its pages
   * takes less time. Where that cannot be asked for nothing happens.
   */
  preferLargePages(buffer: ArrayBufferLike): void;
  /** Frees at once what nothing refers to, as far as the engine can be made to. */
  collectGarbage(): void;
  /** Lets the event loop turn: timers fire, messages arrive and, in a page, frames are drawn. */
  nextTurn(): Promise<void>;
  /** The door to functions of shared libraries, or what there would have to be for one. */
  foreignFunctions(): ForeignFunctions | Unavailable;
}

/** A thread, seen from the one that started it. */
export interface Thread {
  send(message: unknown): void;
  /** Whether it has not ended, as far as that can be known without a turn of the event loop. */
  isAlive(): boolean;
}

/** The argument of the function that is a thread's life. */
export interface ThreadSurroundings<Start, Message> {
  readonly start: Start;
  onMessage(listener: (message: Message) => void): void;
  /** A function without a result of a library of the system, by the types that `ForeignLink` names. */
  foreignFunction(link: ForeignLink): WebAssembly.ImportValue;
}

/** How another thread finds a function of a library: strings, which can be sent. */
export interface ForeignLink {
  readonly library: string;
  readonly symbol: string;
  readonly parameters: readonly ForeignType[];
}

export interface Unavailable {
  readonly unavailable: string;
}

export interface ForeignFunctions {
  /** Opens a shared library by its path, or by a name that the system looks up; null where there is none. */
  open(name: string): ForeignLibrary | null;
  /** The address of a buffer's first byte. A WebAssembly.Memory that grows can have a new buffer elsewhere. */
  addressOf(buffer: ArrayBufferLike): number;
}

export interface ForeignLibrary {
  /** A function of the library; null where it has none of that name. */
  find(name: string, result: ForeignResult, parameters: readonly ForeignType[]): ForeignFunction | null;
}

export type ForeignFunction = (...values: number[]) => unknown;

/** The types of C that parameters may have. An address is a number as `addressOf` gives it. */
export type ForeignType = "int" | "float" | "double" | "address";

/** The types of C that results may have. */
export type ForeignResult = "void" | "string";
