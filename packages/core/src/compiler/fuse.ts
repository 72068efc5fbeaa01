/**
 * The third pass: puts elementwise operations and reductions into groups that run as one loop each. It goes through
 * the operations in order and lets each join the group of an input if the iteration spaces agree and no cycle
 * arises; groups that meet in an operation are merged under the same conditions.
 */
import { type Application, inputsOf, type Operation } from "./flat-graph.ts";
import type { LegalGraph, ValueSource } from "./legalize.ts";
import { isInline } from "./legalize.ts";
import { type AxisMap, Group, Unit } from "./unit.ts";

/** More would only make code that no cache holds. */
const mostMembers = 96;

/**
 * A row that is read again after it was reduced should still be in the second-level cache then; above this many
 * elements a second kernel, which can be split among threads, is no slower.
 */
const longestRowReadTwice = 16_384;

export interface Schedule {
  /** The units, those depended on first. */
  readonly units: readonly Unit[];
  readonly unitOf: ReadonlyMap<number, Unit>;
}

export function fuse(graph: LegalGraph): Schedule {
  const fuser = new Fuser(graph);
  graph.operations.forEach((operation, position) => {
    fuser.place(operation, position);
  });
  return fuser.finish();
}

class Fuser {
  private readonly unitOf = new Map<number, Unit>();
  private readonly operations: readonly Operation[];
  private readonly sources: readonly ValueSource[];
  private readonly updates: LegalGraph["updates"];

  constructor({ operations, sources, updates }: LegalGraph) {
    this.operations = operations;
    this.sources = sources;
    this.updates = updates;
  }

  place(operation: Operation, position: number): void {
    if (operation.kind !== "apply" || isInline(operation.primitive)) return;
    switch (operation.primitive.kind) {
      case "elementwise":
      case "reduction":
        this.placeInGroup(operation, position);
        break;
      case "routine":
      case "assembly":
      case "control":
        this.assign(new Unit(), operation, position);
        break;
      case "result":
        this.assign(this.unitOf.get(operation.inputs[0]) ?? new Unit(), operation, position);
    }
  }

  finish(): Schedule {
    this.orderReadsBeforeUpdates();
    return { units: orderUnits(new Set(this.unitOf.values())), unitOf: this.unitOf };
  }

  private placeInGroup(operation: Application, position: number): void {
    const candidates = this.producingGroups(operation).sort((a, b) => b.level - a.level);
    for (const group of candidates) {
      const axes = this.axesWithin(group, operation);
      if (axes === null || !this.staysAcyclic(group, operation)) continue;
      this.join(group, operation, position, axes);
      for (const other of candidates) {
        if (other !== group && this.unitOf.get(other.members[0]) === other) {
          this.tryMerge(group, other, operation, axes);
        }
      }
      return;
    }
    this.startGroup(operation, position);
  }

  /** The groups that compute an input, where the input can be used without a detour through memory. */
  private producingGroups(operation: Application): Group[] {
    const groups = new Set<Group>();
    for (const input of operation.inputs) {
      const { base, axes } = this.sources[input];
      const unit = this.unitOf.get(base);
      if (unit instanceof Group && axes !== null && unit.members.length < mostMembers) groups.add(unit);
    }
    return [...groups];
  }

  /** The shape that the operation iterates over. */
  private iterationShape(operation: Application): readonly number[] {
    return operation.primitive.kind === "reduction"
      ? this.operations[operation.inputs[0]].shape
      : operation.shape;
  }

  /** How the operation's iteration shape would lie in the group's space, or null where it does not fit. */
  private axesWithin(group: Group, operation: Application): AxisMap | null {
    const shape = this.iterationShape(operation);
    const axes: (number | null)[] = shape.map(() => null);
    if (!this.bindInputs(group, operation, axes, shape)) return null;
    this.bindLoads(group, operation, axes, shape);
    if (!bindBySize(group, axes, shape)) return null;
    const isFull = group.isFull(axes);
    if (operation.primitive.kind === "reduction") {
      const reduced = reducedAxes(operation, axes);
      if (!isFull || reduced === null) return null;
      return group.reduced === null || sameSet(group.reduced, reduced) ? axes : null;
    }
    if (isFull) return this.mayReadRowAgain(group, operation) ? axes : null;
    return group.isRow(axes) ? axes : null;
  }

