import { Tensor } from "@strata/core";
import type { AnyLayer } from "../../layer/any-layer.ts";
import { maskOf } from "../../layer/masks.ts";
import { inferOutputTypes, SymbolicType } from "../../layer/output-types.ts";
import { leavesOf, mapStructure, withLeaves } from "../../layer/structure.ts";
import { Bidirectional } from "../../layers/wrappers/bidirectional.ts";
import { Trainable } from "../../training/trainable.ts";

/**
 * Makes sure that no Bidirectional of a model gives the outputs of all steps of a masked sequence: at masked steps they are zero in
 * Keras, and in TensorFlow.js those of the step before.
 *
 * @throws RangeError that names the layer.
 */
export function checkMaskedDirections(model: AnyLayer): void {
  if (!(model instanceof Trainable) || !givesSteps(model)) return;
  const { expectedInputs } = model;
  if (expectedInputs === null) return;
  const observe = (layer: AnyLayer, run: () => unknown): unknown => {
    const outputs = run();
    // What it passes on is the mask of its inputs.
    if (isOfSteps(layer) && leavesOf<unknown>(outputs).some(isMasked)) {
      throw new RangeError(
        `TensorFlow.js: the Bidirectional ${JSON.stringify(layer.name)}: it gives the outputs of all steps of a masked sequence, ` +
          "which at masked steps are zero in Keras, and in TensorFlow.js those of the step before",
      );
    }
    return outputs;
  };
  const types = leavesOf(expectedInputs).map(({ shape, dtype }) => new SymbolicType(shape, dtype));
  inferOutputTypes(model.name, types, (placeholders) => {
    const inputs = withLeaves(expectedInputs, placeholders);
    const outputs = model.apply(inputs, { training: false, addLoss: () => {}, observe });
    return mapStructure<unknown, Tensor>(outputs, (each) =>
      each instanceof Tensor ? each : placeholders[0],
    );
  });
}

function givesSteps(layer: AnyLayer): boolean {
  return isOfSteps(layer) || layer.sublayers.some(({ part }) => givesSteps(part));
}

function isOfSteps(layer: AnyLayer): boolean {
  return layer instanceof Bidirectional && layer.forwardLayer.returnSequences;
}

function isMasked(output: unknown): boolean {
  return output instanceof Tensor && maskOf(output) !== null;
}
