/** The fourth pass: turns the schedule's units into steps over buffers. */
import type { DType } from "../dtype.ts";
import type { Assembly } from "../primitives/primitive.ts";
import { contiguousStrides, sizeOf } from "../shape.ts";
import type { Application, FlatGraph } from "./flat-graph.ts";
import type { Schedule } from "./fuse.ts";
import { finishKernel } from "./iteration-order.ts";
import type { LegalGraph } from "./legalize.ts";
import { lowerControl } from "./lower-control.ts";
import { findPasses, isElement, lowerGroup } from "./lower-group.ts";
import type { UnplacedBuffer, UnplacedProgram, UnplacedRole } from "./place-buffers.ts";
import type { Instruction, Kernel, Operand, Program, ProgramBuffer, Routine, Step, View } from "./program.ts";
import { Group, type Unit } from "./unit.ts";

/** Compiles the region of a control operation. */
export type CompileRegion = (region: FlatGraph) => Program;

export function lower(graph: LegalGraph, schedule: Schedule, compileRegion: CompileRegion): UnplacedProgram {
  return new Lowering(graph, schedule, compileRegion).lower();
}

class Lowering {
  private readonly buffers: UnplacedBuffer[] = [];
  private readonly bufferOf = new Map<number, number>();
  private readonly cellBuffers = new Map<number, number>();
  private readonly steps: Step[] = [];
  /** Values that are written where they lie in a larger one. */
  private windows: ReadonlyMap<number, View> = new Map();
  private readonly graph: LegalGraph;
  private readonly schedule: Schedule;
  private readonly compileRegion: CompileRegion;

  constructor(graph: LegalGraph, schedule: Schedule, compileRegion: CompileRegion) {
    this.graph = graph;
    this.schedule = schedule;
    this.compileRegion = compileRegion;
  }

  lower(): UnplacedProgram {
    const { graph, schedule } = this;
    this.placeLeaves();
    const leftToCopy = this.updateInPlace();
    const stored = this.findStored();
    const assemblies = this.schedule.units.flatMap((unit) => (unit instanceof Group ? [] : unit.members));
    for (const value of assemblies) if (stored.has(value)) this.addBufferFor(value);
    this.windows = this.findWindows(assemblies, stored);
    for (const value of stored.keys()) if (!this.windows.has(value)) this.addBufferFor(value);
    for (const unit of schedule.units) this.lowerUnit(unit);
    for (const { cell, value } of leftToCopy) {
      this.steps.push({ kind: "copy", from: this.bufferOfBase(value), to: this.cellBuffer(cell, value) });
    }
    const outputs = graph.outputs.map((output) => ({
      buffer: this.bufferOfBase(output),
      type: { shape: graph.operations[output].shape, dtype: graph.operations[output].dtype },
    }));
    return { buffers: this.buffers, steps: this.steps, outputs, scalarCount: graph.scalarCount };
  }

  private placeLeaves(): void {
    this.graph.operations.forEach((operation, position) => {
      if (operation.kind === "apply" || operation.kind === "scalar") return;
      const { kind, slot } = operation;
      if (kind === "cell") this.bufferOf.set(position, this.cellBuffer(slot, position));
      else this.bufferOf.set(position, this.newBuffer(position, { kind, slot }));
    });
  }

  private cellBuffer(slot: number, like: number): number {
    const known = this.cellBuffers.get(slot);
    if (known !== undefined) return known;
    const buffer = this.newBuffer(like, { kind: "cell", slot });
    this.cellBuffers.set(slot, buffer);
    return buffer;
  }

  private newBuffer(value: number, role: ProgramBuffer["role"] | null): number {
    const { dtype, shape } = this.graph.operations[value];
    return this.buffers.push({ dtype, length: sizeOf(shape), role }) - 1;
  }

  private addBufferFor(value: number): void {
    if (!this.bufferOf.has(value)) this.bufferOf.set(value, this.newBuffer(value, null));
  }

  private bufferOfBase(value: number): number {
    const buffer = this.bufferOf.get(this.graph.sources[value].base);
    if (buffer === undefined) throw new Error(`value ${value} has no buffer`);
    return buffer;
  }

  /** Lets updates be written where the Variable lies, if nothing reads the old value then or later. */
  private updateInPlace(): LegalGraph["updates"] {
    const { units, unitOf } = this.schedule;
    const order = new Map(units.map((unit, index) => [unit, index]));
    const lastRead = this.lastReads(order);
    return this.graph.updates.filter(({ cell, value }) => {
      const { base } = this.graph.sources[value];
      const writer = unitOf.get(base);
      const written = (writer && order.get(writer)) ?? -1;
      const read = lastRead.get(cell) ?? -1;
      const allowed =
        read < written ||
        (read === written && writer instanceof Group && this.readsAsWritten(writer, cell, base));
      if (allowed && writer) this.bufferOf.set(base, this.cellBuffer(cell, base));
      return !(allowed && writer);
    });
  }

