/** Makes the nodes of an ONNX graph. */
import { allocateArray, type DType, roundTo, type TypedArray } from "../dtype.ts";
import type { Shape } from "../shape.ts";
import { exactHalfBits } from "../special/half-precision.ts";
import type {
  ElementType,
  OnnxAttributes,
  OnnxGraph,
  OnnxNode,
  OnnxSize,
  OnnxTensor,
  OnnxValue,
} from "./model.ts";
import { plus, type Size, type SizeFormula, sameSize, sameSizes, scaled, type UnknownSize } from "./sizes.ts";

/** A value of the graph: a name for what a node computes, with its type. */
export interface Value {
  readonly name: string;
  readonly shape: readonly Size[];
  readonly dtype: ElementType;
  /** What it was made of, where the next node may be made of that. */
  readonly origin: Origin | null;
}

type Origin =
  | { readonly kind: "reshape"; readonly of: Value }
  | { readonly kind: "transpose"; readonly of: Value; readonly permutation: readonly number[] }
  | { readonly kind: "positions"; readonly image: Value; readonly maxima: Value };

/** The type of a value. */
export type ValueType = Pick<Value, "shape" | "dtype">;

/**
 * The types that values of a dtype have in the graph. Where few runtimes compute in a dtype, it is one that holds its
 * values, and what is computed is rounded to the dtype.
 */
const carriers = {
  float32: "float32",
  float64: "float64",
  float16: "float16",
  bfloat16: "float32",
  int32: "int32",
  uint8: "int32",
  bool: "bool",
} as const satisfies Record<DType, ElementType>;

export function carrierOf(dtype: DType): (typeof carriers)[DType] {
  return carriers[dtype];
}

/** What all graphs of a model share: names, constants, and sizes, which are computed in the outermost graph. */
export class ModelParts {
  readonly initializers: OnnxTensor[] = [];
  readonly sizeNodes: OnnxNode[] = [];
  readonly unknowns: readonly UnknownSize[];
  private readonly inputs: readonly OnnxValue[];
  private readonly names = new Set<string>();
  private readonly constants = new Map<string, Value>();
  private readonly sizes = new Map<string, string>();
  /** The part of the model that nodes are made for; it begins their names. */
  place = "";

  constructor(unknowns: readonly UnknownSize[], inputs: readonly OnnxValue[], reserved: readonly string[]) {
    this.unknowns = unknowns;
    this.inputs = inputs;
    for (const name of [...inputs.map(({ name }) => name), ...reserved]) this.names.add(name);
  }

  /** A name that nothing else has. */
  unique(wanted: string): string {
    let name = wanted;
    for (let number = 1; this.names.has(name); number++) name = `${wanted}_${number}`;
    this.names.add(name);
    return name;
  }

  /** A tensor that is part of the model. */
  tensor(name: string, values: TypedArray, type: { readonly shape: Shape; readonly dtype: DType }): Value {
    const unique = this.unique(name);
    const { shape, dtype } = type;
    this.initializers.push({ name: unique, dtype, shape, data: bytesOf(values, dtype) });
    return { name: unique, shape, dtype, origin: null };
  }

  /** Integers of shapes and axes, as a vector. */
  integers(values: readonly number[]): Value {
    const data = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    return this.constant(`int64 [${values.join(", ")}]`, { dtype: "int64", shape: [values.length], data });
  }

  /** One number of a type that values have in the graph. */
  scalar(value: number, dtype: ElementType): Value {
    return this.constant(`${dtype} ${Object.is(value, -0) ? "-0" : value}`, {
      dtype,
      shape: [],
      data: scalarBytes(value, dtype),
    });
  }

  private constant(key: string, tensor: Omit<OnnxTensor, "name">): Value {
    const known = this.constants.get(key);
    if (known) return known;
    const name = this.unique("constant");
    this.initializers.push({ name, ...tensor });
    const made: Value = { name, shape: tensor.shape, dtype: tensor.dtype, origin: null };
    this.constants.set(key, made);
    return made;
  }

