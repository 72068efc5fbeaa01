/**
 * Draws recipes whose values are small integers, whatever their dtype, so that every order of summation gives the
 * same and results can be compared to the last bit.
 */
import type { DType } from "../../dtype.ts";
import type { Attributes } from "../../graph/attributes.ts";
import type { TensorType } from "../../graph/node.ts";
import type { Primitive } from "../../primitives/primitive.ts";
import { type PrimitiveName, primitives } from "../../primitives/table.ts";
import { reducedShape, type Shape, sameShape, sizeOf } from "../../shape.ts";
import { type Draw, filled } from "../../testing/draw.ts";
import type { KnownValues, Recipe, Statement } from "./recipe.ts";

/** A value of the recipe, and the largest magnitude that its elements may have. */
interface DrawnValue extends TensorType {
  readonly bound: number;
}

/** How often each kind of step is drawn, relative to the others. */
export interface StepWeights {
  readonly unary: number;
  readonly binary: number;
  readonly choice: number;
  readonly reduction: number;
  /** An element against a reduction of its own row. */
  readonly normalization: number;
  readonly movement: number;
  /** A value against another arrangement of itself. */
  readonly rearrangement: number;
  readonly assembly: number;
  readonly product: number;
  /** Rows that a backend has routines for. */
  readonly routine: number;
  readonly generator: number;
  readonly data: number;
  readonly read: number;
  readonly assign: number;
  /** A Variable made anew from what some Variables hold. */
  readonly update: number;
  /** A value that is asked for in the middle, which cannot be done within a trace. */
  readonly evaluate: number;
}

export interface RecipeOptions {
  readonly operations: number;
  readonly weights: StepWeights;
  readonly dtypes: readonly DType[];
  /** The sizes that dimensions have. */
  readonly sizes: readonly number[];
  readonly mostElements: number;
}

const stepKinds = [
  "unary",
  "binary",
  "choice",
  "reduction",
  "normalization",
  "movement",
  "rearrangement",
  "assembly",
  "product",
  "routine",
  "generator",
  "data",
  "read",
  "assign",
  "update",
  "evaluate",
] as const satisfies readonly (keyof StepWeights)[];

/** Beyond this, sums of float32 would be rounded. */
const largestBound = 2 ** 20;

export function drawRecipe(draw: Draw, options: RecipeOptions): Recipe {
  return new RecipeDraw(draw, options).recipe();
}

class RecipeDraw {
  private readonly values: DrawnValue[] = [];
  private readonly statements: Statement[] = [];
  private readonly variables: KnownValues[] = [];
  private readonly draw: Draw;
  private readonly options: RecipeOptions;
  /** Shapes that many values have, so that they meet. */
  private readonly shapes: readonly Shape[];

  constructor(draw: Draw, options: RecipeOptions) {
    this.draw = draw;
    this.options = options;
    this.shapes = [this.shape(), this.shape()];
  }

  recipe(): Recipe {
    const { draw } = this;
    const common: TensorType = { shape: this.shapes[0], dtype: draw.of(this.options.dtypes) };
    const count = draw.between(1, 4);
    for (let index = 0; index < count; index++) {
      this.variables.push(draw.chance(0.7) ? this.known(common) : this.known());
    }
    this.data();
    this.read();
    for (let operation = 0; operation < this.options.operations; operation++) this.step();
    const numbers = this.values.map((_, index) => index);
    const last = draw.shuffled(numbers.slice(-10)).slice(0, draw.between(1, 6));
    const others = draw.shuffled(numbers).slice(0, draw.below(3));
    const results = [last, others].filter((group) => group.length > 0);
    const { variables, statements } = this;
    return { variables, statements, results, isSettled: draw.chance(0.8) };
  }

