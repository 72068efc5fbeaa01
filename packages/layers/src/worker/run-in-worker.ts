/** The side of a run that has the model, the data and the callbacks. */
import { seedNow } from "@strata/core/internal";
import { joinContent } from "@strata/core/internal/files";
import { handleOf, startWorker } from "#worker";
import type { Callback, RunParameters } from "../callbacks/callback.ts";
import { CallbackList, checkCallbacks, hookNames } from "../callbacks/callback-list.ts";
import { History } from "../callbacks/history.ts";
import { ProgressLogger } from "../callbacks/progress-logger.ts";
import { encodeKerasArchive } from "../formats/keras/archive.ts";
import { isPlainObject } from "../schema/configurable.ts";
import type { InWorkerOptions, ModelForWorker } from "../training/in-worker.ts";
import { type RunOptions, verbosity } from "../training/options.ts";
import { Line } from "./line.ts";
import type { WorkerHandle } from "./platform/worker-handle.ts";
import { answersWithElements, type Elements, receivedValue, sentValue } from "./sent-values.ts";
import type { Reply, Run, RunName } from "./serve.ts";
import { SharedState } from "./shared-state.ts";

/** The least milliseconds between two looks at progress, and at whether training is to end. */
const glance = 50;

/** The milliseconds in which a worker has to answer: its module may have to be loaded from afar. */
const patience = 60_000;

/** A run of one of a model's methods. */
export interface RunRequest {
  readonly method: RunName;
  readonly x: unknown;
  readonly y?: unknown;
  readonly options: RunOptions;
}

/**
 * Runs in a worker; the model has then the state that it has there.
 *
 * @param failure The event of an error that the worker told before; null if there was none.
 */
export async function runInWorker(
  model: ModelForWorker<unknown>,
  { method, x, y, options }: RunRequest,
  { worker: given, signal }: InWorkerOptions,
  failure: Event | null,
): Promise<unknown> {
  const { callbacks = [], verbose, ...others } = options;
  checkCallbacks(method, callbacks);
  signal?.throwIfAborted();
  if (!model.built) {
    throw new Error(
      `inWorker: the model ${JSON.stringify(model.name)} has no weights yet; call build, or give its first layer an inputShape`,
    );
  }
  // It is heard from now on: its module may fail while the model is made ready.
  const handle = given === undefined ? startWorker() : handleOf(given, failure);
  if (method === "fit" && model.compiled) model.buildOptimizer();
  const history = new History();
  const state = new SharedState(model);
  const events = new Events(model, state, callbacks, method === "fit" ? [history] : [], verbosity(verbose));
  const sources: Elements[] = [];
  const run: Run = {
    strata: "run",
    method,
    archive: await joinContent(encodeKerasArchive(model)),
    seed: seedNow(),
    state: await state.changes(),
    x: await sentValue(x, sources),
    y: await sentValue(y, sources),
    options: await sentValue(others, sources),
    hooks: events.hooks,
    withState: events.withState,
    pause: events.pause,
  };
  const line = new Line({ ...answersWithElements(sources), event: (event) => events.happened(event) });
  model.stopTraining = false;
  try {
    const answer = await answerOf(handle, run, line, events, signal);
    if (!isPlainObject(answer))
      throw new TypeError(`inWorker: the worker's answer to ${method} is not known`);
    if (method !== "fit") return receivedValue(answer.result, null);
    await state.receive(answer.state);
    return history;
  } finally {
    events.isOver = true;
    if (given === undefined) {
      line.close();
      handle.end();
    }
  }
}

