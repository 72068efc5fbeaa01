import type { Tensor } from "@strata/core";
import type { Structure } from "../layer/structure.ts";

/** The argument of a step: some samples, with their targets and weights. */
export interface Batch<Inputs = Structure<Tensor>, Targets = Structure<Tensor | null>> {
  /** The inputs, [batch, ...], in the model's structure. */
  readonly x: Inputs;
  /** The targets, [batch, ...], in the structure of the model's outputs; null if there are none. */
  readonly y: Targets | null;
  /** Factors of the samples' losses: for all outputs, or in their structure; null if all count alike. */
  readonly sampleWeight: Structure<Tensor | null> | null;
}

/** A source of batches. */
export interface BatchSource {
  /** The number of batches in a pass over the data; null if it is not known. */
  readonly count: number | null;
  /**
   * The batches of a pass.
   *
   * @param round Which pass it is, from 0 on: each may have an order of its own.
   * @param start The number of batches that are left out at the beginning, because they were seen before.
   */
  pass(round: number, start: number): Iterator<Batch> | AsyncIterator<Batch>;
}

/** Numbers by name that a step reports. */
export type StepLogs = { readonly [name: string]: Tensor };
