import type { ForeignLibrary } from "../../../platform/platform.ts";

/** A library of optimised products that is known by its own functions, besides the standard ones. */
export interface BlasMaker {
  readonly name: string;
  /** Whether a library is this one, for several go by the name libblas. */
  matches(library: ForeignLibrary): boolean;
  /** The library's description of itself. */
  describe?(library: ForeignLibrary): string | null;
  /** How many threads a product may use. */
  setThreads?(library: ForeignLibrary, threads: number): void;
}

const openBlas: BlasMaker = {
  name: "OpenBLAS",
  matches: (library) => library.find("openblas_get_config", "string", []) !== null,
  describe(library) {
    const version = text(library, "openblas_get_config")?.match(/^OpenBLAS (\S+)/)?.[1];
    const core = text(library, "openblas_get_corename");
    return [version, core && `for ${core}`].filter(Boolean).join(" ") || null;
  },
  setThreads(library, threads) {
    library.find("openblas_set_num_threads", "void", ["int"])?.(threads);
  },
};

const mkl: BlasMaker = {
  name: "MKL",
  matches: (library) => library.find("MKL_Set_Num_Threads", "void", ["int"]) !== null,
  setThreads(library, threads) {
    library.find("MKL_Set_Num_Threads", "void", ["int"])?.(threads);
  },
};

const blis: BlasMaker = {
  name: "BLIS",
  matches: (library) => library.find("bli_info_get_version_str", "string", []) !== null,
  describe: (library) => text(library, "bli_info_get_version_str"),
  setThreads(library, threads) {
    // Its own integers have 64 bits.
    library.find("bli_thread_set_num_threads", "void", ["address"])?.(threads);
  },
};

const accelerate: BlasMaker = {
  name: "Accelerate",
  matches: (library) => library.find("vDSP_vadd", "void", []) !== null,
};

const makers: readonly BlasMaker[] = [openBlas, mkl, blis, accelerate];

export function makerOf(library: ForeignLibrary): BlasMaker | null {
  return makers.find((maker) => maker.matches(library)) ?? null;
}

/** Names by which the system's linker may know an optimised library, the better ones first. */
export function libraryNames(operatingSystem: string): readonly string[] {
  switch (operatingSystem) {
    case "darwin":
      return [
        "/System/Library/Frameworks/Accelerate.framework/Accelerate",
        "libopenblas.dylib",
        "/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
        "/usr/local/opt/openblas/lib/libopenblas.dylib",
      ];
    case "win32":
      return ["libopenblas.dll", "openblas.dll", "mkl_rt.2.dll", "mkl_rt.dll"];
    default:
      return [
        "libopenblas.so.0",
        "libopenblas.so",
        "libmkl_rt.so.2",
        "libmkl_rt.so",
        "libblis.so.4",
        "libblis.so",
        "libblas.so.3",
      ];
  }
}

/** The command or the page from which an optimised library comes. */
export function installAdvice(operatingSystem: string): string {
  switch (operatingSystem) {
    case "linux":
      return '"apt install libopenblas0" (Debian, Ubuntu) or "dnf install openblas" (Fedora) adds one';
    case "darwin":
      return '"brew install openblas" adds one';
    default:
      return "OpenBLAS is one";
  }
}

function text(library: ForeignLibrary, name: string): string | null {
  const value = library.find(name, "string", [])?.();
  return typeof value === "string" ? value : null;
}
