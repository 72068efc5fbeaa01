import { describeValue } from "@strata/core/internal";
import type { Callback, Logs, RunParameters, SelectiveCallback, TrainedModel } from "./callback.ts";

/** The hooks that are called for a batch. */
export type BatchHook =
  | "onTrainBatchBegin"
  | "onTrainBatchEnd"
  | "onTestBatchBegin"
  | "onTestBatchEnd"
  | "onPredictBatchBegin"
  | "onPredictBatchEnd";
type RunHook =
  | "onTrainBegin"
  | "onTrainEnd"
  | "onTestBegin"
  | "onTestEnd"
  | "onPredictBegin"
  | "onPredictEnd";
type EpochHook = "onEpochBegin" | "onEpochEnd";

/** Callbacks in order, called one after the other. */
export class CallbackList {
  private readonly callbacks: readonly Callback[];

  constructor(callbacks: readonly Callback[]) {
    this.callbacks = callbacks;
  }

  begin(model: TrainedModel, parameters: RunParameters): void {
    for (const callback of this.callbacks) {
      callback.setModel?.(model);
      callback.setParams?.(parameters);
    }
  }

  async run(hook: RunHook, logs: Logs): Promise<void> {
    for (const callback of this.callbacks) await callback[hook]?.(logs);
  }

  async epoch(hook: EpochHook, epoch: number, logs: Logs): Promise<void> {
    for (const callback of this.callbacks) await callback[hook]?.(epoch, logs);
  }

  /**
   * Calls what wants to be called for a batch. The numbers are only read if there is someone to read them.
   *
   * @returns A promise if there is something to wait for: most batches need not wait.
   */
  batch(hook: BatchHook, batch: number, readLogs: () => Promise<Logs>): void | Promise<void> {
    const called = this.callbacks.filter(
      (callback) => callback[hook] && (!isSelective(callback) || callback.wantsBatch(batch)),
    );
    if (called.length > 0) return this.callWithLogs(called, hook, batch, readLogs);
  }

  private async callWithLogs(
    called: readonly Callback[],
    hook: BatchHook,
    batch: number,
    readLogs: () => Promise<Logs>,
  ): Promise<void> {
    const logs = await readLogs();
    for (const callback of called) await callback[hook]?.(batch, logs);
  }
}

/** Throws a RangeError unless the callbacks are objects in an array. */
export function checkCallbacks(operation: string, callbacks: readonly Callback[]): void {
  const isList =
    Array.isArray(callbacks) && callbacks.every((each) => typeof each === "object" && each !== null);
  if (isList) return;
  throw new RangeError(
    `${operation}: callbacks is ${describeValue(callbacks)}; it must be an array of objects with functions as onEpochEnd`,
  );
}

function isSelective(callback: Callback): callback is SelectiveCallback {
  return "wantsBatch" in callback && typeof callback.wantsBatch === "function";
}
