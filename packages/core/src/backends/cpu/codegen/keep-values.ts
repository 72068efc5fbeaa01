import type { Instruction, Kernel, Stage, StageStore } from "../../../compiler/program.ts";
import { keyOf } from "./loop-nest.ts";

/** Whether writing to one buffer may change what the other holds. */
type Overlap = (left: number, right: number) => boolean;

/**
 * A stage that computes anew what cost an earlier one much, such as the exponentials of a softmax, reads it instead
 * from where it is to write its own result: the earlier stage leaves it there.
 */
export function keepCostlyValues(kernel: Kernel, overlap: Overlap): Kernel {
  const stages = [...kernel.stages];
  const names = new ValueNames(kernel);
  for (let later = 1; later < stages.length; later++) {
    const found = findRepeated(stages, later, names, overlap);
    if (found === null) continue;
    const { earlier, value, repeated, store } = found;
    stages[earlier] = {
      ...stages[earlier],
      stores: [...stages[earlier].stores, { value, view: store.view }],
    };
    stages[later] = replaceByLoad(stages[later], repeated, store);
  }
  return { ...kernel, stages };
}

interface Repeated {
  readonly earlier: number;
  /** Its position in the earlier stage. */
  readonly value: number;
  /** Its position in the later stage. */
  readonly repeated: number;
  /** The store of the later stage whose place it may take until then. */
  readonly store: StageStore;
}

function findRepeated(
  stages: readonly Stage[],
  later: number,
  names: ValueNames,
  overlap: Overlap,
): Repeated | null {
  const { scope, instructions, stores } = stages[later];
  if (scope !== "element") return null;
  const own = names.of(stages[later]);
  for (let repeated = instructions.length - 1; repeated >= 0; repeated--) {
    if (!own[repeated].isCostly) continue;
    for (let earlier = 0; earlier < later; earlier++) {
      if (stages[earlier].scope !== "element") continue;
      const value = names.of(stages[earlier]).findIndex(({ name }) => name === own[repeated].name);
      if (value < 0) continue;
      const store = stores.find(
        (candidate) =>
          instructions[candidate.value].dtype === instructions[repeated].dtype &&
          canHold(stages, { earlier, value, repeated, store: candidate }, later, overlap),
      );
      if (store) return { earlier, value, repeated, store };
    }
  }
  return null;
}

/** Whether nothing from the earlier stage on needs what the place holds, and nothing changes what the value is. */
function canHold(
  stages: readonly Stage[],
  { earlier, repeated, store }: Repeated,
  later: number,
  overlap: Overlap,
): boolean {
  const place = store.view;
  const between = stages.slice(earlier, later);
  const written = between.flatMap(({ stores }) => stores.map(({ view }) => view.buffer));
  const inputs = loadsOf(stages[later]).map(({ view }) => view.buffer);
  if (written.some((buffer) => [place.buffer, ...inputs].some((other) => overlap(buffer, other))))
    return false;
  const after = [...stages.slice(earlier + 1, later), replaceByLoad(stages[later], repeated, null)];
  if (after.flatMap(loadsOf).some(({ view }) => overlap(view.buffer, place.buffer))) return false;
  // The earlier stage may read the very element before it is overwritten.
  return loadsOf(stages[earlier]).every(
    ({ view }) => !overlap(view.buffer, place.buffer) || keyOf(view) === keyOf(place),
  );
}

function loadsOf({ instructions }: Stage): Extract<Instruction, { kind: "load" }>[] {
  return instructions.flatMap((step) => (step.kind === "load" ? [step] : []));
}

/** The stage with one value read from where `store` writes, or by a literal; what is not needed any more is left out. */
function replaceByLoad(stage: Stage, position: number, store: StageStore | null): Stage {
  const { dtype } = stage.instructions[position];
  const replaced = [...stage.instructions];
  replaced[position] = store
    ? { kind: "load", view: store.view, dtype }
    : { kind: "literal", value: 0, dtype };
  const isNeeded = replaced.map(() => false);
  for (const { value } of [...stage.stores, ...stage.reductions, ...stage.registers]) isNeeded[value] = true;
  for (let index = replaced.length - 1; index >= 0; index--) {
    const step = replaced[index];
    if (isNeeded[index] && step.kind === "apply")
      for (const operand of step.operands) isNeeded[operand] = true;
  }
  const moved: number[] = [];
  const instructions: Instruction[] = [];
  replaced.forEach((step, index) => {
    moved.push(instructions.length);
    if (!isNeeded[index]) return;
    instructions.push(
      step.kind === "apply" ? { ...step, operands: step.operands.map((operand) => moved[operand]) } : step,
    );
  });
  const follow = <T extends { readonly value: number }>(user: T): T => ({
    ...user,
    value: moved[user.value],
  });
  return {
    ...stage,
    instructions,
    stores: stage.stores.map(follow),
    reductions: stage.reductions.map(follow),
    registers: stage.registers.map(follow),
  };
}

/** JSON has one zero, and neither infinities nor NaN. */
function exactly(_: string, value: unknown): unknown {
  if (typeof value !== "number") return value;
  return Object.is(value, -0) ? "-0" : String(value);
}

interface ValueName {
  /** Equal for values that are computed alike. */
  readonly name: number;
  /** Whether it is computed for every element, by functions that take long. */
  readonly isCostly: boolean;
}

/** Names the values of a kernel's stages by how they are computed. */
class ValueNames {
  private readonly kernel: Kernel;
  private readonly known = new Map<string, number>();
  private readonly named = new Map<Stage, ValueName[]>();

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  of(stage: Stage): readonly ValueName[] {
    const known = this.named.get(stage);
    if (known) return known;
    const names: (ValueName & { readonly varies: boolean })[] = [];
    for (const step of stage.instructions) {
      const varies = this.varies(step, names);
      const isCostly =
        step.kind === "apply" &&
        varies &&
        (step.primitive.expensive || step.operands.some((operand) => names[operand].isCostly));
      names.push({ name: this.nameOf(step, names), isCostly, varies });
    }
    this.named.set(stage, names);
    return names;
  }

  private nameOf(step: Instruction, names: readonly ValueName[]): number {
    const key = JSON.stringify(
      step.kind === "apply"
        ? [
            step.primitive.name,
            step.attributes,
            step.dtype,
            step.operands.map((operand) => names[operand].name),
          ]
        : step,
      exactly,
    );
    const name = this.known.get(key) ?? this.known.size;
    this.known.set(key, name);
    return name;
  }

  /** Whether the value differs along the inner dimensions. */
  private varies(step: Instruction, names: readonly { readonly varies: boolean }[]): boolean {
    const { outer, inner } = this.kernel;
    const moves = (strides: readonly number[]) =>
      inner.some((extent, dimension) => extent > 1 && strides[outer.length + dimension] !== 0);
    switch (step.kind) {
      case "load":
        return moves(step.view.strides);
      case "affine":
        return moves(step.steps);
      case "apply":
        return step.operands.some((operand) => names[operand].varies);
      default:
        return false;
    }
  }
}