  /** Sizes as a vector of int64. */
  sizeVector(sizes: readonly Size[]): string {
    const numbers = sizes.filter((size) => typeof size === "number");
    if (numbers.length === sizes.length) return this.integers(numbers).name;
    const key = sizes.map((size) => (typeof size === "number" ? size : size.key)).join(", ");
    const known = this.sizes.get(key);
    if (known !== undefined) return known;
    const parts = sizes.map((size) =>
      typeof size === "number" ? this.integers([size]).name : this.formula(size),
    );
    const name =
      parts.length === 1 ? parts[0] : this.sizeNode("Concat", parts, { axis: { kind: "int", value: 0 } });
    this.sizes.set(key, name);
    return name;
  }

  private formula({ terms, key }: SizeFormula): string {
    const known = this.sizes.get(key);
    if (known !== undefined) return known;
    const products = terms.map(({ factor, unknowns }) => {
      const factors = [
        ...(factor === 1 && unknowns.length > 0 ? [] : [this.integers([factor]).name]),
        ...unknowns.map((place) => this.unknown(this.unknowns[place])),
      ];
      return factors.reduce((left, right) => this.sizeNode("Mul", [left, right]));
    });
    const name = products.reduce((left, right) => this.sizeNode("Add", [left, right]));
    this.sizes.set(key, name);
    return name;
  }

  private unknown({ name, input, axis }: UnknownSize): string {
    const known = this.sizes.get(name);
    if (known !== undefined) return known;
    const made = this.sizeNode("Shape", [this.inputs[input].name], {
      start: { kind: "int", value: axis },
      end: { kind: "int", value: axis + 1 },
    });
    this.sizes.set(name, made);
    return made;
  }

  private sizeNode(operator: string, inputs: readonly string[], attributes: OnnxAttributes = {}): string {
    const name = this.unique(`sizes/${operator}`);
    this.sizeNodes.push({ operator, name, inputs, outputs: [name], attributes });
    return name;
  }
}

/** Makes the nodes of one graph: of the model, or of a loop's body. */
export class GraphWriter {
  readonly parts: ModelParts;
  readonly nodes: OnnxNode[] = [];
  private readonly outer: GraphWriter | null;
  private readonly made = new Map<string, readonly string[]>();

  constructor(parts: ModelParts, outer: GraphWriter | null = null) {
    this.parts = parts;
    this.outer = outer;
  }

  /** A node; the names of its outputs. What was computed before is not computed again. */
  node(
    operator: string,
    inputs: readonly string[],
    attributes: OnnxAttributes = {},
    outputs = 1,
  ): readonly string[] {
    const hasGraph = Object.values(attributes).some(({ kind }) => kind === "graph");
    const key = hasGraph ? null : JSON.stringify([operator, inputs, attributes, outputs]);
    const known = key === null ? undefined : this.find(key);
    if (known !== undefined) return known;
    const { parts } = this;
    const name = parts.unique(parts.place === "" ? operator : `${parts.place}/${operator}`);
    const names = Array.from({ length: outputs }, (_, index) =>
      index === 0 ? name : parts.unique(`${name}:${index}`),
    );
    this.nodes.push({ operator, name, inputs, outputs: names, attributes });
    if (key !== null) this.made.set(key, names);
    return names;
  }

  private find(key: string): readonly string[] | undefined {
    return this.made.get(key) ?? this.outer?.find(key);
  }

  /** The first output of a node, of this type. */
  value(
    operator: string,
    inputs: readonly Value[],
    { shape, dtype }: ValueType,
    attributes: OnnxAttributes = {},
  ): Value {
    const [name] = this.node(
      operator,
      inputs.map((input) => input.name),
      attributes,
    );
    return { name, shape, dtype, origin: null };
  }

  /** An operator that works element by element, on operands that are broadcast; numbers adopt the others' dtype. */
  map(operator: string, operands: readonly (Value | number)[], dtype?: ElementType): Value {
    const values = this.operands(operands);
    return this.value(operator, values, {
      shape: broadcastSizes(values.map(({ shape }) => shape)),
      dtype: dtype ?? values[0].dtype,
    });
  }

