/** Shape, dtype and values of a tensor as text for people, in NumPy's manner. */
import { type DType, isFloat, roundTo, type TypedArray } from "./dtype.ts";
import type { TensorType } from "./graph/node.ts";
import { contiguousStrides, formatShape, type Shape, sizeOf } from "./shape.ts";

/** Tensors of more elements are shortened to the first and last ones along each axis. */
const mostElements = 1_000;

/** How many first and last elements are shown: three, or fewer where there are many axes. */
const edgesTried = [3, 2, 1];

/** Characters in a line. */
const lineWidth = 80;

/** Floats are shown with as many digits as tell them from their neighbours, and no more than these. */
const mostDigits = 8;

/**
 * As `Tensor float32 [2, 2] [[1, 2], [3, 4]]`; what is longer than a line begins on a line of its own.
 *
 * @param title What it is, in a word or two.
 * @param values The values, or why there are none.
 */
export function formatTensor(title: string, type: TensorType, values: TypedArray | string): string {
  const head = `${title} ${type.dtype} ${formatShape(type.shape)}`;
  if (typeof values === "string") return `${head} (${values})`;
  const edges = edgesFor(type.shape);
  if (edges === null) return `${head} (${sizeOf(type.shape)} values)`;
  const text = new ValueText(values, type, edges);
  const line = `${head} ${text.inOneLine()}`;
  return line.length <= lineWidth ? line : `${head}\n${text.inLines()}`;
}

/** How many elements are shown at both ends of an axis that is shortened; null if the tensor has too many axes. */
function edgesFor(shape: Shape): number | null {
  if (sizeOf(shape) <= mostElements) return Number.POSITIVE_INFINITY;
  const shown = (edges: number): number => sizeOf(shape.map((size) => Math.min(size, 2 * edges)));
  return edgesTried.find((edges) => shown(edges) <= mostElements) ?? null;
}

class ValueText {
  private readonly values: TypedArray;
  private readonly type: TensorType;
  private readonly edges: number;
  private readonly strides: readonly number[];

  constructor(values: TypedArray, type: TensorType, edges: number) {
    this.values = values;
    this.type = type;
    this.edges = edges;
    this.strides = contiguousStrides(type.shape);
  }

  inOneLine(axis = 0, offset = 0): string {
    if (axis === this.type.shape.length) return formatNumber(this.values[offset], this.type.dtype);
    return `[${this.parts(axis, offset, (position) => this.inOneLine(axis + 1, position)).join(", ")}]`;
  }

  /** A row of the last axis in each line, or several lines, and the columns one below another. */
  inLines(): string {
    return this.block(0, 0, this.widestNumber(0, 0));
  }

  private block(axis: number, offset: number, width: number): string {
    const indent = " ".repeat(axis + 1);
    if (axis < this.type.shape.length - 1) {
      const parts = this.parts(axis, offset, (position) => this.block(axis + 1, position, width));
      return `[${parts.join(`,\n${indent}`)}]`;
    }
    const items = this.parts(axis, offset, (position) =>
      formatNumber(this.values[position], this.type.dtype).padStart(width),
    );
    const perLine = Math.max(1, Math.floor((lineWidth - indent.length) / (width + 2)));
    const lines: string[] = [];
    for (let at = 0; at < items.length; at += perLine) lines.push(items.slice(at, at + perLine).join(", "));
    return `[${lines.join(`,\n${indent}`)}]`;
  }

  private widestNumber(axis: number, offset: number): number {
    if (axis === this.type.shape.length) return formatNumber(this.values[offset], this.type.dtype).length;
    let widest = 0;
    this.parts(axis, offset, (position) => {
      widest = Math.max(widest, this.widestNumber(axis + 1, position));
      return "";
    });
    return widest;
  }

  /** The text that `part` makes for each index of an axis that is shown. */
  private parts(axis: number, offset: number, part: (offset: number) => string): string[] {
    const size = this.type.shape[axis];
    const at = (index: number): string => part(offset + index * this.strides[axis]);
    const isWhole = size <= 2 * this.edges;
    const indices = Array.from({ length: isWhole ? size : this.edges }, (_, index) => index);
    if (isWhole) return indices.map(at);
    return [...indices.map(at), "...", ...indices.map((index) => at(size - this.edges + index))];
  }
}

function formatNumber(value: number, dtype: DType): string {
  if (dtype === "bool") return String(value !== 0);
  if (Object.is(value, -0)) return "-0";
  if (!isFloat(dtype) || Number.isSafeInteger(value) || !Number.isFinite(value)) return String(value);
  for (let digits = 1; digits < mostDigits; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (roundTo(dtype, shorter) === value) return String(shorter);
  }
  return String(Number(value.toPrecision(mostDigits)));
}
