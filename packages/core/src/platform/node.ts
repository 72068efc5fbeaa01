import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import type {
  ForeignFunction,
  ForeignFunctions,
  ForeignLibrary,
  ForeignType,
  Platform,
  Unavailable,
} from "./platform.ts";

let foreign: ForeignFunctions | Unavailable | undefined;

export const platform: Platform = {
  operatingSystem: process.platform,
  environmentVariable: (name) => process.env[name],
  availableThreads: availableParallelism(),
  foreignFunctions() {
    foreign ??= loadForeignFunctions();
    return foreign;
  },
};

/** The part of the package koffi that is used here. */
interface Koffi {
  load(path: string): KoffiLibrary;
  address(value: Uint8Array): bigint;
}

interface KoffiLibrary {
  func(name: string, result: string, parameters: readonly string[]): ForeignFunction;
}

const koffiTypes: Readonly<Record<ForeignType, string>> = {
  int: "int",
  float: "float",
  double: "double",
  // A number is passed as an address more cheaply than a BigInt, and holds all addresses below 2⁵³.
  address: "uintptr_t",
};

function isKoffi(loaded: unknown): loaded is Koffi {
  return typeof loaded === "object" && loaded !== null && "load" in loaded && "address" in loaded;
}

/** koffi is an optional dependency with native code: it may be missing, or not be there for this machine. */
function loadForeignFunctions(): ForeignFunctions | Unavailable {
  const load = createRequire(import.meta.url);
  let koffi: unknown;
  try {
    koffi = load("koffi");
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND";
    return {
      unavailable: isMissing
        ? 'the package koffi is not installed; "npm install koffi" adds it'
        : `the package koffi does not load: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
  if (!isKoffi(koffi)) return { unavailable: "the package koffi is of a version that is not known" };
  return wrap(koffi);
}

function wrap(koffi: Koffi): ForeignFunctions {
  return {
    open(name) {
      try {
        return wrapLibrary(koffi.load(name));
      } catch {
        return null;
      }
    },
    addressOf: (buffer) => Number(koffi.address(new Uint8Array(buffer))),
  };
}

function wrapLibrary(library: KoffiLibrary): ForeignLibrary {
  return {
    find(name, result, parameters) {
      try {
        return library.func(
          name,
          result,
          parameters.map((type) => koffiTypes[type]),
        );
      } catch {
        return null;
      }
    },
  };
}
