/** The state of training on its way from thread to thread: weights, the optimizer's state, and streams of random numbers. */
import type { Tensor } from "@strata/core";
import { isSameValue, sameShape } from "@strata/core/internal";
import type { AnyLayer } from "../layer/any-layer.ts";
import { isPlainObject } from "../schema/configurable.ts";
import { isSentTensor, type SentTensor, sentTensor, tensorOf } from "./sent-values.ts";

/** The values of Variables, by their names. */
export type SentState = Readonly<Record<string, SentTensor>>;

/** One end of a state that a model has in two threads: only what changed is sent. */
export class SharedState {
  private readonly model: AnyLayer;
  /** The values that both ends have. */
  private readonly known = new Map<string, Tensor>();

  constructor(model: AnyLayer) {
    this.model = model;
  }

  /** The values that were assigned since they were last sent or received. */
  async changes(): Promise<SentState> {
    const changed = [...(await stateOf(this.model))].flatMap(([name, variable]) => {
      const { value } = variable;
      const known = this.known.get(name);
      if (known !== undefined && isSameValue(known, value)) return [];
      this.known.set(name, value);
      return [[name, value] as const];
    });
    const entries = changed.map(async ([name, value]) => [name, await sentTensor(value)] as const);
    return Object.fromEntries(await Promise.all(entries));
  }

  /** Gives the model the values that were sent. */
  async receive(state: unknown): Promise<void> {
    if (!isPlainObject(state)) return;
    const variables = await stateOf(this.model);
    for (const [name, value] of Object.entries(state)) {
      const variable = variables.get(name);
      if (variable === undefined || !isSentTensor(value) || !sameShape(variable.shape, value.shape)) {
        throw new RangeError(
          `inWorker: ${JSON.stringify(name)} of the model in one thread is not in the model of the other in that form; both must ` +
            "be made alike by their configuration",
        );
      }
      variable.assign(tensorOf(value));
      this.known.set(name, variable.value);
    }
  }
}

async function stateOf(model: AnyLayer) {
  const { trainingStateOf } = await import("../training/training-state.ts");
  return trainingStateOf(model);
}
