import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import type {
  ForeignFunction,
  ForeignFunctions,
  ForeignLibrary,
  ForeignType,
  Platform,
  Thread,
  Unavailable,
} from "./platform.ts";
import { processorQuota } from "./quota.ts";

let foreign: ForeignFunctions | Unavailable | undefined;

const processors = availableParallelism();
const quota = processorQuota(readText);
const mayStartThreads = mayHave("worker");

export const platform: Platform = {
  operatingSystem: process.platform,
  environmentVariable(name) {
    try {
      return process.env[name];
    } catch {
      // Deno asks for a permission.
      return undefined;
    }
  },
  whenEnding: (listener) => void process.on("exit", listener),
  availableThreads: mayStartThreads ? Math.max(1, Math.min(processors, Math.round(quota))) : 1,
  threadLimit: threadLimit(),
  mainThreadMaySleep: true,
  startThread(life, start, onRefusal) {
    try {
      return startWorker(life, start, onRefusal);
    } catch (error) {
      return {
        unavailable: `no more can be started: ${error instanceof Error ? error.message : String(error)}`,
      };
    }
  },
  preferLargePages(buffer) {
    if (process.platform === "linux") adviseLargePages(platform.foreignFunctions(), buffer);
  },
  collectGarbage() {
    collect ??= loadCollector();
    collect();
  },
  nextTurn: () => new Promise((resolve) => void setImmediate(resolve)),
  foreignFunctions() {
    foreign ??= loadForeignFunctions();
    return foreign;
  },
};

function threadLimit(): string | null {
  if (!mayStartThreads) return "--allow-worker permits node to start more";
  if (Math.round(quota) >= processors) return null;
  return `a limit of the system gives this process ${quota} of ${processors} processors`;
}

/** Whether Node's model of permissions lets the process do something; without it, everything is permitted. */
function mayHave(permission: string): boolean {
  // The types of Node know it as always there.
  const permissions: typeof process.permission | undefined = process.permission;
  return permissions === undefined || permissions.has(permission);
}

/** The text of a file; null where it is not there, or may not be read. Deno would ask for a permission. */
function readText(path: string): string | null {
  if (process.platform !== "linux" || "Deno" in globalThis) return null;
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

let collect: (() => void) | undefined;

/** The engine's own function for tests, which exists where it is asked for by a flag; the flag may be set late. */
function loadCollector(): () => void {
  setFlagsFromString("--expose-gc");
  const found: unknown = runInNewContext("gc");
  setFlagsFromString("--no-expose-gc");
  return () => {
    if (typeof found === "function") found();
  };
}

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

/**
 * Code that runs before a thread's life: CommonJS, which is what Node makes of text. Loaders that keep the names of
 * functions wrap them in calls of `__name`.
 */
const threadPrologue = `
  const { parentPort, workerData } = require("node:worker_threads");
  const types = ${JSON.stringify(koffiTypes)};
  const surroundings = {
    start: workerData.start,
    onMessage: (listener) => parentPort.on("message", listener),
    foreignFunction: ({ library, symbol, parameters }) =>
      require(workerData.koffi).load(library).func(symbol, "void", parameters.map((type) => types[type])),
  };
  const __name = (value) => value;`;

function startWorker(life: string, start: unknown, onRefusal: (reason: string) => void): Thread {
  const worker = new Worker(`${threadPrologue}\n(${life})(surroundings);`, {
    eval: true,
    workerData: { start, koffi: koffiPath() },
    // Options such as a loader for TypeScript are of no use to it.
    execArgv: [],
  });
  worker.unref();
  let [hasBegun, hasEnded] = [false, false];
  worker.on("online", () => {
    hasBegun = true;
  });
  worker.on("exit", () => {
    hasEnded = true;
    if (!hasBegun) onRefusal("no more can be started");
  });
  worker.on("error", (error) => process.emitWarning(`a thread has ended: ${error.message}`));
  return {
    send: (message) => worker.postMessage(message),
    // The event comes too late for a thread that waits for the other one: a loop that is gone has been idle for -1 ms.
    isAlive: () => !hasEnded && worker.performance.eventLoopUtilization().idle >= 0,
  };
}

/** MADV_HUGEPAGE of madvise(2). */
const hugePageAdvice = 14;

function adviseLargePages(system: ForeignFunctions | Unavailable, buffer: ArrayBufferLike): void {
  if ("unavailable" in system) return;
  const advise = system.open("libc.so.6")?.find("madvise", "void", ["address", "address", "int"]);
  advise?.(system.addressOf(buffer), buffer.byteLength, hugePageAdvice);
}

/** Finds packages from where this module is. A bundle of the form CommonJS has no `import.meta.url`, and `__filename` instead. */
function requireFromHere(): NodeJS.Require {
  const url: string | undefined = import.meta.url;
  return createRequire(url ?? __filename);
}

function koffiPath(): string | null {
  try {
    return requireFromHere().resolve("koffi");
  } catch {
    return null;
  }
}

/** koffi is an optional dependency with native code: it may be missing, or not be there for this machine. */
function loadForeignFunctions(): ForeignFunctions | Unavailable {
  let koffi: unknown;
  try {
    koffi = requireFromHere()("koffi");
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
