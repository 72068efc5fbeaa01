/** Drawn kernels: shapes, strides, dtypes and stages at random, for comparison with the interpreter. */
import type { Instruction, Kernel, Program, ProgramBuffer, Stage, View } from "../../../compiler/program.ts";
import {
  allocateArray,
  type DType,
  dtypes,
  isFloat,
  isHalf,
  roundTo,
  type TypedArray,
} from "../../../dtype.ts";
import type { Accumulation, ElementwisePrimitive } from "../../../primitives/primitive.ts";
import { elementwisePrimitives } from "../../../primitives/table.ts";
import { type Shape, sizeOf } from "../../../shape.ts";

/** Numbers from a seed, the same in every run. G. Steele, D. Lea, C. Flood, "Fast splittable generators" (2014). */
export class Draw {
  private state: number;

  constructor(seed: number) {
    this.state = seed;
  }

  /** In [0, 1). */
  uniform(): number {
    this.state = (this.state + 0x9e3779b9) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  }

  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  of<T>(values: readonly T[]): T {
    return values[this.below(values.length)];
  }

  shuffled<T>(values: readonly T[]): T[] {
    const result = [...values];
    for (let end = result.length - 1; end > 0; end--) {
      const other = this.below(end + 1);
      [result[end], result[other]] = [result[other], result[end]];
    }
    return result;
  }

  values(dtype: DType, length: number): TypedArray {
    const array = allocateArray(dtype, length);
    for (let position = 0; position < length; position++) {
      if (dtype === "bool") array[position] = this.below(2);
      else if (dtype === "uint8") array[position] = this.below(256);
      else if (dtype === "int32") array[position] = this.below(41) - 20;
      else array[position] = roundTo(dtype, this.uniform() * 4 - 2);
    }
    return array;
  }
}

const sizes = [1, 1, 2, 3, 4, 5, 7, 8, 13, 16, 17, 19, 32, 37];
const accumulations: readonly Accumulation[] = ["sum", "product", "maximum", "minimum"];
const exactNames = ["add", "sub", "mul", "maximum", "minimum", "neg", "abs"] as const;
const equalityNames = ["equal", "notEqual"] as const;
const comparisonNames = ["less", "lessEqual", "equal", "notEqual"] as const;

/** A value of a stage, and whether the interpreter knows it to the last bit. */
interface Known {
  readonly position: number;
  readonly dtype: DType;
  readonly exact: boolean;
}

export interface DrawnProgram {
  readonly program: Program;
  readonly cells: readonly TypedArray[];
  readonly scalars: readonly number[];
}

/** A program of one kernel, whose buffers are all cells. */
export function drawKernel(seed: number): DrawnProgram {
  return new KernelDraw(new Draw(seed)).program();
}

class KernelDraw {
  private readonly draw: Draw;
  private readonly buffers: ProgramBuffer[] = [];
  private readonly cells: TypedArray[] = [];
  private readonly scalars: number[] = [];
  private readonly registers: { dtype: DType; exact: boolean }[] = [];
  private readonly outer: Shape;
  private readonly inner: Shape;
  private readonly vectorAxis: "outer" | "inner";
  /** Views written by earlier stages at every element of the kernel. */
  private readonly written: { view: View; dtype: DType; exact: boolean }[] = [];

  constructor(draw: Draw) {
    this.draw = draw;
    this.outer = this.shape(3);
    // Sizes are bounded together, for the interpreter is slow.
    const inner = draw.chance(0.7) ? this.shape(2) : [];
    this.inner = sizeOf(this.outer) * sizeOf(inner) > 4000 ? inner.slice(0, 1) : inner;
    this.vectorAxis = draw.chance(0.5) ? "outer" : "inner";
  }

  program(): DrawnProgram {
    const count = 1 + this.draw.below(3);
    const stages = Array.from({ length: count }, () => this.stage(this.draw.chance(0.6) ? "element" : "row"));
    const kernel: Kernel = {
      kind: "kernel",
      name: "drawn",
      outer: this.outer,
      inner: this.inner,
      vectorAxis: this.vectorAxis,
      stages,
      registers: this.registers.map(({ dtype }) => dtype),
    };
    return {
      program: {
        buffers: this.buffers,
        steps: [kernel],
        outputs: [],
        scalarCount: this.scalars.length,
        scratchBytes: 0,
      },
      cells: this.cells,
      scalars: this.scalars,
    };
  }