  /** An element that needs a result of its own row's reduction makes the kernel go over the row once more. */
  private mayReadRowAgain(group: Group, operation: Application): boolean {
    if (group.reduced === null || group.innerSize <= longestRowReadTwice) return true;
    return operation.inputs.every((input) => {
      const axes = group.axes.get(this.sources[input].base);
      return axes === undefined || group.isFull(axes);
    });
  }

  /** Binds the dimensions that walk along values computed in the group; false where two of them disagree. */
  private bindInputs(
    group: Group,
    operation: Application,
    axes: (number | null)[],
    shape: readonly number[],
  ): boolean {
    for (const input of operation.inputs) {
      const { base, axes: through } = this.sources[input];
      const known = group.axes.get(base);
      if (known === undefined || through === null) continue;
      if (!this.bind(input, through, known, axes, shape)) return false;
    }
    return true;
  }

  /** Binds what is left by values that the group loads anyway, so that they are loaded once. */
  private bindLoads(
    group: Group,
    operation: Application,
    axes: (number | null)[],
    shape: readonly number[],
  ): void {
    for (const input of operation.inputs) {
      const { base, axes: through } = this.sources[input];
      const known = group.loaded.get(base);
      if (known === undefined || through === null || group.axes.has(base)) continue;
      const attempt = [...axes];
      if (this.bind(input, through, known, attempt, shape)) axes.splice(0, axes.length, ...attempt);
    }
  }

  private bind(
    input: number,
    through: AxisMap,
    known: AxisMap,
    axes: (number | null)[],
    shape: readonly number[],
  ): boolean {
    const inputShape = this.operations[input].shape;
    const added = shape.length - inputShape.length;
    for (let dimension = 0; dimension < inputShape.length; dimension++) {
      const from = through[dimension];
      if (inputShape[dimension] === 1 || from === null) continue;
      const axis = known[from];
      const at = dimension + added;
      if (axis === null) continue;
      if (axes[at] === null) {
        if (axes.includes(axis)) return false;
        axes[at] = axis;
      } else if (axes[at] !== axis) return false;
    }
    return true;
  }

  /** Whether the group would not come to depend on itself through the operation's other inputs. */
  private staysAcyclic(group: Group, operation: Application): boolean {
    return operation.inputs.every((input) => {
      const { base, axes } = this.sources[input];
      const unit = this.unitOf.get(base);
      if (unit === group) return axes !== null;
      return unit === undefined || !unit.reaches(group);
    });
  }

  private join(group: Group, operation: Application, position: number, iteration: AxisMap): void {
    const { primitive } = operation;
    let axes = iteration;
    if (primitive.kind === "reduction") {
      group.reduced ??= reducedAxes(operation, iteration);
      const dropped = operation.attributes.axes;
      axes = iteration.filter((_, at) => !(Array.isArray(dropped) && dropped.includes(at)));
    }
    group.axes.set(position, axes);
    group.iteration.set(position, iteration);
    this.noteLoads(group, operation, iteration);
    this.assign(group, operation, position);
  }

  private noteLoads(group: Group, operation: Application, iteration: AxisMap): void {
    for (const input of operation.inputs) {
      const { base, axes: through } = this.sources[input];
      if (through === null || group.axes.has(base) || group.loaded.has(base)) continue;
      const known = this.operations[base].shape.map<number | null>(() => null);
      const added = iteration.length - through.length;
      through.forEach((from, dimension) => {
        if (from !== null) known[from] = iteration[dimension + added];
      });
      group.loaded.set(base, known);
    }
  }

  private startGroup(operation: Application, position: number): void {
    const shape = this.iterationShape(operation);
    const sizes = shape.filter((size) => size !== 1);
    let next = 0;
    const axes = shape.map((size) => (size === 1 ? null : next++));
    this.join(new Group(sizes), operation, position, axes);
  }

