import { readOptions, textOrRefusal } from "./arguments.ts";
import { markAsOurs } from "./copies.ts";
import { type DType, floatDTypes, isFloat, type TypedArray } from "./dtype.ts";
import { DTypeError, EvaluationError, listAlternatives, ShapeError } from "./errors.ts";
import { nextTurn } from "./evaluate/turn.ts";
import { contentsOf, createCell, disposeCell, passingReading, reading, schedule } from "./evaluate.ts";
import { formatTensor } from "./format-values.ts";
import { type Cell, Transaction } from "./graph/cell.ts";
import { GraphNode } from "./graph/node.ts";
import { activeTrace, withTrace } from "./graph/trace.ts";
import { inspect } from "./inspect.ts";
import type { ArrayValue, NumbersOfRank, Rank } from "./nested-arrays.ts";
import { build } from "./primitives/apply.ts";
import { notWhileTracing, printedValues, type TensorJson } from "./printed-values.ts";
import { broadcastShapes, formatShape, type Shape, sameShape, sizeOf } from "./shape.ts";
import { type GraphValue, nodeOf, Tensor, type TensorLike } from "./tensor.ts";
import type { TensorMethods } from "./tensor-methods.ts";

/** The name of a Variable, and whether and how optimizers change it. */
export interface VariableOptions {
  /** A name for messages and listings. Default: `"variable"`. */
  readonly name?: string;
  /** Whether optimizers change it when they are not told which Variables to change. Default: true for floats. */
  readonly trainable?: boolean;
  /** Applied to the result of an optimizer's step. Default: null, for no constraint. */
  readonly constraint?: VariableConstraint | null;
}

/** Brings a value back to where a Variable's values belong: a function of ops that keeps shape and dtype. */
export type VariableConstraint = (value: Tensor) => Tensor;

let created = 0;

// The methods are put on the prototype by ops/methods.ts, as Tensor's are.
export interface Variable extends TensorMethods {
  /** {@link Variable.dispose}, for `using`. */
  [Symbol.dispose](): void;
}

