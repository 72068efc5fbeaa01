import type { DType, Variable } from "@strata/core";
import type { AnyLayer } from "../layer/any-layer.ts";
import { classNameOf } from "../utilities/names.ts";
import type { OutputStream } from "../utilities/output.ts";
import { isShape, type SymbolicShape, sizeOf } from "../utilities/shapes.ts";

/** How {@link Model.summary} prints. */
export interface SummaryOptions {
  /** The width of the table. Default: 88, or what fits on the terminal. */
  readonly lineLength?: number;
  /** Takes the text in place of standard output. */
  readonly printFn?: (text: string) => void;
}

/** A model whose layers follow one another. */
interface SummarizedModel extends AnyLayer {
  readonly layers: readonly AnyLayer[];
}

interface Row {
  readonly cells: readonly [string, string, string];
}

const bytes = {
  float32: 4,
  float64: 8,
  float16: 2,
  bfloat16: 2,
  int32: 4,
  bool: 1,
  uint8: 1,
} as const satisfies Record<DType, number>;
const defaultLength = 88;
const shortestLength = 32;

/** Layers, output shapes and numbers of parameters in a table, and their totals below. */
export function formatSummary(
  model: SummarizedModel,
  inputShape: SymbolicShape | null,
  optimizerVariables: readonly Variable[],
  lineLength: number,
): string {
  const widths = columnWidths(lineLength);
  const header: Row = { cells: ["Layer (type)", "Output Shape", "Param #"] };
  const rows = describeLayers(model, inputShape);
  const line = (left: string, fill: string, middle: string, right: string): string =>
    `${left}${widths.map((width) => fill.repeat(width)).join(middle)}${right}`;
  const body = rows.map((row) => formatRow(row, widths, "│")).join(`\n${line("├", "─", "┼", "┤")}\n`);
  const lines = [
    `Model: "${model.name}"`,
    line("┏", "━", "┳", "┓"),
    formatRow(header, widths, "┃"),
    line("┡", "━", "╇", "┩"),
    ...(rows.length > 0 ? [body] : []),
    line("└", "─", "┴", "┘"),
    total(" Total params", [...model.weights, ...optimizerVariables]),
    total(" Trainable params", model.trainableWeights),
    total(" Non-trainable params", model.nonTrainableWeights),
    ...(optimizerVariables.length > 0 ? [total(" Optimizer params", optimizerVariables)] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** The width of the table: that asked for, or what fits. */
export function summaryLength(asked: number | undefined, { columns, isTerminal }: OutputStream): number {
  const fitting = isTerminal ? Math.min(defaultLength, columns - 4) : defaultLength - 12;
  return Math.max(shortestLength, asked ?? fitting);
}

/** 45, 35 and 20 percent, less what the borders take. */
function columnWidths(lineLength: number): readonly [number, number, number] {
  const first = Math.floor(0.45 * lineLength);
  const second = Math.floor(0.8 * lineLength) - first;
  return [first - 1, second - 2, lineLength - first - second - 1];
}

function describeLayers(model: SummarizedModel, inputShape: SymbolicShape | null): Row[] {
  let shape = inputShape;
  return model.layers.map((layer) => {
    shape = shape === null ? null : shapeAfter(layer, shape);
    return {
      cells: [
        `${layer.name} (${classNameOf(layer)})`,
        shape === null ? "?" : formatTuple(shape),
        parameters(layer),
      ],
    };
  });
}

function shapeAfter(layer: AnyLayer, inputShape: SymbolicShape): SymbolicShape | null {
  const shape = layer.computeOutputShape(inputShape);
  return isShape(shape) ? shape : null;
}

function parameters(layer: AnyLayer): string {
  return layer.built ? layer.countParams().toLocaleString("en-US") : "0 (unbuilt)";
}

/** `(None, 512)`, as Keras writes shapes. */
function formatTuple(shape: SymbolicShape): string {
  return `(${shape.map((size) => size ?? "None").join(", ")}${shape.length === 1 ? "," : ""})`;
}

function formatRow({ cells }: Row, widths: readonly [number, number, number], border: string): string {
  const columns = cells.map((text, column) => wrap(text, widths[column] - 2));
  const height = Math.max(...columns.map(({ length }) => length));
  return Array.from({ length: height }, (_, index) => {
    const texts = columns.map((lines, column) => {
      const text = lines[index] ?? "";
      const width = widths[column] - 2;
      return ` ${column === 2 ? text.padStart(width) : text.padEnd(width)} `;
    });
    return `${border}${texts.join(border)}${border}`;
  }).join("\n");
}

/** Lines of at most `width` characters, broken at spaces where there are some. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = rest.lastIndexOf(" ", width);
    const cut = space > 0 ? space : width;
    lines.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  return [...lines, rest];
}

function total(name: string, weights: readonly Variable[]): string {
  const count = weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const size = weights.reduce((sum, { shape, dtype }) => sum + sizeOf(shape) * bytes[dtype], 0);
  return `${name}: ${count.toLocaleString("en-US")} (${formatBytes(size)})`;
}

function formatBytes(size: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = size;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(2)} ${units[unit]}`;
}
