import { platform as ownPlatform } from "#platform";
import type {
  ForeignFunction,
  ForeignFunctions,
  ForeignLibrary,
  ForeignLink,
  ForeignType,
  Platform,
} from "../../../platform/platform.ts";
import { installAdvice, libraryNames, makerOf } from "./makers.ts";

export type BlasDType = "float32" | "float64";

/** The system's library of matrix products. */
export interface Blas {
  /** Its name, version and threads, for people. */
  readonly description: string;
  /** `cblas_sgemm` or `cblas_dgemm`; its matrices are addresses. */
  readonly product: Readonly<Record<BlasDType, ForeignFunction>>;
  /** The same for other threads. */
  readonly links: Readonly<Record<BlasDType, ForeignLink>>;
  addressOf(buffer: ArrayBufferLike): number;
}

export interface NoBlas {
  /** Why there is none, and what would change that. */
  readonly reason: string;
}

const symbols = { float32: "cblas_sgemm", float64: "cblas_dgemm" } as const;

/** The values of CBLAS's enumerations. */
export const cblas = { rowMajor: 101, notTransposed: 111, transposed: 112 } as const;

/**
 * Opens the library that STRATA_BLAS names by its path, or an optimised one that the system knows. STRATA_BLAS=off
 * does without.
 */
export function findBlas(threads: number, platform: Platform = ownPlatform): Blas | NoBlas {
  const wish = platform.environmentVariable("STRATA_BLAS") ?? "";
  if (wish.toLowerCase() === "off") return { reason: "STRATA_BLAS is off" };
  const foreign = platform.foreignFunctions();
  if ("unavailable" in foreign) return { reason: foreign.unavailable };
  if (wish !== "") {
    const library = foreign.open(wish);
    if (library === null) return { reason: `STRATA_BLAS=${wish} is not a library that opens` };
    return (
      bind(foreign, library, wish, threads) ?? { reason: `STRATA_BLAS=${wish} has no working cblas_sgemm` }
    );
  }
  for (const name of libraryNames(platform.operatingSystem)) {
    const library = foreign.open(name);
    // The standard's own implementation goes by the name libblas too, and is slower than WebAssembly.
    if (library === null || makerOf(library) === null) continue;
    const blas = bind(foreign, library, name, threads);
    if (blas !== null) return blas;
  }
  return { reason: `the system has no optimised library; ${installAdvice(platform.operatingSystem)}` };
}

function bind(
  foreign: ForeignFunctions,
  library: ForeignLibrary,
  name: string,
  threads: number,
): Blas | null {
  const float32 = library.find(symbols.float32, "void", parametersOf("float32"));
  const float64 = library.find(symbols.float64, "void", parametersOf("float64"));
  if (float32 === null || float64 === null) return null;
  const { addressOf } = foreign;
  if (!multiplies(float32, new Float32Array(12), addressOf)) return null;
  if (!multiplies(float64, new Float64Array(12), addressOf)) return null;
  const maker = makerOf(library);
  maker?.setThreads?.(library, threads);
  const details = [maker?.name ?? name, maker?.describe?.(library)].filter(Boolean).join(" ");
  const threading = maker?.setThreads ? `, ${threads} ${threads === 1 ? "thread" : "threads"}` : "";
  const linkOf = (dtype: BlasDType): ForeignLink => ({
    library: name,
    symbol: symbols[dtype],
    parameters: parametersOf(dtype),
  });
  return {
    description: `${details} (${name}${threading})`,
    product: { float32, float64 },
    links: { float32: linkOf("float32"), float64: linkOf("float64") },
    addressOf,
  };
}

function parametersOf(dtype: BlasDType): ForeignType[] {
  const scalar = dtype === "float32" ? "float" : "double";
  const sizes = ["int", "int", "int", "int", "int", "int"] as const;
  const matrix = ["address", "int"] as const;
  return [...sizes, scalar, ...matrix, ...matrix, scalar, ...matrix];
}

/** Whether a product comes out right: a library built for 64-bit integers takes its arguments otherwise. */
function multiplies(
  product: ForeignFunction,
  values: Float32Array | Float64Array,
  addressOf: (buffer: ArrayBufferLike) => number,
): boolean {
  values.set([1, 2, 3, 4, 5, 6, 7, 8]);
  const left = addressOf(values.buffer);
  const [right, output] = [4, 8].map((offset) => left + offset * values.BYTES_PER_ELEMENT);
  const { rowMajor, notTransposed, transposed } = cblas;
  product(rowMajor, notTransposed, transposed, 2, 2, 2, 1, left, 2, right, 2, 0, output, 2);
  return [17, 23, 39, 53].every((value, position) => values[8 + position] === value);
}