  private step(): void {
    const steps: Record<keyof StepWeights, () => unknown> = {
      unary: () => this.unary(),
      binary: () => this.binary(),
      choice: () => this.choice(),
      reduction: () => this.reduction(),
      normalization: () => this.normalization(),
      movement: () => this.movement(),
      rearrangement: () => this.rearrangement(),
      assembly: () => this.assembly(),
      product: () => this.product(),
      routine: () => this.routine(),
      generator: () => this.generator(),
      data: () => this.data(),
      read: () => this.read(),
      assign: () => this.assign(),
      update: () => this.update(),
      evaluate: () => this.evaluate(),
    };
    steps[this.kind()]();
  }

  private kind(): keyof StepWeights {
    const entries = stepKinds.map((kind) => ({ kind, weight: this.options.weights[kind] }));
    let left = this.draw.uniform() * entries.reduce((sum, { weight }) => sum + weight, 0);
    for (const { kind, weight } of entries) {
      left -= weight;
      if (left < 0) return kind;
    }
    return "binary";
  }

  private evaluate(): void {
    const chosen = Array.from({ length: this.draw.between(1, 2) }, () => this.any());
    this.statements.push({ kind: "evaluate", values: chosen });
  }

  // Leaves

  private shape(): Shape {
    const { draw, options } = this;
    const shape = Array.from({ length: draw.of([0, 1, 1, 2, 2, 2, 3, 3, 4]) }, () => draw.of(options.sizes));
    // Equal dimensions can be mistaken for each other.
    if (draw.chance(0.4)) shape.fill(draw.of(options.sizes), 0, 2);
    while (sizeOf(shape) > options.mostElements) shape.pop();
    return shape;
  }

  private known(given?: TensorType): KnownValues {
    const { draw } = this;
    const shape = draw.chance(0.7) ? draw.of(this.shapes) : this.shape();
    const type = given ?? { dtype: draw.of(this.options.dtypes), shape };
    return { type, values: filled(type.dtype, type.shape, () => this.element(type.dtype)) };
  }

  private element(dtype: DType): number {
    if (dtype === "bool") return this.draw.below(2);
    return dtype === "uint8" ? this.draw.below(10) : this.draw.between(-9, 9);
  }

  private data(type?: TensorType): number {
    const data = this.known(type);
    this.statements.push({ kind: "data", data });
    return this.push({ ...data.type, bound: 9 });
  }

  private read(variable = this.draw.below(this.variables.length)): number {
    this.statements.push({ kind: "read", variable });
    // What was assigned is bounded by `assign`.
    return this.push({ ...this.variables[variable].type, bound: 9 });
  }

  /** A Variable made anew from what some Variables hold, perhaps in another order or place. */
  private update(): void {
    const { draw } = this;
    const target = draw.below(this.variables.length);
    const { shape, dtype } = this.variables[target].type;
    const operands = Array.from({ length: draw.between(1, 2) }, () => this.read());
    if (draw.chance(0.6)) operands[0] = this.read(target);
    if (draw.chance(0.3)) operands[0] = this.movement(operands[0]);
    if (draw.chance(0.2)) operands[0] = this.normalization(operands[0]);
    const fitting = operands.map((operand) => this.withDType(this.withShape(operand, shape), dtype));
    const value = fitting.length === 1 ? fitting[0] : this.binary(fitting[0], fitting[1]);
    this.assign(target, draw.chance(0.8) ? value : undefined);
    if (draw.chance(0.3)) this.assign(draw.below(this.variables.length), value);
  }

  private assign(variable = this.draw.below(this.variables.length), given?: number): void {
    const { draw } = this;
    const { dtype, shape } = this.variables[variable].type;
    const fitting = this.values.flatMap((value, index) => {
      return value.dtype === dtype && sameShape(value.shape, shape) && value.bound <= 9 ? [index] : [];
    });
    // As it is, and so perhaps a leaf or another Variable's value; or computed from any that has the shape.
    const direct = given === undefined && fitting.length > 0 && draw.chance(0.6);
    const source = given ?? this.any();
    const value = direct
      ? draw.of(fitting)
      : this.clipped(this.withDType(this.withShape(source, shape), dtype));
    this.statements.push({ kind: "assign", variable, value });
  }

