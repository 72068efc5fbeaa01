/** The worker's side of a run: the model is made anew, runs, and tells the other side what happens. */
import { setSeed } from "@strata/core";
import { withSource } from "@strata/core/internal/files";
import type { Callback, RunParameters, TrainedModel } from "../callbacks/callback.ts";
import { loadModel } from "../formats/keras/archive.ts";
import { Model } from "../models/model.ts";
import { isPlainObject } from "../schema/configurable.ts";
import { Line } from "./line.ts";
import type { Listener, Port } from "./platform/worker-handle.ts";
import { receivedValue, sentValue } from "./sent-values.ts";
import { SharedState } from "./shared-state.ts";

/** The methods of a model that run in a worker. */
export type RunName = "fit" | "evaluate" | "predict";

/** The first message of a run. */
export interface Run {
  readonly strata: "run";
  readonly method: RunName;
  /** The model as a `.keras` archive. */
  readonly archive: Uint8Array;
  readonly seed: number;
  readonly state: unknown;
  /** The arguments of the method, without callbacks. */
  readonly x: unknown;
  readonly y: unknown;
  readonly options: unknown;
  /** The hooks that someone waits for on the other side. */
  readonly hooks: readonly string[];
  /** Those of them that are told the state of training. */
  readonly withState: readonly string[];
  /** The least milliseconds between two batches that are told. */
  readonly pause: number;
}

/** What the other side answers to an event. */
export interface Reply {
  readonly stop: boolean;
  readonly resumeAt: TrainedModel["resumeAt"];
  /** The values that callbacks changed. */
  readonly state: unknown;
}

/** Whether a message begins a run. */
export function isRun(message: unknown): message is Run {
  return isPlainObject(message) && message.strata === "run";
}

/** Runs when it is asked to over the port; returns what takes its messages. */
export function serveRun(run: Run, port: Port): Listener {
  let model: Model | null = null;
  const line = new Line({
    async run() {
      const source = { name: "the model in the worker", read: () => run.archive };
      const made = await withSource(source, {}, (file) => loadModel(file, { safeMode: false }));
      if (!(made instanceof Model)) throw new TypeError("inWorker: the configuration is not that of a model");
      model = made;
      setSeed(run.seed);
      const state = new SharedState(model);
      await state.receive(run.state);
      const result = await runMethod(model, state, run, line);
      return run.method === "fit"
        ? { state: await state.changes() }
        : { result: await sentValue(result, []) };
    },
    ready: () => true,
    stop() {
      if (model !== null) model.stopTraining = true;
    },
  });
  line.open(port);
  return (message) => line.receive(message);
}

/** Methods check what they are given, whatever its type. */
async function runMethod(model: Model, state: SharedState, run: Run, line: Line): Promise<unknown> {
  const given = receivedValue(run.options, line);
  const options = {
    ...(isPlainObject(given) ? given : {}),
    verbose: 0,
    callbacks: [relay(model, state, run, line)],
  };
  const data = [run.x, ...(run.method === "predict" ? [] : [run.y])].map((each) => receivedValue(each, line));
  return Reflect.apply(model[run.method], model, [...data, options]);
}

/** A callback that tells the other side, and waits for its answer. */
function relay(model: Model, shared: SharedState, run: Run, line: Line): Callback {
  let parameters: RunParameters | null = null;
  let batch = -1;
  let isValidating = false;
  const isTime = everySoOften(run.pause);
  const tell = async (hook: string, first: unknown, logs: unknown): Promise<void> => {
    if (run.method === "fit" && /^onTest(Begin|End)$/.test(hook)) isValidating = hook === "onTestBegin";
    const state = run.withState.includes(hook) ? await shared.changes() : null;
    const reply = await line.ask("event", {
      hook,
      first,
      logs: await sentValue(logs, []),
      state,
      parameters,
      batch,
    });
    if (!isReply(reply)) return;
    if (reply.stop) model.stopTraining = true;
    if (hook === "onTrainBegin") model.resumeAt = reply.resumeAt;
    await shared.receive(reply.state);
  };
  const hooks = run.hooks.map((hook) => [hook, (first: unknown, logs?: unknown) => tell(hook, first, logs)]);
  return {
    ...Object.fromEntries(hooks),
    ...(run.pause > 0
      ? {
          wantsBatch(index: number) {
            if (!isValidating) batch = index;
            return isTime();
          },
        }
      : {}),
    setParams(given: RunParameters) {
      parameters = given;
    },
  };
}

/** Whether so many milliseconds have passed since it last said yes. */
function everySoOften(pause: number): () => boolean {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (now - last < pause) return false;
    last = now;
    return true;
  };
}

function isReply(value: unknown): value is Reply {
  return isPlainObject(value) && "stop" in value && "state" in value;
}