  private shape(mostDimensions: number): number[] {
    const rank = this.draw.below(mostDimensions + 1);
    const shape = Array.from({ length: rank }, () => (this.draw.chance(0.02) ? 0 : this.draw.of(sizes)));
    if (rank === 1 && this.draw.chance(0.1)) return [1000 + this.draw.below(2000)];
    return sizeOf(shape) > 600 ? shape.slice(0, 1) : shape;
  }

  private stage(scope: "element" | "row"): Stage {
    const instructions: Instruction[] = [];
    const known: Known[] = [];
    const push = (step: Instruction, exact = true): void => {
      known.push({ position: instructions.length, dtype: step.dtype, exact });
      instructions.push(step);
    };
    const rank = this.outer.length + this.inner.length;
    const usable = scope === "row" ? this.outer.length : rank;
    const loads = 1 + this.draw.below(3);
    for (let load = 0; load < loads; load++) {
      const dtype = this.draw.of(dtypes);
      push({ kind: "load", dtype, view: this.newView(dtype, usable, 0.75) });
    }
    if (scope === "element" && this.written.length > 0 && this.draw.chance(0.5)) {
      const { view, dtype, exact } = this.draw.of(this.written);
      push({ kind: "load", dtype, view }, exact);
    }
    this.registers.forEach(({ dtype, exact }, register) => {
      if (this.draw.chance(0.7)) push({ kind: "register", register, dtype }, exact);
    });
    if (this.draw.chance(0.4)) {
      const dtype = this.draw.of(dtypes);
      push({ kind: "literal", dtype, value: dtype === "bool" ? this.draw.below(2) : this.draw.below(7) - 3 });
    }
    if (this.draw.chance(0.3)) {
      push({
        kind: "scalar",
        dtype: this.draw.of(["float32", "float64", "int32"]),
        slot: this.scalars.length,
      });
      this.scalars.push(this.draw.below(9) / 2);
    }
    if (this.draw.chance(0.3)) this.pushAffine(push, usable, rank);
    const applications = this.draw.below(7);
    for (let count = 0; count < applications; count++) this.pushApplication(known, push);

    const stores = this.stores(scope, instructions, known, usable);
    const isElement = scope === "element";
    const reductions = isElement && this.draw.chance(0.8) ? this.reductions(known) : [];
    const registers = isElement ? [] : this.keep(known);
    return { scope, instructions, stores, reductions, registers };
  }

  private pushAffine(push: (step: Instruction) => void, usable: number, rank: number): void {
    const whole = this.draw.chance(0.5);
    const steps = Array.from({ length: rank }, (_, axis) =>
      axis < usable && this.draw.chance(0.6) ? (whole ? this.draw.below(5) - 2 : 0.375) : 0,
    );
    const dtype = whole ? this.draw.of(dtypes) : this.draw.of(["float32", "float64"] as const);
    push({ kind: "affine", dtype, start: this.draw.below(5) - 2 + (whole ? 0 : 0.125), steps });
  }

  private pushApplication(known: readonly Known[], push: (step: Instruction, exact: boolean) => void): void {
    const first = this.draw.of(known);
    const alike = known.filter(({ dtype }) => dtype === first.dtype);
    const second = this.draw.of(alike);
    const apply = (primitive: ElementwisePrimitive, operands: Known[], dtype: DType, exact: boolean): void =>
      push(
        {
          kind: "apply",
          primitive,
          attributes: primitive.name === "cast" ? { dtype } : {},
          operands: operands.map(({ position }) => position),
          dtype,
        },
        exact,
      );
    const exact = first.exact && second.exact;
    const kind = this.draw.below(4);
    if (kind === 0) {
      const to = this.draw.of(dtypes);
      if (isFloat(to) || first.exact) apply(elementwisePrimitives.cast, [first], to, first.exact);
    } else if (kind === 1) {
      const names = first.dtype === "bool" ? equalityNames : comparisonNames;
      if (exact) apply(elementwisePrimitives[this.draw.of(names)], [first, second], "bool", true);
    } else if (kind === 2) {
      const conditions = known.filter(({ dtype }) => dtype === "bool");
      if (conditions.length > 0) {
        apply(elementwisePrimitives.where, [this.draw.of(conditions), first, second], first.dtype, exact);
      }
    } else if (first.dtype !== "bool") {
      const primitive = elementwisePrimitives[this.draw.of(exactNames)];
      apply(primitive, primitive.arity === 1 ? [first] : [first, second], first.dtype, exact);
    }
  }