  private lastReads(order: ReadonlyMap<Unit, number>): Map<number, number> {
    const last = new Map<number, number>();
    for (const [unit, index] of order) {
      for (const slot of this.cellsReadBy(unit)) last.set(slot, Math.max(last.get(slot) ?? -1, index));
    }
    return last;
  }

  private cellsReadBy(unit: Unit): Set<number> {
    const slots = new Set<number>();
    for (const member of unit.members) {
      for (const input of this.inputs(member)) {
        const leaf = this.graph.operations[this.graph.sources[input].base];
        if (leaf.kind === "cell") slots.add(leaf.slot);
      }
    }
    return slots;
  }

  /** Whether the group reads each element of the cell only where, and not after, it writes it. */
  private readsAsWritten(group: Group, cell: number, written: number): boolean {
    const { graph } = this;
    const target = group.axes.get(written) ?? [];
    if (isElement(graph, group, written)) return false;
    const passes = findPasses(graph, group);
    const lastPass = passes.get(written) ?? -1;
    return group.members.every((member) =>
      this.inputs(member).every((input) => {
        const { base, axes } = graph.sources[input];
        const leaf = graph.operations[base];
        if (leaf.kind !== "cell" || leaf.slot !== cell) return true;
        const iteration = group.iteration.get(member) ?? [];
        if (axes === null || axes.length !== target.length || iteration.length !== target.length)
          return false;
        const isInTime = !isElement(graph, group, member) && (passes.get(member) ?? 0) <= lastPass;
        return (
          isInTime && axes.every((axis, at) => (axis === null || axis === at) && iteration[at] === target[at])
        );
      }),
    );
  }

  private inputs(position: number): readonly number[] {
    const operation = this.graph.operations[position];
    return operation.kind === "apply" ? operation.inputs : [];
  }

  /** The computed values that have to be in memory, and how often something reads them from there. */
  private findStored(): Map<number, number> {
    const { outputs, updates, sources, operations } = this.graph;
    const { unitOf } = this.schedule;
    const stored = new Map<number, number>();
    const read = (value: number): void => {
      stored.set(value, (stored.get(value) ?? 0) + 1);
    };
    for (const position of [...outputs, ...updates.map(({ value }) => value)]) read(sources[position].base);
    for (const [position, unit] of unitOf) {
      for (const input of this.inputs(position)) {
        const { base, axes } = sources[input];
        const producer = unitOf.get(base);
        if (producer && (producer !== unit || axes === null)) read(base);
      }
      const operation = operations[position];
      if (operation.kind !== "apply" || unit instanceof Group) continue;
      // A control operation has no value of its own.
      if (operation.primitive.kind !== "control" && !stored.has(position)) stored.set(position, 0);
    }
    return stored;
  }

  /**
   * The places in a larger value of those that only go into it: they are computed there. The larger one's
   * memory must be its own from the beginning, and the values fill it.
   */
  private findWindows(candidates: readonly number[], stored: ReadonlyMap<number, number>): Map<number, View> {
    const { operations, sources } = this.graph;
    const windows = new Map<number, View>();
    for (const position of candidates) {
      const operation = operations[position];
      const buffer = this.bufferOf.get(position);
      if (operation.kind !== "apply" || operation.primitive.kind !== "assembly" || buffer === undefined)
        continue;
      const assembly = this.assemblyOf(operation);
      if (assembly.fill !== null || this.buffers[buffer].role !== null) continue;
      operation.inputs.forEach((input, index) => {
        const { base, axes } = sources[input];
        const group = this.schedule.unitOf.get(base);
        if (!(group instanceof Group) || isElement(this.graph, group, base) || stored.get(base) !== 1) return;
        const { shape } = operations[base];
        const showsAllOnce = axes !== null && sizeOf(shape) === sizeOf(operations[input].shape);
        if (!showsAllOnce || this.bufferOf.has(base)) return;
        const { offset, strides } = assembly.windows[index];
        const own = shape.map((size, axis) => (size === 1 ? 0 : strides[axes.indexOf(axis)]));
        windows.set(base, { buffer, offset, strides: own });
      });
    }
    return windows;
  }

  private assemblyOf({ primitive, attributes, inputs, shape }: Application): Assembly {
    if (primitive.kind !== "assembly") throw new TypeError(`${primitive.name}: not an assembly`);
    const shapes = inputs.map((input) => this.graph.operations[input].shape);
    return primitive.assemble(shapes, attributes, shape);
  }

