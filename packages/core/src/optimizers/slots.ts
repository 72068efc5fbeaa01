import type { DType } from "../dtype.ts";
import { withTrace } from "../graph/trace.ts";
import { cast } from "../ops/arithmetic.ts";
import { full } from "../ops/creation.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { type Variable, variable } from "../variable.ts";
import type { Assignment } from "./optimizer.ts";

/** Tensors by name: the slots of one Variable, or scalars that the updates of all Variables share. */
export type NamedTensors<Name extends string = string> = Readonly<Record<Name, Tensor>>;

/** State that an optimizer keeps for each Variable that it changes. */
export interface SlotDescription {
  /** By this name the update finds it. */
  readonly name: string;
  /** Its value before the first step: a number everywhere, or the value of the Variable. Default: 0. */
  readonly initial?: number | "value";
  /** Its shape, by that of the Variable. Default: the same. */
  readonly shape?: (shape: Shape) => Shape;
  /** Its dtype, by the shape of the Variable; null for that of the arithmetic. Default: null. */
  readonly dtype?: (shape: Shape) => DType | null;
}

/** One slot: a Variable, and the name by which the update finds it. */
export interface Slot {
  readonly name: string;
  readonly variable: Variable;
  /** Which of its owner's groups it belongs to. */
  readonly group: number;
}

/** A slot of `owner`, or one that all share where there is no owner. Its Variable has the name that Keras gives it. */
export function createSlot(
  optimizer: string,
  { name, initial = 0, shape = (same) => same, dtype: ownDType = () => null }: SlotDescription,
  owner: Variable | null,
  arithmetic: DType,
  group = 0,
): Slot {
  const dtype = ownDType(owner?.shape ?? []) ?? arithmetic;
  const ownName = name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
  const prefix = owner ? `${owner.name.replaceAll("/", "_")}_` : "";
  const options = { name: `${optimizer}/${prefix}${ownName}`, trainable: false };
  // In a trace, too, a slot begins with what the Variable held before it.
  const made =
    owner && initial === "value"
      ? withTrace(null, () => variable(cast(owner.value, dtype), options))
      : variable(full(shape(owner?.shape ?? []), Number(initial), dtype), options);
  return { name, variable: made, group };
}

/** The values of one Variable's slots, or of those that all share, before a step and after it. */
export class SlotValues {
  /** The values before the step, by name. */
  readonly held: NamedTensors;
  private readonly optimizer: string;
  private readonly slots: readonly Slot[];
  private readonly owner: Variable | null;
  private readonly after = new Map<string, Tensor>();

  constructor(optimizer: string, slots: readonly Slot[], owner: Variable | null) {
    this.optimizer = optimizer;
    this.slots = slots;
    this.owner = owner;
    const held: Record<string, Tensor> = {};
    for (const { name, variable } of slots) held[name] = variable.valueForAssignment();
    this.held = held;
  }

  /**
   * The value of the slot of that name before the step.
   *
   * @throws RangeError if there is none.
   */
  heldBy(name: string): Tensor {
    if (Object.hasOwn(this.held, name)) return this.held[name];
    const owner = this.owner ? ` of "${this.owner.name}"` : "";
    throw new RangeError(`${this.optimizer}: the update returned "${name}", which is no slot${owner}`);
  }

  /** Notes what a slot is to hold after the step. */
  set(name: string, after: Tensor): void {
    this.after.set(name, after);
  }

  /** The new values of those that change. */
  assignments(): readonly Assignment[] {
    const assignments: Assignment[] = [];
    for (const { name, variable } of this.slots) {
      const after = this.after.get(name);
      if (after) assignments.push({ variable, before: this.held[name], after });
    }
    return assignments;
  }
}