  private assign(unit: Unit, operation: Application, position: number): void {
    unit.members.push(position);
    this.unitOf.set(position, unit);
    for (const input of operation.inputs) {
      const { base, axes } = this.sources[input];
      if (axes === null) unit.wholeInputs.add(base);
      const dependency = this.unitOf.get(base);
      if (dependency) unit.dependOn(dependency);
    }
  }

  /** Merges `other` into `group`, which `operation` of the group joins to it, if the spaces are the same. */
  private tryMerge(group: Group, other: Group, operation: Application, axes: AxisMap): void {
    if (group.sizes.length !== other.sizes.length) return;
    if (group.members.length + other.members.length > mostMembers) return;
    const renamed = this.matchAxes(other, operation, axes);
    if (renamed === null) return;
    const own = group.sizes.map((_, axis) => axis);
    if (this.needsWhole(group, own, other, renamed) || this.needsWhole(other, renamed, group, own)) return;
    const reduced = other.reduced && new Set([...other.reduced].map((axis) => renamed[axis]));
    if (group.reduced && reduced && !sameSet(group.reduced, reduced)) return;
    if (!rowsStayShort(group, reduced)) return;
    for (const unit of other.dependencies) if (unit !== group && unit.reaches(group)) return;
    for (const unit of group.dependencies) if (unit !== other && unit.reaches(other)) return;
    this.merge(group, other, renamed, reduced);
  }

  /**
   * Whether `user` reads a value of `producer` in another order than it is computed in. The names of both groups'
   * axes in the space that they are to share come with them.
   */
  private needsWhole(
    user: Group,
    namesInUser: readonly number[],
    producer: Group,
    namesInProducer: readonly number[],
  ): boolean {
    for (const [member, iteration] of user.iteration) {
      for (const input of inputsOf(this.operations[member])) {
        const { base, axes: through } = this.sources[input];
        const known = producer.axes.get(base);
        if (known === undefined) continue;
        if (through === null) return true;
        const added = iteration.length - through.length;
        const differs = through.some((from, dimension) => {
          const produced = from === null ? null : known[from];
          const used = iteration[dimension + added];
          return produced !== null && used !== null && namesInProducer[produced] !== namesInUser[used];
        });
        if (differs) return true;
      }
    }
    return false;
  }

  /** For each axis of `other` the axis of the operation's group, or null where they do not match one to one. */
  private matchAxes(other: Group, operation: Application, axes: AxisMap): number[] | null {
    const renamed = new Array<number>(other.sizes.length).fill(-1);
    const shape = this.iterationShape(operation);
    for (const input of operation.inputs) {
      const { base, axes: through } = this.sources[input];
      const known = other.axes.get(base);
      if (known === undefined || through === null) continue;
      const inputShape = this.operations[input].shape;
      const added = shape.length - inputShape.length;
      for (let dimension = 0; dimension < inputShape.length; dimension++) {
        const from: number | null = through[dimension];
        const inner = from === null || inputShape[dimension] === 1 ? null : known[from];
        const outer = axes[dimension + added];
        if (inner === null || outer === null) continue;
        if (renamed[inner] !== -1 && renamed[inner] !== outer) return null;
        renamed[inner] = outer;
      }
    }
    return new Set(renamed).size === renamed.length && !renamed.includes(-1) ? renamed : null;
  }

  private merge(
    group: Group,
    other: Group,
    renamed: readonly number[],
    reduced: ReadonlySet<number> | null,
  ): void {
    group.reduced ??= reduced;
    const rename = (axes: AxisMap): AxisMap => axes.map((axis) => (axis === null ? null : renamed[axis]));
    for (const [value, axes] of other.axes) group.axes.set(value, rename(axes));
    for (const [value, axes] of other.iteration) group.iteration.set(value, rename(axes));
    for (const value of other.wholeInputs) group.wholeInputs.add(value);
    for (const [value, axes] of other.loaded)
      if (!group.loaded.has(value)) group.loaded.set(value, rename(axes));
    for (const member of other.members) {
      group.members.push(member);
      this.unitOf.set(member, group);
    }
    group.members.sort((a, b) => a - b);
    for (const unit of other.dependencies) {
      unit.users.delete(other);
      if (unit !== group) group.dependOn(unit);
    }
    for (const unit of other.users) {
      unit.dependencies.delete(other);
      if (unit !== group) unit.dependOn(group);
    }
    group.dependencies.delete(other);
    group.users.delete(other);
  }

