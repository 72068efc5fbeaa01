/**
 * Lowers a fused group to a kernel: assigns each member to a stage, and writes the stages' instructions. A value of
 * an element is computed in the first pass over the row that has all it needs, a value of a row after the pass that
 * completes the reductions that it needs.
 */
import type { DType } from "../dtype.ts";
import { contiguousStrides } from "../shape.ts";
import { type Application, inputsOf } from "./flat-graph.ts";
import { type DraftKernel, type DraftStage, finishKernel } from "./iteration-order.ts";
import { copyPrimitive, type LegalGraph } from "./legalize.ts";
import type { Instruction, Kernel, View } from "./program.ts";
import type { AxisMap, Group } from "./unit.ts";

/** The places of values in memory, of those that lie there. */
export interface Places {
  /** The buffers that hold one value each. */
  readonly bufferOf: ReadonlyMap<number, number>;
  /** The places of values that are a part of a larger one. The strides run over the value's dimensions. */
  readonly windows: ReadonlyMap<number, View>;
}

export function lowerGroup(graph: LegalGraph, group: Group, places: Places): Kernel {
  return new GroupLowering(graph, group, places).lower();
}

interface StageDraft extends DraftStage {
  readonly memo: Map<string, number>;
}

class GroupLowering {
  private readonly registers: DType[] = [];
  private readonly registerOf = new Map<number, number>();
  private readonly passes: ReadonlyMap<number, number>;
  /** Within the group. */
  private readonly users: ReadonlyMap<number, readonly number[]>;
  private readonly graph: LegalGraph;
  private readonly group: Group;
  private readonly places: Places;

  constructor(graph: LegalGraph, group: Group, places: Places) {
    this.graph = graph;
    this.group = group;
    this.places = places;
    this.passes = findPasses(graph, group);
    this.users = this.findUsers();
  }

  lower(): Kernel {
    const { sizes, reduced } = this.group;
    const last = Math.max(...this.passes.values());
    const stages: StageDraft[] = [];
    for (let pass = -1; pass <= last; pass++) {
      if (pass >= 0) stages.push(this.elementStage(pass));
      stages.push(this.rowStage(pass));
    }
    const draft: DraftKernel = {
      name: this.name(),
      sizes,
      reduced: reduced ?? new Set(),
      stages: stages.filter(
        ({ stores, reductions, registers }) => stores.length + reductions.length + registers.length > 0,
      ),
      registers: this.registers,
    };
    return finishKernel(draft);
  }

  private name(): string {
    const names = this.group.members.map((member) => this.application(member).primitive.name);
    return [...new Set(names)].join("+");
  }

  private application(position: number): Application {
    const operation = this.graph.operations[position];
    if (operation.kind !== "apply") throw new TypeError("a group holds applications only");
    return operation;
  }

  private isElement(member: number): boolean {
    return isElement(this.graph, this.group, member);
  }

  private isReduction(member: number): boolean {
    return isReduction(this.graph, member);
  }

  private axesOf(member: number): AxisMap {
    return this.group.axes.get(member) ?? [];
  }

  private elementStage(pass: number): StageDraft {
    const stage = newStage("element");
    for (const member of this.group.members) {
      if (this.passes.get(member) !== pass) continue;
      if (this.isReduction(member)) {
        const { primitive, inputs, dtype } = this.application(member);
        if (primitive.kind !== "reduction") continue;
        const value = this.operand(stage, pass, inputs[0], this.iterationOf(member));
        const register = this.newRegister(member, dtype);
        stage.reductions.push({ value, accumulation: primitive.accumulation, register });
      } else if (this.isElement(member)) this.store(stage, pass, member);
    }
    return stage;
  }

  private rowStage(pass: number): StageDraft {
    const stage = newStage("row");
    for (const member of this.group.members) {
      if (this.passes.get(member) !== pass || this.isElement(member)) continue;
      this.store(stage, pass, member);
      if (!this.isReduction(member) && this.isUsedAfter(member, pass)) {
        const value = this.value(stage, pass, member);
        stage.registers.push({ value, register: this.newRegister(member, this.application(member).dtype) });
      }
    }
    return stage;
  }

  private newRegister(member: number, dtype: DType): number {
    const register = this.registers.push(dtype) - 1;
    this.registerOf.set(member, register);
    return register;
  }

  /** Whether a stage other than this row stage needs the row's value. */
  private isUsedAfter(member: number, pass: number): boolean {
    const users = this.users.get(member) ?? [];
    return users.some((user) => {
      return this.isElement(user) || this.isReduction(user) || this.passes.get(user) !== pass;
    });
  }

  private findUsers(): Map<number, number[]> {
    const users = new Map<number, number[]>();
    for (const user of this.group.members) {
      for (const input of this.application(user).inputs) {
        const { base } = this.graph.sources[input];
        const known = users.get(base);
        if (known) known.push(user);
        else users.set(base, [user]);
      }
    }
    return users;
  }

  private iterationOf(member: number): AxisMap {
    return this.group.iteration.get(member) ?? [];
  }

