import type { Model, Workload } from "../workloads/workload.ts";

/** A workload made ready in one library. */
export interface Prepared {
  /** Runs it once, to the end; a step of training reads its loss. */
  run(): unknown;
  /** What the last run gave, for comparison: the loss, or of an op's result the mean and the mean square. */
  observe(): readonly number[] | Promise<readonly number[]>;
  dispose?(): void;
}

/** The time of making a network, in milliseconds. */
export interface Building {
  readonly buildMilliseconds: number;
  readonly summaryMilliseconds: number;
}

/** One library, or one way to use it. */
export interface Library {
  /** Its version and what it runs on. */
  readonly description: string;
  /** @throws if the library cannot do this. */
  prepare(workload: Workload<Model>): Prepared | Promise<Prepared>;
  /** Makes the network with weights of its own, and tells how long that and its summary took. */
  build?(workload: Workload<Model>): Building;
  /** Bytes that the library itself counts as held, if it does count. */
  countedBytes?(): number;
}

/** A library that cannot do a workload, or a case that nobody has written for it. */
export class NotSupported extends Error {
  override name = "NotSupported";
}

/** What two results are compared by: it depends neither on the layout nor on the order of the elements. */
export function moments(values: ArrayLike<number>): readonly [number, number] {
  let [sum, squares] = [0, 0];
  for (let index = 0; index < values.length; index++) {
    sum += values[index];
    squares += values[index] ** 2;
  }
  return [sum / values.length, squares / values.length];
}