  /**
   * An update of a Variable in place should run after the reads of its old value. If that would be a cycle, the
   * update goes through a buffer of its own, which the next passes see to.
   */
  private orderReadsBeforeUpdates(): void {
    const readers = new Map<number, Set<Unit>>();
    for (const [position, unit] of this.unitOf) {
      const operation = this.operations[position];
      if (operation.kind !== "apply") continue;
      for (const input of operation.inputs) {
        const leaf = this.operations[this.sources[input].base];
        if (leaf.kind !== "cell") continue;
        const units = readers.get(leaf.slot) ?? new Set<Unit>();
        readers.set(leaf.slot, units.add(unit));
      }
    }
    for (const { cell, value } of this.updates) {
      const writer = this.unitOf.get(this.sources[value].base);
      if (!writer) continue;
      for (const reader of readers.get(cell) ?? []) {
        if (reader !== writer && !reader.reaches(writer)) writer.dependOn(reader);
      }
    }
  }
}

/** Groups that meet in an operation may need each other's reductions, and so read their rows again. */
function rowsStayShort(group: Group, reduced: ReadonlySet<number> | null): boolean {
  const combined = group.reduced ?? reduced;
  if (combined === null) return true;
  let inner = 1;
  for (const axis of combined) inner *= group.sizes[axis];
  return inner <= longestRowReadTwice;
}

function bindBySize(group: Group, axes: (number | null)[], shape: readonly number[]): boolean {
  const preferReduced = (a: number, b: number): number =>
    Number(group.reduced?.has(b) ?? false) - Number(group.reduced?.has(a) ?? false);
  for (let at = 0; at < shape.length; at++) {
    if (shape[at] === 1 || axes[at] !== null) continue;
    const free = group.sizes
      .map((_, axis) => axis)
      .filter((axis) => group.sizes[axis] === shape[at] && !axes.includes(axis))
      .sort(preferReduced);
    if (free.length === 0) return false;
    axes[at] = free[0];
  }
  return true;
}

/** The axes that a reduction combines, given those that it iterates over; null where one of them is not there. */
function reducedAxes(operation: Application, iteration: AxisMap): ReadonlySet<number> | null {
  const { axes } = operation.attributes;
  const reduced = new Set<number>();
  if (!Array.isArray(axes)) return null;
  for (const dimension of axes) {
    const axis = iteration[Number(dimension)];
    if (axis !== null) reduced.add(axis);
  }
  return reduced;
}

function sameSet(left: ReadonlySet<number>, right: ReadonlySet<number>): boolean {
  return left.size === right.size && [...left].every((item) => right.has(item));
}

/** Dependencies first; among those that are ready, the one whose last member is the oldest. */
function orderUnits(units: ReadonlySet<Unit>): Unit[] {
  const order: Unit[] = [];
  const waitsFor = new Map<Unit, number>();
  const ready: Unit[] = [];
  const priority = (unit: Unit): number => unit.members[unit.members.length - 1];
  const push = (unit: Unit): void => {
    let low = 0;
    let high = ready.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (priority(ready[middle]) < priority(unit)) high = middle;
      else low = middle + 1;
    }
    ready.splice(low, 0, unit);
  };
  for (const unit of units) {
    waitsFor.set(unit, unit.dependencies.size);
    if (unit.dependencies.size === 0) push(unit);
  }
  for (let unit = ready.pop(); unit; unit = ready.pop()) {
    order.push(unit);
    for (const user of unit.users) {
      const left = (waitsFor.get(user) ?? 0) - 1;
      waitsFor.set(user, left);
      if (left === 0) push(user);
    }
  }
  return order;
}
