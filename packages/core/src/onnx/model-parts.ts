/** The parts that all graphs of a model share. */
import { allocateArray, type DType, roundTo, type TypedArray } from "../dtype.ts";
import type { Shape } from "../shape.ts";
import { exactHalfBits } from "../special/half-precision.ts";
import type { ElementType, OnnxAttributes, OnnxNode, OnnxSize, OnnxTensor, OnnxValue } from "./model.ts";
import type { Size, SizeFormula, UnknownSize } from "./sizes.ts";
import type { Value } from "./value.ts";

/** Names, constants, and sizes, which are computed in the outermost graph. */
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

/** Sizes as a file says them: what is computed from the inputs' has no name. */
export function onnxSizes({ unknowns }: ModelParts, sizes: readonly Size[]): OnnxSize[] {
  return sizes.map((size) => {
    if (typeof size === "number") return size;
    const [term] = size.terms;
    const isUnknown = size.terms.length === 1 && term.factor === 1 && term.unknowns.length === 1;
    return isUnknown ? unknowns[term.unknowns[0]].name : null;
  });
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