  private generator(): number {
    const { draw } = this;
    const dtype = draw.of(["float32", "float64", "int32"] as const);
    if (draw.chance(0.3)) return this.apply("literal", [], { value: draw.between(-9, 9), dtype }, 9);
    const length = draw.of(this.options.sizes);
    const step = draw.of([1, 2, -1]);
    const start = draw.between(-5, 5);
    return this.apply("range", [], { start, step, length, dtype }, 5 + 2 * length);
  }

  // Operations

  private unary(): number {
    const x = this.any();
    if (this.draw.chance(0.5)) return this.withDType(x, this.draw.of(this.options.dtypes));
    const number = this.numeric(x);
    return this.apply(
      this.draw.of(["neg", "abs", "sign", "stopGradient"] as const),
      [number],
      {},
      this.bound(number),
    );
  }

  private binary(x = this.any(), given?: number): number {
    const { draw } = this;
    const partner = given ?? (draw.chance(0.2) ? this.scalarLike(x) : this.partnerOf(x));
    const operands = draw.chance(0.5) ? [x, partner] : [partner, x];
    const kind = draw.below(8);
    if (kind === 0) return this.apply(draw.of(["equal", "notEqual"] as const), operands, {}, 1);
    const [left, right] = operands.map((each) => this.numeric(each));
    if (kind === 1) return this.apply(draw.of(["less", "lessEqual"] as const), [left, right], {}, 1);
    if (kind === 2)
      return this.apply("mul", this.boundedTo(1000, left, right), {}, this.bound(left) * this.bound(right));
    const bound = this.bound(left) + this.bound(right);
    return this.apply(
      draw.of(["add", "sub", "add", "maximum", "minimum"] as const),
      [left, right],
      {},
      bound,
    );
  }

  /** A value against what another place of it became, its transpose, or every one of its elements. */
  private rearrangement(): number {
    const { draw } = this;
    const x = this.any();
    const { shape } = this.values[x];
    if (draw.chance(0.4)) {
      // A value beside what another place of it has become.
      const made = this.binary(x, this.scalarLike(x));
      const moved = this.binary(this.withShape(this.movement(made), this.values[made].shape));
      return this.binary(
        made,
        this.withDType(this.fitInto(moved, this.values[made].shape), this.values[made].dtype),
      );
    }
    const [rows, columns] = shape.slice(-2);
    if (shape.length === 2 && rows === columns) {
      return this.binary(x, this.apply("transpose", [x], { permutation: [1, 0] }, this.bound(x)));
    }
    const count = sizeOf(shape);
    if (count * count > this.options.mostElements) return x;
    const across = draw.chance(0.8) ? [count, 1] : [1, count];
    const column = this.apply("reshape", [x], { shape: across }, this.bound(x));
    return this.binary(column, this.apply("reshape", [x], { shape: [1, count] }, this.bound(x)));
  }

  /** Rows that a backend has routines for, some of which need their operands contiguous. */
  private routine(): number {
    const { draw } = this;
    const x = this.any();
    const { shape } = this.values[x];
    const count = sizeOf(shape);
    if (draw.chance(0.3) && count >= 4) {
      const state = this.withDType(this.withShape(this.integers(), [4]), "int32");
      return this.apply("randomBits", [state], { shape }, 2 ** 31);
    }
    const length = shape[shape.length - 1] ?? 1;
    const table = this.apply(
      "reshape",
      [x],
      { shape: [length === 0 ? 1 : count / length, length, 1] },
      this.bound(x),
    );
    if (draw.chance(0.3)) {
      return this.apply(
        "cumulate",
        [table],
        { accumulation: draw.of(["maximum", "minimum"]) },
        this.bound(x),
      );
    }
    const indices = this.withDType(this.withShape(this.integers(), [1, draw.between(1, 5)]), "int32");
    return this.apply("gather", [table, indices], { missing: "zero" }, this.bound(x));
  }