/**
 * A mutable cell that holds a tensor. Ops take it wherever they take a tensor, and read what it holds at that
 * moment; tensors made before an assignment keep the value that they read. Make one with {@link variable}.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: ops/methods.ts is typed to define all of them
export class Variable implements GraphValue, Disposable {
  static {
    markAsOurs(Variable);
  }

  /**
   * Variables are numbered in the order of their creation.
   *
   * @internal
   */
  readonly creationNumber = ++created;
  /** The name it was given. */
  readonly name: string;
  /** Whether optimizers change it when they are not told which Variables to change. */
  trainable: boolean;
  /** Applied to the result of an optimizer's step; null for no constraint. Steps that are compiled keep theirs. */
  constraint: VariableConstraint | null;
  /** @internal */
  readonly cell: Cell;

  /** @internal */
  constructor(
    initial: GraphNode,
    { name = "variable", trainable = isFloat(initial.dtype), constraint = null }: VariableOptions,
  ) {
    if (initial.trace !== null) {
      throw new EvaluationError(
        `variable: the initial value of "${name}" depends on arguments or Variables of the function ` +
          `"${initial.trace.name}" that is being traced; make the Variable outside`,
      );
    }
    if (trainable && !isFloat(initial.dtype)) {
      throw new DTypeError(
        `variable: "${name}" is ${initial.dtype}; to be trainable it must be ${listAlternatives(floatDTypes)}`,
      );
    }
    this.name = name;
    this.trainable = trainable;
    this.constraint = constraint;
    this.cell = withTrace(null, () => createCell(name, initial));
  }

  /** The sizes of the dimensions; they never change. */
  get shape(): Shape {
    return this.cell.frozenShape;
  }

  /** The type of the elements; it never changes. */
  get dtype(): DType {
    return this.cell.type.dtype;
  }

  /** The number of dimensions. */
  get rank(): number {
    return this.shape.length;
  }

  /** The number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** The value of the Variable now, as a tensor that later assignments do not change. */
  get value(): Tensor {
    return new Tensor(this.node);
  }

  /**
   * As {@link Variable.value}, for a value that only goes into assignments: the memory that it lies in is then
   * overwritten without a copy, and reading the tensor afterwards is an error.
   *
   * @internal
   */
  valueForAssignment(): Tensor {
    return activeTrace() ? this.value : new Tensor(passingReading(this.cell));
  }

  /** @internal */
  get node(): GraphNode {
    const reading = readingNow(this.cell);
    variablesRead.set(reading, this);
    reading.readsVariables = true;
    return reading;
  }

  /**
   * Makes the Variable hold `value`. Outside of `jit` the value is computed by the next read of anything; within a
   * traced function, when the call ends.
   *
   * @returns The Variable.
   * @throws ShapeError or DTypeError if the value has another shape or dtype; numbers and arrays are converted.
   */
  assign(value: TensorLike): this {
    const node = nodeOf(value, this.dtype, "assign");
    if (!sameShape(node.shape, this.shape)) {
      throw new ShapeError(
        `assign: "${this.name}" has the shape ${formatShape(this.shape)}, the value ${formatShape(node.shape)}; ` +
          "they must be the same",
      );
    }
    if (node.dtype !== this.dtype) {
      throw new DTypeError(
        `assign: "${this.name}" is ${this.dtype}, the value ${node.dtype}; cast the value`,
      );
    }
    assignNow(this.cell, node);
    return this;
  }

  /** Adds `value`, which is broadcast, to what the Variable holds. */
  assignAdd(value: TensorLike): this {
    return this.assign(new Tensor(build.add(this.node, this.change("assignAdd", value))));
  }

  /** Subtracts `value`, which is broadcast, from what the Variable holds. */
  assignSub(value: TensorLike): this {
    return this.assign(new Tensor(build.sub(this.node, this.change("assignSub", value))));
  }

  /** The number added or subtracted, in the Variable's dtype. */
  private change(operation: string, value: TensorLike): GraphNode {
    const node = nodeOf(value, this.dtype, operation);
    if (node.dtype !== this.dtype) {
      throw new DTypeError(
        `${operation}: "${this.name}" is ${this.dtype}, the value ${node.dtype}; cast the value`,
      );
    }
    if (sameShape(broadcastShapes(operation, node.shape, this.shape), this.shape)) return node;
    throw new ShapeError(
      `${operation}: the value ${formatShape(node.shape)} does not broadcast to the shape of "${this.name}", ` +
        formatShape(this.shape),
    );
  }

  /** The values now, as {@link Tensor.data}. */
  async data(): Promise<TypedArray> {
    const values = this.dataSync();
    await nextTurn();
    return values;
  }

  /** The values now, as {@link Tensor.dataSync}. */
  dataSync(): TypedArray {
    const { pending } = this.cell;
    // What need not be computed is copied once; a tensor for it would keep a copy of its own.
    const isThere = pending === null || pending.value !== null;
    return isThere && !activeTrace() ? contentsOf(this.cell) : this.value.dataSync();
  }

  /** The values now, as {@link Tensor.array}. */
  async array(): Promise<ArrayValue>;
  /** The values now, as {@link Tensor.array} with a rank. */
  async array<R extends Rank>(rank: R): Promise<NumbersOfRank<R>>;
  async array(rank?: Rank): Promise<ArrayValue> {
    return rank === undefined ? this.value.array() : this.value.array(rank);
  }

  /** The values now, as {@link Tensor.arraySync}. */
  arraySync(): ArrayValue;
  /** The values now, as {@link Tensor.arraySync} with a rank. */
  arraySync<R extends Rank>(rank: R): NumbersOfRank<R>;
  arraySync(rank?: Rank): ArrayValue {
    return rank === undefined ? this.value.arraySync() : this.value.arraySync(rank);
  }

  /** The one value now, as {@link Tensor.item}. */
  item(): number {
    return this.value.item();
  }

  /**
   * Frees the memory of the Variable now, where it would else be freed once nothing refers to the Variable and garbage
   * is collected. Nobody has to call it. `using` calls it at the end of a block.
   *
   * Afterwards the Variable cannot be used. Tensors that were made from it keep the values that they have; those that
   * have not been computed yet cannot be.
   *
   * @throws EvaluationError inside a function that is being traced.
   *
   * @example
   * ```ts
   * import { variable, zeros } from "@strata/core";
   *
   * const state = variable(zeros([1000]));
   * console.log(state.add(1).sum().item()); // 1000
   * state.dispose();
   * ```
   */
  dispose(): void {
    const trace = activeTrace();
    if (trace) {
      throw new EvaluationError(
        `dispose: "${this.name}" is disposed of while "${trace.name}" is being traced; dispose of it outside`,
      );
    }
    disposeCell(this.cell);
  }

  /**
   * Name, dtype, shape and the values now, as {@link Tensor.toString} shows them; while a function is traced, no values.
   */
  toString(): string {
    // Reading it within a trace would make it an input of the program.
    const values = activeTrace() ? notWhileTracing() : printedValues(this.node);
    return formatTensor(`Variable ${JSON.stringify(this.name)}`, this.cell.type, values);
  }

  /** @internal The text in templates; arithmetic and comparisons by JavaScript's operators are errors. */
  [Symbol.toPrimitive](hint: string): string {
    return textOrRefusal(() => this.toString(), hint);
  }

  /** Prints {@link Variable.toString}. */
  print(): void {
    console.log(this.toString());
  }

  /** For `JSON.stringify`: the name, and what {@link Tensor.toJSON} gives of the values now. */
  toJSON(): TensorJson & {
    /** The Variable's name. */
    readonly name: string;
  } {
    return { name: this.name, ...this.value.toJSON() };
  }

  /** @internal */
  [inspect](): string {
    return this.toString();
  }
}

