/** Makes the nodes of an ONNX graph. */
import type { DType } from "../dtype.ts";
import { commonPermutation, shapeBefore, withoutExpansion } from "./layout.ts";
import type { ElementType, OnnxAttributes, OnnxGraph, OnnxNode, OnnxValue } from "./model.ts";
import type { ModelParts } from "./model-parts.ts";
import { plus, type Size, sameSize, sameSizes, scaled } from "./sizes.ts";
import { broadcastSizes, carrierOf, type Value, type ValueType } from "./value.ts";

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

  /** An operator that works element by element, on operands that are broadcast. */
  elementwise(
    operator: string,
    operands: readonly Value[],
    { shape, dtype }: ValueType,
    attributes: OnnxAttributes = {},
  ): Value {
    const plain = withoutExpansion(operands, shape);
    const permutation = commonPermutation(plain);
    if (permutation === null) return this.value(operator, plain, { shape, dtype }, attributes);
    const before = plain.map((each) =>
      each.origin?.kind === "transpose"
        ? each.origin.of
        : this.reshape(each, each.shape.length === 0 ? [] : shapeBefore(each.shape, permutation)),
    );
    const type = { shape: shapeBefore(shape, permutation), dtype };
    return this.transpose(this.value(operator, before, type, attributes), permutation);
  }

  /** As {@link GraphWriter.elementwise}; numbers adopt the others' dtype. */
  map(operator: string, operands: readonly (Value | number)[], dtype?: ElementType): Value {
    const values = this.operands(operands);
    return this.elementwise(operator, values, {
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
    if (first.dtype !== "bool") return this.elementwise("Where", [condition, first, second], type);
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
    return this.elementwise("Cast", [value], { shape: value.shape, dtype }, { to });
  }

  /** The computed value in the dtype: rounded or wrapped to it where the graph computes in another. */
  rounded(value: Value, dtype: DType): Value {
    const carrier = carrierOf(dtype);
    return carrier === dtype ? value : this.cast(this.cast(value, dtype), carrier);
  }

  reshape(value: Value, shape: readonly Size[]): Value {
    const from = value.origin?.kind === "reshape" ? value.origin.of : value;
    if (sameSizes(from.shape, shape)) return from;
    if (from.origin?.kind === "reduce") {
      const { of, operator, axes } = from.origin;
      if (sameSizes(shape, withOnes(of.shape, axes))) return this.reduce(operator, of, axes, true);
    }
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
    const made = this.value("Expand", [value, this.sizes(target)], { shape, dtype: value.dtype });
    return { ...made, origin: { kind: "expand", of: value } };
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
    const [{ origin, dtype }] = values;
    if (origin?.kind === "transpose") {
      const { permutation } = origin;
      const before = values.flatMap((each) =>
        each.origin?.kind === "transpose" && each.origin.permutation.join() === permutation.join()
          ? [each.origin.of]
          : [],
      );
      if (before.length === values.length) {
        const joined = this.concat(before, permutation[axis], shapeBefore(shape, permutation));
        return this.transpose(joined, permutation);
      }
    }
    return this.value("Concat", values, { shape, dtype }, { axis: { kind: "int", value: axis } });
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
    if (value.origin?.kind === "transpose") {
      const { of, permutation } = value.origin;
      const ordered = [before, after].map((counts) => permuted(counts, permutation));
      const padded = this.pad(of, ordered[0], ordered[1], fill, shapeBefore(shape, permutation));
      return this.transpose(padded, permutation);
    }
    const counts = this.parts.integers([...before, ...after]);
    const inputs = [value, counts, this.parts.scalar(fill, value.dtype)];
    return this.value("Pad", inputs, { shape, dtype: value.dtype });
  }

  /** Combines the elements along axes, which are dropped, or stay with a size of 1. */
  reduce(operator: string, value: Value, axes: readonly number[], keepDims = false): Value {
    if (axes.length === 0) return value;
    if (value.origin?.kind === "transpose") {
      const { of, permutation } = value.origin;
      const before = axes.map((axis) => permutation[axis]);
      const kept = permutation.filter((axis) => !before.includes(axis));
      if (keepDims) return this.transpose(this.reduce(operator, of, before, true), permutation);
      if (kept.every((axis, place) => place === 0 || axis > kept[place - 1]))
        return this.reduce(operator, of, before);
    }
    const shape = keepDims
      ? withOnes(value.shape, axes)
      : value.shape.filter((_, axis) => !axes.includes(axis));
    const made = this.value(
      operator,
      [value, this.parts.integers([...axes].sort((a, b) => a - b))],
      { shape, dtype: value.dtype },
      { keepdims: { kind: "int", value: Number(keepDims) } },
    );
    return keepDims ? made : { ...made, origin: { kind: "reduce", of: value, operator, axes } };
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

/** The sizes with 1 in place of those along the axes. */
function withOnes(sizes: readonly Size[], axes: readonly number[]): readonly Size[] {
  return sizes.map((size, axis) => (axes.includes(axis) ? 1 : size));
}

/** Numbers for the axes of what was transposed, in the order of the axes before. */
function permuted(numbers: readonly number[], permutation: readonly number[]): number[] {
  const before = new Array<number>(numbers.length);
  permutation.forEach((axis, place) => {
    before[axis] = numbers[place];
  });
  return before;
}

/** Before the first element, as ONNX says it. */
const beforeFirst = -(2 ** 31);

function sliceEnd(begin: Size, size: Size, step: number): Size {
  const end = plus(plus(begin, scaled(size, step)), Math.sign(step) - step);
  return typeof end === "number" && end < 0 ? beforeFirst : end;
}