  /** An int32 value, so that parts of it need no conversion that would make them contiguous. */
  private integers(): number {
    const { draw } = this;
    const found = this.values.flatMap(({ dtype, bound }, index) =>
      dtype === "int32" && bound <= 9 ? [index] : [],
    );
    return found.length > 0 ? draw.of(found) : this.data({ dtype: "int32", shape: [draw.between(4, 12)] });
  }

  private choice(): number {
    const x = this.any();
    const y = this.partnerOf(x);
    const condition = this.withDType(this.fitInto(this.any(), this.values[x].shape), "bool");
    return this.apply("where", [condition, x, y], {}, Math.max(this.bound(x), this.bound(y)));
  }

  private reduction(): number {
    const { draw } = this;
    const x = this.any();
    return this.reduce(draw.of(["sum", "sum", "max", "min", "prod"] as const), x, this.axes(x));
  }

  private axes(x: number): number[] {
    const { shape } = this.values[x];
    const one = this.draw.below(shape.length);
    return shape.flatMap((_, axis) => (axis === one || this.draw.chance(0.2) ? [axis] : []));
  }

  private reduce(name: "sum" | "max" | "min" | "prod", x: number, axes: readonly number[]): number {
    const { shape } = this.values[x];
    const count = sizeOf(axes.map((axis) => shape[axis]));
    if (name === "max" || name === "min") {
      // An extremum of nothing is no small integer.
      return count === 0 ? x : this.apply(name, [x], { axes }, this.bound(x));
    }
    const number = this.numeric(x);
    if (name === "prod") return this.apply(name, [this.apply("sign", [number], {}, 1)], { axes }, 1);
    const [small] = this.boundedTo(largestBound / Math.max(count, 1), number);
    return this.apply(name, [small], { axes }, this.bound(small) * Math.max(count, 1));
  }

  /** An element against a reduction of its own row, as in a softmax. */
  private normalization(given = this.any()): number {
    const { draw } = this;
    const x = this.numeric(given);
    const { shape } = this.values[x];
    if (sizeOf(shape) === 0) return x;
    const axes = this.axes(x);
    const reduced = this.reduce(draw.of(["sum", "max", "min"] as const), x, axes);
    if (this.values[reduced].dtype !== this.values[x].dtype) return reduced;
    const kept = this.apply(
      "reshape",
      [reduced],
      { shape: reducedShape(shape, axes, true) },
      this.bound(reduced),
    );
    const [left, right] = this.boundedTo(1000, x, kept);
    const spread = this.apply("broadcastTo", [right], { shape }, this.bound(right));
    return this.apply(
      draw.of(["sub", "mul", "maximum"] as const),
      [left, spread],
      {},
      this.bound(left) * this.bound(spread) + this.bound(left) + this.bound(spread),
    );
  }

  private movement(x = this.any()): number {
    const { draw } = this;
    const { shape } = this.values[x];
    switch (draw.below(4)) {
      case 0:
        return this.apply(
          "transpose",
          [x],
          { permutation: draw.shuffled(shape.map((_, axis) => axis)) },
          this.bound(x),
        );
      case 1:
        return this.apply("reshape", [x], { shape: this.regrouped(shape) }, this.bound(x));
      case 2: {
        const wider = [...Array.from({ length: draw.below(2) }, () => draw.between(1, 3)), ...shape].map(
          (size) => (size === 1 && draw.chance(0.5) ? draw.of(this.options.sizes) : size),
        );
        if (sizeOf(wider) > this.options.mostElements || wider.length > 5) return x;
        return this.apply("broadcastTo", [x], { shape: wider }, this.bound(x));
      }
      default:
        return this.sliced(x);
    }
  }

