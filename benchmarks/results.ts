// The form of the file of results, from which the page of the docs is made.

/** What one contestant took for one workload, in milliseconds; of medians of rounds, unless it says otherwise. */
export interface Timing {
  readonly contestant: string;
  readonly threads: number;
  readonly median: number;
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
  readonly least: number;
  readonly rounds: number;
  /** The first run: compilation, and memory that is touched for the first time. */
  readonly first: number;
  /** Its time over PyTorch's on as many threads, the median over the rounds; null without PyTorch. */
  readonly ratioToPyTorch: number | null;
  /** Its time over that of a direct call of cblas_sgemm on one thread; null but for products. */
  readonly ratioToBlas: number | null;
  /** The largest relative difference of what it computes from what the first contestant does. */
  readonly difference: number;
}

export interface WorkloadResult {
  readonly name: string;
  /** What it is, where the name does not say that. */
  readonly description: string;
  readonly timings: readonly Timing[];
}

export interface CurveResult {
  readonly name: string;
  readonly axis: string;
  readonly points: readonly { readonly x: number; readonly timings: readonly Timing[] }[];
}

export interface MemoryResult {
  readonly workload: string;
  readonly contestant: string;
  readonly threads: number;
  /** The most that the process held during the steps, above what it held before. */
  readonly peakBytes: number;
  /** What the library itself counts as held after them; null if it does not count. */
  readonly countedBytes: number | null;
}

export interface DeterminismResult {
  readonly workload: string;
  readonly contestant: string;
  /** Whether two processes with one configuration gave the same losses to the bit. */
  readonly sameBits: boolean;
  /** The largest relative difference of the losses between numbers of threads; null where there was one number only. */
  readonly threadDifference: number | null;
}

export interface NotMeasured {
  readonly what: string;
  readonly why: string;
}

/** Who took part. */
export interface Introduction {
  readonly name: string;
  readonly threads: number;
  /** Versions, and the BLAS that is in use. */
  readonly description: string;
  /** From the first line of the program until the library is loaded. */
  readonly startMilliseconds: number;
}

export interface Results {
  readonly date: string;
  /** How the run was asked for. */
  readonly command: string;
  readonly machine: string;
  /** How busy the machine was before, over its number of cores: 0 where the system does not tell. */
  readonly loadBefore: number;
  readonly contestants: readonly Introduction[];
  readonly steps: readonly WorkloadResult[];
  readonly operations: readonly WorkloadResult[];
  readonly curves: readonly CurveResult[];
  readonly memory: readonly MemoryResult[];
  readonly determinism: readonly DeterminismResult[];
  readonly notMeasured: readonly NotMeasured[];
}
