import type { Variable } from "@strata/core";
import { bytesPerElement, sizeOf } from "@strata/core/internal";
import type { AnyLayer } from "../layer/any-layer.ts";
import type { OutputStream } from "../utilities/output.ts";
import { isShape, type SymbolicShape } from "../utilities/shapes.ts";

/** How {@link Model.summary} prints. */
export interface SummaryOptions {
  /** The width of the table. Default: 88, 108 where layers have several inputs, or what fits on the terminal. */
  readonly lineLength?: number;
  /** Whether the layers of models within the model have rows. Default: false. */
  readonly expandNested?: boolean;
  /** Whether a column tells which layers are trainable. Default: false. */
  readonly showTrainable?: boolean;
  /** Takes the text in place of standard output. */
  readonly printFn?: (text: string) => void;
}

/** A layer or an operation of a model, as its summary tells of it. */
export interface SummaryEntry {
  /** Its name. */
  readonly name: string;
  /** The name of its class. */
  readonly type: string;
  /** The shapes of its results; null if they are not known. */
  readonly shapes: unknown;
  /** The sources of its inputs: `dense[0][0]`. */
  readonly connections: readonly string[];
  /** The layer; null for an operation. */
  readonly layer: AnyLayer | null;
  /** The entries of a model within the model. */
  readonly nested: readonly SummaryEntry[];
}

/** A model as its summary tells of it. */
export interface SummarizedModel extends AnyLayer {
  /** Layers and operations in order. */
  readonly summaryEntries: readonly SummaryEntry[];
  /** Whether each layer takes the result of the one before, so that connections need no column. */
  readonly isChain: boolean;
}

interface Column {
  readonly title: string;
  /** Its end, as a share of the width. */
  readonly end: number;
  readonly alignment: "left" | "right" | "center";
}

const chainColumns: readonly Column[] = [
  { title: "Layer (type)", end: 0.45, alignment: "left" },
  { title: "Output Shape", end: 0.8, alignment: "left" },
  { title: "Param #", end: 1, alignment: "right" },
];
const graphColumns: readonly Column[] = [
  { title: "Layer (type)", end: 0.3, alignment: "left" },
  { title: "Output Shape", end: 0.56, alignment: "left" },
  { title: "Param #", end: 0.74, alignment: "right" },
  { title: "Connected to", end: 1, alignment: "left" },
];
const shortestLength = 32;

