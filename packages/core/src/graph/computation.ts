/** The run of a program that computed a node for the first time, as a result or on the way to one. */
export interface Computation {
  readonly program: LearningProgram;
  /** How many nodes lead to its results that have been computed and still know their inputs. */
  readonly pastNodes: number;
  /** How many bytes of values those nodes keep. */
  readonly pastBytes: number;
}

/** A program that can keep values on the way beside its results. */
export interface LearningProgram {
  /** Keeps the values at these positions of its graph from the next run on. */
  learn(positions: readonly number[]): void;
  /** Hears that a value at this position was used. */
  noteUse(position: number): void;
}