  private sliced(x: number): number {
    const { draw } = this;
    const windows = this.values[x].shape.map((length) => {
      if (length === 0 || draw.chance(0.4)) return { begin: 0, size: length, step: 1 };
      const begin = draw.below(length);
      const step = draw.of([1, 1, 2, -1, -2]);
      const room = step > 0 ? length - 1 - begin : begin;
      return {
        begin,
        step,
        size: draw.between(draw.chance(0.05) ? 0 : 1, Math.floor(room / Math.abs(step)) + 1),
      };
    });
    const attributes = {
      begin: windows.map(({ begin }) => begin),
      size: windows.map(({ size }) => size),
      step: windows.map(({ step }) => step),
    };
    return this.apply("slice", [x], attributes, this.bound(x));
  }

  private regrouped(shape: Shape): Shape {
    const { draw } = this;
    if (draw.chance(0.3)) return [sizeOf(shape)];
    const result = [...shape];
    const place = draw.below(result.length + 1);
    if (result.length > 1 && place < result.length - 1 && draw.chance(0.6)) {
      result.splice(place, 2, result[place] * result[place + 1]);
    } else {
      const factor = [5, 4, 3, 2, 1].find((each) => (result[place] ?? 1) % each === 0) ?? 1;
      if (place < result.length && result.length < 5) result.splice(place, 1, factor, result[place] / factor);
    }
    return result;
  }

  private assembly(): number {
    const { draw } = this;
    const x = this.any();
    const { shape, dtype } = this.values[x];
    if (draw.chance(0.5)) {
      const count = () => shape.map(() => draw.of([0, 0, 1, 2]));
      const attributes = { before: count(), after: count(), interior: count(), value: draw.of([0, 1]) };
      return this.apply("pad", [x], attributes, Math.max(1, this.bound(x)));
    }
    if (shape.length === 0) return x;
    const axis = draw.below(shape.length);
    const others = Array.from({ length: draw.between(1, 2) }, () => {
      const other = this.withDType(this.withShape(this.any(), shape), dtype);
      return draw.chance(0.5) ? this.sliceAlong(other, axis) : other;
    });
    const inputs = draw.shuffled([x, ...others]);
    return this.apply("concat", inputs, { axis }, Math.max(...inputs.map((input) => this.bound(input))));
  }

  private sliceAlong(x: number, axis: number): number {
    const { shape } = this.values[x];
    const size = shape.map((length, at) => (at === axis ? Math.ceil(length / 2) : length));
    return this.apply(
      "slice",
      [x],
      { begin: shape.map(() => 0), size, step: shape.map(() => 1) },
      this.bound(x),
    );
  }

  private product(): number {
    const { draw } = this;
    const x = this.numeric(this.any());
    const { shape, dtype } = this.values[x];
    if (shape.length < 2) return x;
    const inner = shape[shape.length - 1];
    const columns = draw.of(this.options.sizes);
    const right = this.withDType(
      this.withShape(this.any(), draw.chance(0.5) ? [inner, columns] : [columns, inner]),
      dtype,
    );
    const flipped =
      this.values[right].shape[0] === inner
        ? right
        : this.apply("transpose", [right], { permutation: [1, 0] }, this.bound(right));
    const largest = Math.sqrt(largestBound / Math.max(inner, 1));
    const operands = this.boundedTo(largest, x, flipped);
    return this.apply(
      "matmul",
      operands,
      {},
      operands.reduce((bound, each) => bound * this.bound(each), Math.max(inner, 1)),
    );
  }

  // Operands that fit

  /** One of the values, the newest ones more often. */
  private any(): number {
    const { draw, values } = this;
    const chosen = draw.chance(0.6)
      ? Math.max(0, values.length - 1 - draw.below(5))
      : draw.below(values.length);
    return this.bound(chosen) <= 2 * largestBound ? chosen : this.reduced(chosen);
  }

  private bound(x: number): number {
    const { bound, dtype } = this.values[x];
    if (dtype === "bool") return 1;
    return dtype === "uint8" ? 255 : bound;
  }