  private stores(scope: Stage["scope"], instructions: Instruction[], known: Known[], usable: number) {
    const stores: Stage["stores"][number][] = [];
    const count = 1 + this.draw.below(2);
    const taken = new Set<number>();
    for (let store = 0; store < count; store++) {
      const { position, dtype, exact } = this.draw.of(known);
      // In place of one of the operands, where one covers all that the stage visits.
      const target = instructions.find(
        (step) =>
          step.kind === "load" &&
          step.dtype === dtype &&
          !taken.has(step.view.buffer) &&
          !this.written.some(({ view }) => view.buffer === step.view.buffer) &&
          [...this.outer, ...this.inner].every(
            (size, axis) => size === 1 || axis >= usable || step.view.strides[axis] !== 0,
          ),
      );
      const inPlace = target?.kind === "load" && this.draw.chance(0.4);
      const view = inPlace ? target.view : this.newView(dtype, usable, 1);
      taken.add(view.buffer);
      stores.push({ value: position, view });
      if (scope === "element") this.written.push({ view, dtype, exact });
    }
    return stores;
  }

  private reductions(all: readonly Known[]) {
    // The compiler has cast those of 16 bits.
    const known = all.filter(({ dtype }) => !isHalf(dtype));
    if (known.length === 0) return [];
    return Array.from({ length: 1 + this.draw.below(2) }, () => {
      const { position, dtype, exact } = this.draw.of(known);
      const accumulation =
        dtype === "bool" ? this.draw.of(["maximum", "minimum"] as const) : this.draw.of(accumulations);
      const rounds = isFloat(dtype) && (accumulation === "sum" || accumulation === "product");
      this.registers.push({ dtype, exact: exact && !rounds });
      return { value: position, accumulation, register: this.registers.length - 1 };
    });
  }

  private keep(known: readonly Known[]) {
    if (this.draw.chance(0.5)) return [];
    const { position, dtype, exact } = this.draw.of(known);
    this.registers.push({ dtype, exact });
    return [{ value: position, register: this.registers.length - 1 }];
  }

  /** A new buffer seen through a layout that walks along each of the first `usable` dimensions, or most of them. */
  private newView(dtype: DType, usable: number, coverage: number): View {
    const extents = [...this.outer, ...this.inner];
    const strides = extents.map(() => 0);
    const axes = extents.map((_, axis) => axis).filter((axis) => axis < usable && this.draw.chance(coverage));
    // Mostly in the order of the dimensions, so that the last one is contiguous.
    const order = this.draw.chance(0.7) ? axes : this.draw.shuffled(axes);
    let length = this.draw.chance(0.15) ? 2 : 1;
    let offset = this.draw.chance(0.2) ? this.draw.below(4) : 0;
    for (const axis of [...order].reverse()) {
      const size = extents[axis];
      const backwards = this.draw.chance(0.1) && size > 0;
      strides[axis] = backwards ? -length : length;
      if (backwards) offset += (size - 1) * length;
      length *= this.draw.chance(0.1) ? size + 1 : size;
    }
    const last = strides.reduce(
      (sum, stride, axis) => sum + Math.max(0, stride) * Math.max(0, extents[axis] - 1),
      offset,
    );
    const total = last + 1 + this.draw.below(3);
    this.buffers.push({ dtype, length: total, role: { kind: "cell", slot: this.cells.length } });
    this.cells.push(this.draw.values(dtype, total));
    return { buffer: this.buffers.length - 1, offset, strides };
  }
}