  private lowerUnit(unit: Unit): void {
    if (unit instanceof Group) {
      this.steps.push(lowerGroup(this.graph, unit, { bufferOf: this.bufferOf, windows: this.windows }));
      return;
    }
    for (const member of unit.members) {
      const operation = this.graph.operations[member];
      if (operation.kind !== "apply") continue;
      const { kind } = operation.primitive;
      if (kind === "result") continue;
      if (kind === "assembly") this.addSteps(this.lowerAssembly(member));
      else if (kind === "control") this.addSteps(this.lowerControl(operation, unit));
      else this.steps.push(this.lowerRoutine(member));
    }
  }

  /** One by one: there may be more than a call takes as arguments. */
  private addSteps(steps: readonly Step[]): void {
    for (const step of steps) this.steps.push(step);
  }

  private lowerControl(operation: Application, unit: Unit): Step[] {
    const programs = (operation.regions ?? []).map(this.compileRegion);
    const blocks = programs.map(
      ({ scratchBytes }) =>
        // A byte an element.
        this.buffers.push({ dtype: "uint8", length: scratchBytes, role: null }) - 1,
    );
    const results = new Map<number, number>();
    for (const member of unit.members) {
      const picked = this.graph.operations[member];
      if (picked.kind !== "apply" || picked.primitive.kind !== "result") continue;
      results.set(picked.primitive.resultIndex(picked.attributes), this.bufferOfBase(member));
    }
    return lowerControl(operation, {
      programs,
      inputs: operation.inputs.map((input) => {
        const { offset, strides } = this.graph.sources[input].layout;
        const type = this.graph.operations[input];
        return { buffer: this.bufferOfBase(input), offset, stride: strides[0] ?? 0, type };
      }),
      resultBuffer: (index, like) => results.get(index) ?? this.buffers.push({ ...like, role: null }) - 1,
      addBuffer: ({ dtype, length, role }, region) => {
        const own: UnplacedRole =
          role.kind === "scratch" && region < 0
            ? null
            : role.kind === "scratch"
              ? { kind: "within", block: blocks[region], byteOffset: role.byteOffset }
              : role;
        return this.buffers.push({ dtype, length, role: own }) - 1;
      },
    });
  }

  private lowerRoutine(position: number): Routine {
    const operation = this.graph.operations[position];
    if (operation.kind !== "apply") throw new TypeError("a routine applies a primitive");
    const { primitive, attributes, inputs } = operation;
    return {
      kind: "routine",
      name: primitive.name,
      primitive,
      attributes,
      inputs: inputs.map((input) => this.operand(input)),
      output: this.operand(position),
    };
  }

  private operand(position: number): Operand {
    const { shape, dtype } = this.graph.operations[position];
    const { offset, strides } = this.graph.sources[position].layout;
    return { buffer: this.bufferOfBase(position), offset, strides, shape, dtype };
  }

  private lowerAssembly(position: number): Kernel[] {
    const operation = this.graph.operations[position];
    if (operation.kind !== "apply") return [];
    const { primitive, inputs, shape, dtype } = operation;
    const buffer = this.bufferOfBase(position);
    const { fill, windows } = this.assemblyOf(operation);
    const kernels: Kernel[] = [];
    if (fill !== null) {
      const view = { buffer, offset: 0, strides: contiguousStrides(shape) };
      kernels.push(storeKernel("fill", shape, { kind: "literal", value: fill, dtype }, view));
    }
    inputs.forEach((input, index) => {
      if (this.windows.has(this.graph.sources[input].base)) return;
      const source = this.readInstruction(input, dtype);
      const from = this.graph.operations[input].shape;
      kernels.push(storeKernel(primitive.name, from, source, { buffer, ...windows[index] }));
    });
    return kernels;
  }

  private readInstruction(position: number, dtype: DType): Instruction {
    const { base, layout } = this.graph.sources[position];
    const source = this.graph.operations[base];
    if (source.kind === "scalar") return { kind: "scalar", slot: source.slot, dtype };
    if (source.kind === "apply" && source.primitive.kind === "generator") {
      const { start, steps } = source.primitive.affine(source.attributes);
      const step = steps[0] ?? 0;
      const { offset, strides } = layout;
      return {
        kind: "affine",
        start: start + step * offset,
        steps: strides.map((stride) => stride * step),
        dtype,
      };
    }
    return { kind: "load", view: { buffer: this.bufferOfBase(position), ...layout }, dtype };
  }
}

/** Writes one value everywhere in a window. The source's and the window's strides run over `shape`. */
function storeKernel(name: string, shape: readonly number[], source: Instruction, view: View): Kernel {
  return finishKernel({
    name,
    sizes: shape,
    reduced: new Set(),
    stages: [
      { scope: "row", instructions: [source], stores: [{ value: 0, view }], reductions: [], registers: [] },
    ],
    registers: [],
  });
}
