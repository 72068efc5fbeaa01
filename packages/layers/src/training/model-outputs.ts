import { Tensor } from "@strata/core";
import { SymbolicType } from "../layer/output-types.ts";
import { isList, isRecord, leavesOf, mapStructure, type Structure } from "../layer/structure.ts";
import { Expected } from "./array-batches.ts";
import type { ArrayData } from "./arrays.ts";
import type { Batch } from "./batch.ts";
import type { TrainerModel } from "./trainer-model.ts";

/** The outputs of a model: their types for inputs of some types, and their order. */
export class ModelOutputs {
  private readonly model: TrainerModel;
  private readonly known = new Map<string, Structure<Expected>>();

  constructor(model: TrainerModel) {
    this.model = model;
  }

  /** Forgets the types: the model is another one. */
  forget(): void {
    this.known.clear();
  }

  /** The outputs that targets are compared with, for inputs of these types. */
  expectedFor(types: Structure<SymbolicType>): Structure<Expected> {
    const key = leavesOf(types)
      .map(({ shape, dtype }) => `${dtype}[${shape}]`)
      .join();
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const outputs = this.model.computeOutputTypes(types);
    const names = isRecord(outputs) ? Object.keys(outputs) : this.model.outputNames;
    const expected = mapStructure(
      outputs,
      ({ shape, dtype }, index) => new Expected(names?.[index] ?? `output_${index + 1}`, shape, dtype),
    );
    this.known.set(key, expected);
    return expected;
  }

  /** Results, targets and weights in the order of the outputs. */
  aligned(batch: Batch<unknown, unknown>, outputs: unknown) {
    const names = this.model.outputNames;
    const results = leavesOf<unknown>(outputs).filter((each) => each instanceof Tensor);
    const targets = inOrderOf(outputs, batch.y, names);
    const weights = inOrderOf(outputs, batch.sampleWeight, names);
    const isForAll = weights.length === 1;
    return {
      results,
      targets,
      weights: results.map((_, index) => weights[isForAll ? 0 : index] ?? null),
    };
  }

  /** The targets in the order of the outputs. */
  targetsInOrder(outputs: Structure<Expected>, targets: unknown): readonly (Tensor | null)[] {
    return inOrderOf(outputs, targets, this.model.outputNames);
  }
}

/** The type of data, whose number of samples may be another one. */
export function typeOf({ shape, dtype }: ArrayData | Tensor): SymbolicType {
  return new SymbolicType([null, ...shape.slice(1)], dtype);
}

/** The tensors of a structure in the order of the outputs; where one has names, by these. */
function inOrderOf(
  outputs: unknown,
  given: unknown,
  names: readonly string[] | null,
): readonly (Tensor | null)[] {
  if (isRecord<unknown>(given)) {
    if (isRecord<unknown>(outputs)) {
      return Object.entries(outputs).flatMap(([name, part]) => inOrderOf(part, given[name] ?? null, null));
    }
    if (names !== null && isList<unknown>(outputs)) {
      return names.map((name) => tensorOrNull(given[name]));
    }
  }
  return leavesOf<unknown>(given).map(tensorOrNull);
}

function tensorOrNull(value: unknown): Tensor | null {
  return value instanceof Tensor ? value : null;
}