  /** `condition ? whenTrue : whenFalse`, element by element. */
  where(condition: Value, whenTrue: Value | number, whenFalse: Value | number): Value {
    const [first, second] = this.operands([whenTrue, whenFalse]);
    const type = {
      shape: broadcastSizes([condition.shape, first.shape, second.shape]),
      dtype: first.dtype,
    };
    if (first.dtype !== "bool") return this.value("Where", [condition, first, second], type);
    // Few runtimes choose between bools.
    const chosen = this.map("And", [condition, first]);
    return this.map("Or", [chosen, this.map("And", [this.map("Not", [condition]), second])]);
  }

  private operands(given: readonly (Value | number)[]): Value[] {
    const dtype = given.find((each) => typeof each !== "number")?.dtype ?? "float32";
    return given.map((each) => (typeof each === "number" ? this.parts.scalar(each, dtype) : each));
  }

  cast(value: Value, dtype: ElementType): Value {
    if (value.dtype === dtype) return value;
    const to = { kind: "type", value: dtype } as const;
    return this.value("Cast", [value], { shape: value.shape, dtype }, { to });
  }

  /** What was computed, as a value of the dtype: rounded or wrapped to it where the graph computes in another. */
  rounded(value: Value, dtype: DType): Value {
    const carrier = carrierOf(dtype);
    return carrier === dtype ? value : this.cast(this.cast(value, dtype), carrier);
  }

  reshape(value: Value, shape: readonly Size[]): Value {
    const from = value.origin?.kind === "reshape" ? value.origin.of : value;
    if (sameSizes(from.shape, shape)) return from;
    const made = this.value("Reshape", [from, this.target(from, shape)], { shape, dtype: from.dtype });
    return { ...made, origin: { kind: "reshape", of: from } };
  }

  /** The shape that a reshape is to give: 0 stands for the size that the axis has, −1 for what is left. */
  private target(from: Value, shape: readonly Size[]): Value {
    const marked = shape.map((size, axis) => {
      const own = from.shape[axis];
      return typeof size !== "number" && own !== undefined && sameSize(own, size) ? 0 : size;
    });
    const open = marked.filter((size) => typeof size !== "number");
    if (open.length > 1 || marked.some((size, axis) => size === 0 && shape[axis] === 0))
      return this.sizes(shape);
    return this.sizes(marked.map((size) => (typeof size === "number" ? size : -1)));
  }

  transpose(value: Value, permutation: readonly number[]): Value {
    const origin = value.origin?.kind === "transpose" ? value.origin : null;
    const from = origin?.of ?? value;
    const order = origin === null ? permutation : permutation.map((axis) => origin.permutation[axis]);
    if (order.every((axis, place) => axis === place)) return from;
    const shape = order.map((axis) => from.shape[axis]);
    const perm = { kind: "ints", value: order } as const;
    const made = this.value("Transpose", [from], { shape, dtype: from.dtype }, { perm });
    return { ...made, origin: { kind: "transpose", of: from, permutation: order } };
  }

  /** Repeats what has size 1, and adds axes in front. */
  expand(value: Value, shape: readonly Size[]): Value {
    if (sameSizes(value.shape, shape)) return value;
    const added = shape.length - value.shape.length;
    // A size that stays needs no computation: broadcast against 1 it is what it was.
    const target = shape.map((size, axis) => {
      const own = value.shape[axis - added];
      return typeof size !== "number" && own !== undefined && sameSize(own, size) ? 1 : size;
    });
    return this.value("Expand", [value, this.sizes(target)], { shape, dtype: value.dtype });
  }

  /** `size` elements along each axis from `begin` on, every `step`-th. */
  slice(value: Value, begin: readonly Size[], size: readonly Size[], step: readonly number[]): Value {
    const axes = value.shape
      .map((_, axis) => axis)
      .filter((axis) => !sameSize(value.shape[axis], size[axis]) || begin[axis] !== 0 || step[axis] !== 1);
    if (axes.length === 0) return value;
    const ends = axes.map((axis) => sliceEnd(begin[axis], size[axis], step[axis]));
    const inputs = [
      value,
      this.sizes(axes.map((axis) => begin[axis])),
      this.sizes(ends),
      this.parts.integers(axes),
      this.parts.integers(axes.map((axis) => step[axis])),
    ];
    return this.value("Slice", inputs, { shape: size, dtype: value.dtype });
  }