/** Layers, output shapes and numbers of parameters in a table, and their totals below, as Keras prints them. */
export function formatSummary(
  model: SummarizedModel,
  optimizerVariables: readonly Variable[],
  options: SummaryOptions,
  stream: OutputStream,
): string {
  const { showTrainable = false, expandNested = false } = options;
  const basic = model.isChain ? chainColumns : graphColumns;
  const columns: readonly Column[] = showTrainable
    ? [
        ...basic.map((column) => ({ ...column, end: column.end * 0.9 })),
        { title: "Trainable", end: 1, alignment: "center" },
      ]
    : basic;
  const widths = columnWidths(columns, summaryLength(options, model.isChain, stream));
  const rows = rowsOf(model.summaryEntries, expandNested, 0).map(({ entry, prefix }) => [
    `${prefix}${entry.name} (${entry.type})`,
    formatShapes(entry.shapes),
    parameters(entry.layer),
    ...(model.isChain ? [] : [entry.connections.join(", ") || "-"]),
    ...(showTrainable ? [trainableMark(entry.layer)] : []),
  ]);
  const line = (left: string, fill: string, middle: string, right: string): string =>
    `${left}${widths.map((width) => fill.repeat(width)).join(middle)}${right}`;
  const row = (cells: readonly string[], border: string): string => formatRow(cells, columns, widths, border);
  const lines = [
    `Model: "${model.name}"`,
    line("┏", "━", "┳", "┓"),
    row(
      columns.map(({ title }) => title),
      "┃",
    ),
    line("┡", "━", "╇", "┩"),
    ...(rows.length > 0
      ? [rows.map((cells) => row(cells, "│")).join(`\n${line("├", "─", "┼", "┤")}\n`)]
      : []),
    line("└", "─", "┴", "┘"),
    total(" Total params", [...model.weights, ...optimizerVariables]),
    total(" Trainable params", model.trainableWeights),
    total(" Non-trainable params", model.nonTrainableWeights),
    ...(optimizerVariables.length > 0 ? [total(" Optimizer params", optimizerVariables)] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** The width of the table: that asked for, or what fits. */
function summaryLength(
  { lineLength, showTrainable = false }: SummaryOptions,
  isChain: boolean,
  { columns, isTerminal }: OutputStream,
): number {
  const wanted = (isChain ? 88 : 108) + (showTrainable ? 12 : 0);
  return Math.max(shortestLength, lineLength ?? Math.min(wanted, (isTerminal ? columns : 80) - 4));
}

/** The shares of the width, with a space on each side, each less its part of what does not fit. */
function columnWidths(columns: readonly Column[], lineLength: number): readonly number[] {
  const ends = columns.map(({ end }) => Math.floor(end * lineLength));
  const wanted = ends.map((end, index) => end - (index === 0 ? 0 : ends[index - 1]) + 2);
  let excess = wanted.reduce((sum, width) => sum + width, 0) - (lineLength - columns.length - 1);
  return wanted.map((width, index) => {
    const part = roundHalfToEven(excess / (columns.length - index));
    excess -= part;
    return width - part;
  });
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

function rowsOf(
  entries: readonly SummaryEntry[],
  expandNested: boolean,
  level: number,
): { readonly entry: SummaryEntry; readonly prefix: string }[] {
  const prefix = level === 0 ? "" : `${"   ".repeat(level)}└ `;
  return entries.flatMap((entry) => [
    { entry, prefix },
    ...(expandNested ? rowsOf(entry.nested, expandNested, level + 1) : []),
  ]);
}

function parameters(layer: AnyLayer | null): string {
  if (layer === null) return "0";
  return layer.built ? layer.countParams().toLocaleString("en-US") : "0 (unbuilt)";
}

function trainableMark(layer: AnyLayer | null): string {
  if (layer === null || layer.weights.length === 0) return "-";
  return layer.trainable ? "Y" : "N";
}

/** `(None, 512)`, as Keras writes shapes; several in a list. */
function formatShapes(shapes: unknown): string {
  if (isShape(shapes)) return formatTuple(shapes);
  if (Array.isArray(shapes)) {
    const parts = shapes.map(formatShapes);
    return parts.length === 1 ? parts[0] : `[${parts.join(", ")}]`;
  }
  if (typeof shapes !== "object" || shapes === null) return "?";
  const parts = Object.entries(shapes).map(([name, each]) => `${name}: ${formatShapes(each)}`);
  return `{${parts.join(", ")}}`;
}

function formatTuple(shape: SymbolicShape): string {
  return `(${shape.map((size) => size ?? "None").join(", ")})`;
}

function formatRow(
  cells: readonly string[],
  columns: readonly Column[],
  widths: readonly number[],
  border: string,
): string {
  const wrapped = cells.map((text, index) => wrap(text, widths[index] - 2));
  const height = Math.max(...wrapped.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) => {
    const texts = wrapped.map((lines, index) => {
      return ` ${aligned(lines[line] ?? "", widths[index] - 2, columns[index].alignment)} `;
    });
    return `${border}${texts.join(border)}${border}`;
  }).join("\n");
}

function aligned(text: string, width: number, alignment: Column["alignment"]): string {
  if (alignment === "left") return text.padEnd(width);
  if (alignment === "right") return text.padStart(width);
  return text.padStart(Math.floor((width + text.length) / 2)).padEnd(width);
}

/** Lines of at most `width` characters, broken at spaces where there are some. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = rest.lastIndexOf(" ", width);
    const cut = space > 0 && rest.slice(0, space).trim() !== "" ? space : width;
    lines.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  return [...lines, rest];
}

function total(name: string, weights: readonly Variable[]): string {
  const count = weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const size = weights.reduce((sum, { shape, dtype }) => sum + sizeOf(shape) * bytesPerElement(dtype), 0);
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