  private numeric(x: number): number {
    return this.values[x].dtype === "bool" ? this.withDType(x, "float32") : x;
  }

  private withDType(x: number, dtype: DType): number {
    if (this.values[x].dtype === dtype) return x;
    return this.apply("cast", [x], { dtype }, this.bound(x));
  }

  /** A number of x's dtype that is part of the program. */
  private scalarLike(x: number): number {
    const { dtype } = this.values[x];
    const value = dtype === "bool" ? this.draw.below(2) : this.draw.between(dtype === "uint8" ? 0 : -7, 7);
    return this.apply("literal", [], { value, dtype }, 7);
  }

  /** Another value of x's dtype whose shape broadcasts to x's. */
  private partnerOf(x: number): number {
    const { shape, dtype } = this.values[x];
    return this.withDType(this.fitInto(this.any(), shape), dtype);
  }

  /** The value if it broadcasts to the shape, or else a part of it that does. */
  private fitInto(x: number, shape: Shape): number {
    const own = this.values[x].shape;
    const added = shape.length - own.length;
    const fits = added >= 0 && own.every((size, axis) => size === 1 || size === shape[axis + added]);
    return fits ? x : this.withShape(x, shape);
  }

  /** As many of the value's elements as the shape has, in its shape: sliced or repeated as need be. */
  private withShape(x: number, shape: Shape): number {
    const own = this.values[x].shape;
    if (sameShape(own, shape)) return x;
    const [size, wanted] = [sizeOf(own), sizeOf(shape)];
    const bound = this.bound(x);
    if (size === wanted) return this.apply("reshape", [x], { shape }, bound);
    if (size === 0) return this.apply("broadcastTo", [this.scalarLike(x)], { shape }, 7);
    const flat = this.apply("reshape", [x], { shape: [size] }, bound);
    if (size > wanted) {
      const begin = [this.draw.chance(0.3) ? 0 : this.draw.below(size - wanted + 1)];
      const part = this.apply("slice", [flat], { begin, size: [wanted], step: [1] }, bound);
      return this.apply("reshape", [part], { shape }, bound);
    }
    const first = this.apply("slice", [flat], { begin: [0], size: [1], step: [1] }, bound);
    return this.apply("broadcastTo", [first], { shape }, bound);
  }

  /** The values, made smaller where they may be larger than `largest`. */
  private boundedTo(largest: number, ...xs: readonly number[]): number[] {
    return xs.map((x) => (this.bound(x) <= largest ? x : this.reduced(x)));
  }

  private reduced(x: number): number {
    if (this.draw.chance(0.5)) return this.clipped(x);
    const { dtype } = this.values[x];
    return this.apply("mod", [x, this.apply("literal", [], { value: 7, dtype }, 7)], {}, 6);
  }

  private clipped(x: number): number {
    const { dtype } = this.values[x];
    if (this.bound(x) <= 9) return x;
    const highest = this.apply(
      "minimum",
      [x, this.apply("literal", [], { value: 9, dtype }, 9)],
      {},
      this.bound(x),
    );
    if (dtype === "uint8") return this.noted(highest, 9);
    const lowest = this.apply("literal", [], { value: -9, dtype }, 9);
    return this.apply("maximum", [highest, lowest], {}, 9);
  }

  private noted(x: number, bound: number): number {
    this.values[x] = { ...this.values[x], bound };
    return x;
  }

  private apply(
    name: PrimitiveName,
    inputs: readonly number[],
    attributes: Attributes,
    bound: number,
  ): number {
    const row: Primitive = primitives[name];
    const type = row.infer(
      inputs.map((input) => this.values[input]),
      attributes,
    );
    this.statements.push({ kind: "apply", name, inputs, attributes });
    const position = this.push({ ...type, bound });
    if (this.bound(position) <= largestBound) return position;
    return this.reduced(position);
  }

  private push(value: DrawnValue): number {
    return this.values.push(value) - 1;
  }
}