/** The answer to a run; or what ends it before: a callback that throws, a signal, a worker that fails. */
function answerOf(
  handle: WorkerHandle,
  run: Run,
  line: Line,
  events: Events,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  let finish = (): void => undefined;
  const answer = new Promise<unknown>((resolve, reject) => {
    const stop = (): void => void line.ask("stop", null);
    const stopFor = (reason: unknown): void => {
      stop();
      reject(reason);
    };
    const giveUp = (reason: string, cause?: Error): void => {
      line.close();
      reject(new Error(`inWorker: the worker ${reason}`, { cause }));
    };
    const forget = handle.whenFailing((error) => giveUp(`fails: ${error.message}`, error));
    const watch = setInterval(() => {
      if (events.isStopping()) stop();
    }, glance);
    const silence = setTimeout(
      () => giveUp(`is silent for ${patience / 1000} s; its module must import "@strata/layers/worker"`),
      patience,
    );
    const abort = (): void => stopFor(signal?.reason);
    signal?.addEventListener("abort", abort);
    events.onFailure = stopFor;
    finish = () => {
      forget();
      clearInterval(watch);
      clearTimeout(silence);
      signal?.removeEventListener("abort", abort);
    };
    line.open(handle.begin(run, (message) => line.receive(message)));
    line.ask("ready", null).then(() => clearTimeout(silence), reject);
    // A worker that goes on after the answer is not awaited any more waits for answers itself.
    line
      .ask("run", null)
      .then(resolve, reject)
      .finally(() => line.close());
  });
  return answer.finally(() => finish());
}

/** The callbacks of a run, which are called here for what happens there. */
class Events {
  /** The hooks that someone waits for. */
  readonly hooks: readonly string[];
  /** Those of them that may look at the model, or change it. */
  readonly withState: readonly string[];
  readonly pause: number;
  /** Whether nobody waits for the run any more. */
  isOver = false;
  onFailure: (error: unknown) => void = () => undefined;
  private readonly model: ModelForWorker<unknown>;
  private readonly state: SharedState;
  private readonly progress: ProgressLogger | null;
  private readonly list: CallbackList;
  private readonly verbose: number;
  private hasBegun = false;

  constructor(
    model: ModelForWorker<unknown>,
    state: SharedState,
    users: readonly Callback[],
    others: readonly Callback[],
    verbose: number,
  ) {
    this.model = model;
    this.state = state;
    this.verbose = verbose;
    this.progress = verbose === 0 ? null : new ProgressLogger();
    const all: readonly Callback[] = [
      ...users,
      ...others,
      ...(this.progress === null ? [] : [this.progress]),
    ];
    this.list = new CallbackList(all);
    this.hooks = hookNames.filter((hook) => all.some((each) => each[hook] !== undefined));
    // A callback of a batch that was never told the model only wants its numbers.
    this.withState = hookNames.filter((hook) =>
      users.some((each) => each[hook] !== undefined && (!isOfBatch(hook) || each.setModel !== undefined)),
    );
    this.pause = users.some((each) => hookNames.some((hook) => isOfBatch(hook) && each[hook])) ? 0 : glance;
  }

  /** Whether training was told to end. */
  isStopping(): boolean {
    return this.model.stopTraining;
  }

  async happened(event: unknown): Promise<Reply | null> {
    if (!isEvent(event)) return null;
    const { hook, first, logs, state, parameters, batch } = event;
    const { model } = this;
    if (this.isOver) return { stop: true, resumeAt: null, state: {} };
    if (!this.hasBegun) this.list.begin(model, { ...parameters, verbose: this.verbose });
    this.hasBegun = true;
    await this.state.receive(state);
    if (hook === "onTrainBegin") model.resumeAt = null;
    // Few batches were told of: the bar ends with the number of all.
    if (this.pause > 0 && !isOfBatch(hook)) this.progress?.wantsBatch(batch);
    try {
      await this.list.call(hook, receivedValue(first, null), receivedValue(logs, null));
    } catch (error) {
      this.onFailure(error);
      throw error;
    }
    const { stopTraining: stop, resumeAt } = model;
    return { stop, resumeAt, state: isPlainObject(state) ? await this.state.changes() : {} };
  }
}

function isOfBatch(hook: string): boolean {
  return hook.includes("Batch");
}

interface HookEvent {
  readonly hook: (typeof hookNames)[number];
  readonly first: unknown;
  readonly logs: unknown;
  readonly state: unknown;
  readonly parameters: RunParameters;
  /** The last batch of which the other side asked whether it is to be told. */
  readonly batch: number;
}

function isEvent(value: unknown): value is HookEvent {
  return isPlainObject(value) && "hook" in value && isPlainObject(value.parameters);
}