  private store(stage: StageDraft, pass: number, member: number): void {
    const place = this.placeOf(member);
    if (place === undefined) return;
    const view = { ...place, strides: this.alongAxes(place.strides, this.axesOf(member)) };
    stage.stores.push({ value: this.value(stage, pass, member), view });
  }

  /** The place of the group's own value, if it is to be in memory. */
  private placeOf(member: number): View | undefined {
    const buffer = this.places.bufferOf.get(member);
    if (buffer === undefined) return this.places.windows.get(member);
    return { buffer, offset: 0, strides: contiguousStrides(this.application(member).shape) };
  }

  private alongAxes(strides: readonly number[], axes: AxisMap): number[] {
    const result = new Array<number>(this.group.sizes.length).fill(0);
    axes.forEach((axis, dimension) => {
      if (axis !== null) result[axis] += strides[dimension];
    });
    return result;
  }

  /** The instruction that computes the member's value in this stage. */
  private value(stage: StageDraft, pass: number, member: number): number {
    const key = `value${member}`;
    const known = stage.memo.get(key);
    if (known !== undefined) return known;
    const register = this.registerOf.get(member);
    if (register !== undefined) {
      const { dtype } = this.application(member);
      return push(stage, key, { kind: "register", register, dtype });
    }
    const { primitive, attributes, inputs, dtype } = this.application(member);
    if (primitive.kind !== "elementwise") throw new TypeError(`${primitive.name}: not elementwise`);
    const operands = inputs.map((input) => this.operand(stage, pass, input, this.iterationOf(member)));
    if (primitive === copyPrimitive) {
      stage.memo.set(key, operands[0]);
      return operands[0];
    }
    return push(stage, key, { kind: "apply", primitive, attributes, operands, dtype });
  }

  private operand(stage: StageDraft, pass: number, input: number, iteration: AxisMap): number {
    const { base, layout } = this.graph.sources[input];
    if (this.group.axes.has(base)) {
      const buffer = this.places.bufferOf.get(base);
      const isFromEarlierPass = this.isElement(base) && this.passes.get(base) !== pass;
      if (!isFromEarlierPass || buffer === undefined) return this.value(stage, pass, base);
    }
    const source = this.graph.operations[base];
    const { shape } = this.graph.operations[input];
    const added = iteration.length - shape.length;
    const strides = this.alongAxes(
      shape.map((size, dimension) => (size === 1 ? 0 : layout.strides[dimension])),
      shape.map((_, dimension) => iteration[dimension + added]),
    );
    if (source.kind === "scalar") {
      const { slot, dtype } = source;
      return push(stage, `scalar${slot}`, { kind: "scalar", slot, dtype });
    }
    if (source.kind === "apply" && source.primitive.kind === "generator") {
      const { start, steps } = source.primitive.affine(source.attributes);
      const { dtype } = source;
      if (steps.length === 0) {
        return push(stage, `literal${base}`, { kind: "literal", value: start, dtype });
      }
      const [step] = steps;
      return push(stage, `affine${base}:${layout.offset}:${strides.join()}`, {
        kind: "affine",
        start: start + step * layout.offset,
        steps: strides.map((stride) => stride * step),
        dtype,
      });
    }
    const buffer = this.places.bufferOf.get(base);
    if (buffer === undefined) throw new Error(`value ${base} is needed in memory and has no buffer`);
    const view = { buffer, offset: layout.offset, strides };
    const key = `load${buffer}:${view.offset}:${strides.join()}`;
    return push(stage, key, { kind: "load", view, dtype: source.dtype });
  }
}

/** Whether the member has a value for every element of a row, and not one for the row. */
export function isElement(graph: LegalGraph, group: Group, member: number): boolean {
  if (group.reduced === null || group.reduced.size === 0 || isReduction(graph, member)) return false;
  return group.isFull(group.axes.get(member) ?? []);
}

function isReduction({ operations }: LegalGraph, member: number): boolean {
  const operation = operations[member];
  return operation.kind === "apply" && operation.primitive.kind === "reduction";
}

/**
 * For each member the pass over the row in which, or after which, its value is known; −1 for what needs no
 * reduction.
 */
export function findPasses(graph: LegalGraph, group: Group): Map<number, number> {
  const passes = new Map<number, number>();
  for (const member of group.members) {
    const loopsOverElements = isElement(graph, group, member) || isReduction(graph, member);
    let pass = loopsOverElements ? 0 : -1;
    for (const input of inputsOf(graph.operations[member])) {
      const { base } = graph.sources[input];
      const known = passes.get(base);
      if (known === undefined) continue;
      pass = Math.max(pass, loopsOverElements && !isElement(graph, group, base) ? known + 1 : known);
    }
    passes.set(member, pass);
  }
  return passes;
}

function newStage(scope: "element" | "row"): StageDraft {
  return { scope, instructions: [], stores: [], reductions: [], registers: [], memo: new Map() };
}

function push(stage: StageDraft, key: string, instruction: Instruction): number {
  const known = stage.memo.get(key);
  if (known !== undefined) return known;
  const index = stage.instructions.push(instruction) - 1;
  stage.memo.set(key, index);
  return index;
}