  concat(values: readonly Value[], axis: number, shape: readonly Size[]): Value {
    const at = { kind: "int", value: axis } as const;
    return this.value("Concat", values, { shape, dtype: values[0].dtype }, { axis: at });
  }

  /** Surrounds with a number. */
  pad(
    value: Value,
    before: readonly number[],
    after: readonly number[],
    fill: number,
    shape: readonly Size[],
  ): Value {
    if ([...before, ...after].every((count) => count === 0)) return value;
    const counts = this.parts.integers([...before, ...after]);
    const inputs = [value, counts, this.parts.scalar(fill, value.dtype)];
    return this.value("Pad", inputs, { shape, dtype: value.dtype });
  }

  /** Combines the elements along axes, which are dropped. */
  reduce(operator: string, value: Value, axes: readonly number[], keepDims = false): Value {
    if (axes.length === 0) return value;
    const shape = keepDims
      ? value.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
      : value.shape.filter((_, axis) => !axes.includes(axis));
    return this.value(
      operator,
      [value, this.parts.integers(axes)],
      { shape, dtype: value.dtype },
      { keepdims: { kind: "int", value: Number(keepDims) } },
    );
  }

  /** 0, 1, … as int32. */
  range(length: Size): Value {
    if (typeof length === "number") {
      const values = Int32Array.from({ length }, (_, index) => index);
      return this.parts.tensor("constant", values, { shape: [length], dtype: "int32" });
    }
    const limit = this.reshape(this.sizes([length]), []);
    const inputs = [this.parts.scalar(0, "int64"), limit, this.parts.scalar(1, "int64")];
    return this.cast(this.value("Range", inputs, { shape: [length], dtype: "int64" }), "int32");
  }

  /** Sizes as a vector of int64. */
  sizes(sizes: readonly Size[]): Value {
    return {
      name: this.parts.sizeVector(sizes),
      shape: [sizes.length],
      dtype: "int64",
      origin: null,
    };
  }

  /** The graph, of what was made so far. */
  finish(name: string, inputs: readonly OnnxValue[], outputs: readonly OnnxValue[]): OnnxGraph {
    return { name, nodes: this.nodes, initializers: [], inputs, outputs };
  }
}

/** The sizes that these broadcast to. */
export function broadcastSizes(shapes: readonly (readonly Size[])[]): readonly Size[] {
  const rank = Math.max(...shapes.map(({ length }) => length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.flatMap((shape) => shape[axis - (rank - shape.length)] ?? []);
    return sizes.find((size) => size !== 1) ?? 1;
  });
}

/** Sizes as a file says them: what is computed from the inputs' has no name. */
export function onnxSizes({ unknowns }: ModelParts, sizes: readonly Size[]): OnnxSize[] {
  return sizes.map((size) => {
    if (typeof size === "number") return size;
    const [term] = size.terms;
    const isUnknown = size.terms.length === 1 && term.factor === 1 && term.unknowns.length === 1;
    return isUnknown ? unknowns[term.unknowns[0]].name : null;
  });
}

/** Before the first element, as ONNX says it. */
const beforeFirst = -(2 ** 31);

function sliceEnd(begin: Size, size: Size, step: number): Size {
  const end = plus(plus(begin, scaled(size, step)), Math.sign(step) - step);
  return typeof end === "number" && end < 0 ? beforeFirst : end;
}

function bytesOf(values: TypedArray, dtype: DType): Uint8Array {
  const stored =
    (dtype === "float16" || dtype === "bfloat16") && values instanceof Float32Array
      ? exactHalfBits(values, dtype)
      : values;
  return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
}

function scalarBytes(value: number, dtype: ElementType): Uint8Array {
  if (dtype === "int64") return new Uint8Array(BigInt64Array.of(BigInt(value)).buffer);
  if (dtype === "uint32") return new Uint8Array(Uint32Array.of(value).buffer);
  const values = allocateArray(dtype, 1);
  values[0] = roundTo(dtype, value);
  return bytesOf(values, dtype);
}
