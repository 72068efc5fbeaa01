/**
 * The units of a schedule while it is being made: fused groups of operations that become one kernel, and single
 * operations that become a routine or a few copies. They form a graph without cycles.
 */
import type { Shape } from "../shape.ts";

/** For each dimension of a value the axis of its group's iteration space, or null for a size of 1. */
export type AxisMap = readonly (number | null)[];

export class Unit {
  readonly members: number[] = [];
  /** Values that must be in memory, complete, before the unit runs. */
  readonly wholeInputs = new Set<number>();
  readonly dependencies = new Set<Unit>();
  readonly users = new Set<Unit>();
  /** More than the level of any dependency: a unit never depends on one of its own level or above. */
  level = 0;

  dependOn(unit: Unit): void {
    if (unit === this) return;
    this.dependencies.add(unit);
    unit.users.add(this);
    this.riseAbove(unit.level);
  }

  /** Whether it depends on `other`, at once or through others. */
  reaches(other: Unit): boolean {
    if (this.level <= other.level) return this === other;
    const visited = new Set<Unit>();
    const stack: Unit[] = [this];
    for (let unit = stack.pop(); unit; unit = stack.pop()) {
      if (unit === other) return true;
      for (const dependency of unit.dependencies) {
        if (dependency.level >= other.level && !visited.has(dependency)) {
          visited.add(dependency);
          stack.push(dependency);
        }
      }
    }
    return false;
  }

  private riseAbove(level: number): void {
    if (this.level > level) return;
    const raised: Unit[] = [this];
    this.level = level + 1;
    for (let unit = raised.pop(); unit; unit = raised.pop()) {
      for (const user of unit.users) {
        if (user.level <= unit.level) {
          user.level = unit.level + 1;
          raised.push(user);
        }
      }
    }
  }
}

/** Operations that run in one loop nest over common axes. */
export class Group extends Unit {
  /** The sizes of the axes of the iteration space. */
  readonly sizes: number[];
  /** The axes that the group's reductions combine; null while it has none. */
  reduced: ReadonlySet<number> | null = null;
  /** How each member's dimensions lie in the iteration space. */
  readonly axes = new Map<number, AxisMap>();
  /** How the dimensions that a member loops over do: a reduction's input has more than its result. */
  readonly iteration = new Map<number, AxisMap>();
  /** How values that are loaded lie in it, as far as known. */
  readonly loaded = new Map<number, AxisMap>();

  constructor(sizes: Shape) {
    super();
    this.sizes = [...sizes];
  }

  /** Whether the axes are all of the iteration space: a value of every element. */
  isFull(axes: AxisMap): boolean {
    return count(axes) === this.sizes.length;
  }

  /** Whether the axes are all that are not reduced: a value of every row. */
  isRow(axes: AxisMap): boolean {
    const { reduced } = this;
    if (reduced === null) return false;
    return (
      count(axes) === this.sizes.length - reduced.size &&
      !axes.some((axis) => axis !== null && reduced.has(axis))
    );
  }

  /** The number of elements that a row's stages loop over. */
  get innerSize(): number {
    let size = 1;
    for (const axis of this.reduced ?? []) size *= this.sizes[axis];
    return size;
  }
}

function count(axes: AxisMap): number {
  return axes.reduce<number>((sum, axis) => sum + (axis === null ? 0 : 1), 0);
}
