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
  /** Of layers: their time over that of the same written by hand on core; null for others. */
  readonly ratioToCore: number | null;
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

/** The time of making a large model. */
export interface BuildResult {
  readonly contestant: string;
  readonly threads: number;
  /** In a new process: to make the model of its layers. */
  readonly buildMilliseconds: number;
  /** Then, to write its summary; null for who has none. */
  readonly summaryMilliseconds: number | null;
}

/** One run, and who took part. */
export interface Run {
  readonly date: string;
  /** How the run was asked for. */
  readonly command: string;
  readonly machine: string;
  /** How busy the machine was before, over its number of cores: 0 where the system does not tell. */
  readonly loadBefore: number;
  readonly contestants: readonly Introduction[];
  readonly notMeasured: readonly NotMeasured[];
}

/** The high level against core and PyTorch. */
export interface LayersResults extends Run {
  /** An epoch of `fit` against the loop written by hand. */
  readonly epochs: readonly WorkloadResult[];
  readonly steps: readonly WorkloadResult[];
  readonly predictions: readonly PredictionResult[];
  /** The first step of a large model, and the next ones. */
  readonly resnet50: readonly WorkloadResult[];
  readonly building: readonly BuildResult[];
}

export interface PredictionResult extends WorkloadResult {
  /** The number of samples that are predicted. */
  readonly samples: number;
}

export interface Results extends Run {
  readonly steps: readonly WorkloadResult[];
  readonly operations: readonly WorkloadResult[];
  readonly curves: readonly CurveResult[];
  readonly memory: readonly MemoryResult[];
  readonly determinism: readonly DeterminismResult[];
  /** Perhaps of another run; null if there was none. */
  readonly layers: LayersResults | null;
}