// Engines that do not know `using` do not know the symbol either.
if (typeof Symbol.dispose === "symbol") {
  Object.defineProperty(Variable.prototype, Symbol.dispose, {
    value(this: Variable) {
      this.dispose();
    },
    configurable: true,
    writable: true,
  });
}

/** The node that stands for what the Variable of `cell` holds at the moment. */
export function readingNow(cell: Cell): GraphNode {
  const trace = activeTrace();
  if (trace) {
    const assigned = trace.assignments.get(cell);
    if (assigned) return readingOf(trace.readings, cell, () => build.stopGradient(assigned));
    const make = () => new GraphNode({ kind: "cell", cell }, cell.type, [], trace);
    return readingOf(trace.reads, cell, make);
  }
  return reading(cell);
}

/** Makes the Variable of `cell` hold what `node`, of its type, computes. */
export function assignNow(cell: Cell, node: GraphNode, transaction = new Transaction()): void {
  const trace = activeTrace();
  if (trace) {
    trace.assignments.set(cell, node);
    trace.readings.delete(cell);
    return;
  }
  if (node.trace !== null) {
    throw new EvaluationError(
      `assign: the value for "${cell.name}" was made while "${node.trace.name}" was being traced; ` +
        "return it from there, and assign the result",
    );
  }
  schedule(cell, node, transaction);
}

/** Makes each Variable hold the value after it, of its shape and dtype: all of them, or none if one cannot be computed. */
export function assignTogether(
  assignments: readonly { readonly variable: Variable; readonly after: Tensor }[],
): void {
  const transaction = new Transaction();
  for (const { variable, after } of assignments) assignNow(variable.cell, after.node, transaction);
}

const variablesRead = new WeakMap<GraphNode, Variable>();

/** The Variable whose value the node stands for, if it is the reading of one. */
export function variableReadBy(node: GraphNode): Variable | undefined {
  return variablesRead.get(node);
}

/**
 * Makes a Variable.
 *
 * @param initial Its first value, which may be a tensor still to be computed. Zeros and random numbers wait until they are
 *   needed: a Variable that is assigned before it is read takes memory once, and draws nothing.
 * @param options Name, whether it is trainable, and a constraint.
 *
 * @example
 * ```ts
 * import { variable } from "@strata/core";
 *
 * const counter = variable(0, { name: "counter", trainable: false });
 * counter.assignAdd(1);
 * counter.assignAdd(1);
 * console.log(counter.item()); // 2
 * ```
 */
export function variable(initial: TensorLike, options: VariableOptions = {}): Variable {
  return new Variable(
    withTrace(null, () => nodeOf(initial, undefined, "variable")),
    readOptions("variable", options, ["name", "trainable", "constraint"], ["trainable"]),
  );
}

function readingOf(map: Map<Cell, GraphNode>, cell: Cell, make: () => GraphNode): GraphNode {
  const known = map.get(cell);
  if (known) return known;
  const node = make();
  map.set(cell, node);
  return node;
}
