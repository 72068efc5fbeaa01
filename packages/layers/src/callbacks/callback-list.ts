import { describeValue, listAlternatives } from "@strata/core/internal";
import type {
  Callback,
  Logs,
  PredictLogs,
  RunParameters,
  SelectiveCallback,
  TrainedModel,
} from "./callback.ts";

const runHooks = [
  "onTrainBegin",
  "onTrainEnd",
  "onTestBegin",
  "onTestEnd",
  "onPredictBegin",
  "onPredictEnd",
] as const;
const epochHooks = ["onEpochBegin", "onEpochEnd"] as const;
const batchHooks = [
  "onTrainBatchBegin",
  "onTrainBatchEnd",
  "onTestBatchBegin",
  "onTestBatchEnd",
  "onPredictBatchBegin",
] as const;
const predictHook = "onPredictBatchEnd";

/** The names of all hooks. */
export const hookNames = [...runHooks, ...epochHooks, ...batchHooks, predictHook] as const;

const hooks: readonly string[] = hookNames;

type RunHook = (typeof runHooks)[number];
type EpochHook = (typeof epochHooks)[number];
type BatchHook = (typeof batchHooks)[number];

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
  batch(hook: BatchHook, batch: number, readLogs: () => Promise<Logs> = noLogs): void | Promise<void> {
    const called = this.calledFor(hook, batch);
    if (called.length > 0) return this.callWithLogs(called, hook, batch, readLogs);
  }

  /** Calls what wants to be called for the outputs of a batch. */
  predicted(batch: number, logs: PredictLogs): void | Promise<void> {
    const called = this.calledFor(predictHook, batch);
    if (called.length > 0) return this.callWithOutputs(called, batch, logs);
  }

  /** Calls a hook for what happened in another thread, which has the hook's arguments. */
  async call(hook: (typeof hookNames)[number], ...given: readonly unknown[]): Promise<void> {
    for (const callback of this.callbacks) {
      const called = callback[hook];
      const isWanted =
        !hook.includes("Batch") || !isSelective(callback) || callback.wantsBatch(Number(given[0]));
      if (called !== undefined && isWanted) await Reflect.apply(called, callback, given);
    }
  }

  private async callWithOutputs(
    called: readonly Callback[],
    batch: number,
    logs: PredictLogs,
  ): Promise<void> {
    for (const callback of called) await callback[predictHook]?.(batch, logs);
  }

  private calledFor(hook: BatchHook | typeof predictHook, batch: number): readonly Callback[] {
    const isEnd = hook.endsWith("End");
    return this.callbacks.filter(
      (callback) => callback[hook] && (!isEnd || !isSelective(callback) || callback.wantsBatch(batch)),
    );
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

/** Throws a RangeError unless the callbacks are objects in an array, whose functions with names of hooks are hooks. */
export function checkCallbacks(operation: string, callbacks: readonly Callback[]): void {
  const isList =
    Array.isArray(callbacks) && callbacks.every((each) => typeof each === "object" && each !== null);
  if (!isList) {
    throw new RangeError(
      `${operation}: callbacks is ${describeValue(callbacks)}; it must be an array of objects with functions such as ` +
        "onEpochEnd",
    );
  }
  for (const callback of callbacks) {
    const unknown = functionNames(callback).find((name) => /^on[A-Z_]/.test(name) && !hooks.includes(name));
    if (unknown === undefined) continue;
    throw new RangeError(
      `${operation}: a callback has the function ${unknown}, which nothing calls; hooks are ${listAlternatives(hooks)}`,
    );
  }
}

/** The names of the functions that an object has, also from its classes. */
function functionNames(object: object): readonly string[] {
  const names: string[] = [];
  for (let level: object = object; level !== Object.prototype && level !== null; ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      if (typeof value === "function") names.push(name);
    }
    level = Object.getPrototypeOf(level);
  }
  return names;
}

function noLogs(): Promise<Logs> {
  return Promise.resolve({});
}

function isSelective(callback: Callback): callback is SelectiveCallback {
  return "wantsBatch" in callback && typeof callback.wantsBatch === "function";
}
