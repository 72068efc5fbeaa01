import { describeValue } from "@strata/core/internal";
import type { TrainedModel } from "../training/trained-model.ts";
import type { Callback, Logs, RunParameters, SelectiveCallback } from "./callback.ts";

type BatchHook =
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
   * @returns A promise if a callback returned one: most batches need not wait.
   */
  batch(hook: BatchHook, batch: number, readLogs: () => Logs): void | Promise<void> {
    let logs: Logs | null = null;
    let pending: Promise<void> | null = null;
    for (const callback of this.callbacks) {
      if (!callback[hook]) continue;
      if (isSelective(callback) && !callback.wantsBatch(batch)) continue;
      logs ??= readLogs();
      const shared = logs;
      if (pending) pending = pending.then(() => callback[hook]?.(batch, shared));
      else {
        const result = callback[hook](batch, shared);
        if (result instanceof Promise) pending = result;
      }
    }
    return pending ?? undefined;
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
