/** What differs between Node and browsers. `#platform` names the module of the machine that the code runs on. */
export interface Platform {
  /** As Node names it: "linux", "darwin", "win32"…; "browser" in a browser. */
  readonly operatingSystem: string;
  /** The value of an environment variable; undefined where it is not set, or where there are none. */
  environmentVariable(name: string): string | undefined;
  /** How many threads can run at once. */
  readonly availableThreads: number;
  /** The door to functions of shared libraries, or what there would have to be for one. */
  foreignFunctions(): ForeignFunctions | Unavailable;
}

export interface Unavailable {
  readonly unavailable: string;
}

export interface ForeignFunctions {
  /** Opens a shared library by its path, or by a name that the system looks up; null where there is none. */
  open(name: string): ForeignLibrary | null;
  /** Where a buffer's first byte lies. A WebAssembly.Memory that grows can have a new buffer elsewhere. */
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
