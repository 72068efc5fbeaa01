import type { Generator, Variable } from "@strata/core";
import { defaultGenerator } from "@strata/core/internal";
import { savedStatesOf } from "../formats/keras/saved-states.ts";
import type { AnyLayer } from "../layer/any-layer.ts";
import { partsOf } from "./trainer-model.ts";

/**
 * All that the further course of training depends on, by name: weights, the state of the optimizer, and the streams of random
 * numbers.
 */
export function trainingStateOf(model: AnyLayer): ReadonlyMap<string, Variable> {
  const state = new Map<string, Variable>();
  for (const { path, variables } of savedStatesOf(model)) {
    variables.forEach((each, index) => {
      state.set(`${path}/vars/${index}`, each);
    });
  }
  const generators: readonly Generator[] = [
    defaultGenerator(),
    ...partsOf(model).flatMap((layer) => layer.generators),
  ];
  generators.forEach((each, index) => {
    state.set(`random/${index}`, each.state);
  });
  return state;
}
