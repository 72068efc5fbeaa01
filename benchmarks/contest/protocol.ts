// What is asked of a contestant's process, a line of JSON each, and what it answers.
import type { Workload } from "../workloads/workload.ts";

export interface Greeting {
  readonly description: string;
  /** From the first line of the program until the library is loaded. */
  readonly startMilliseconds: number;
}

export interface Requests {
  /** Makes a workload ready for `time`, and tells how long its first run takes. */
  prepare: { ask: { workload: Workload }; answer: { milliseconds: number } };
  /** Runs it for about so long, once at least. */
  time: { ask: { milliseconds: number }; answer: { times: number[] } };
  /** Makes it ready anew, runs it so often, and tells what each run gave. */
  observe: { ask: { workload: Workload; runs: number }; answer: { values: number[][] } };
  /** Makes the network, in a process that has made none; and writes its summary. */
  build: {
    ask: { workload: Workload };
    answer: { buildMilliseconds: number; summaryMilliseconds: number | null };
  };
  /** Makes it ready and runs it so often: the most memory that the process held, above what it held before. */
  memory: {
    ask: { workload: Workload; runs: number };
    answer: { peakBytes: number; countedBytes: number | null };
  };
}

export type RequestName = keyof Requests;

export type Question = { [Name in RequestName]: { request: Name } & Requests[Name]["ask"] }[RequestName];
