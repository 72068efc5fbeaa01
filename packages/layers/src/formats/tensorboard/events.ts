/**
 * TensorBoard's events as bytes: of the messages of event.proto, summary.proto, tensor.proto and graph.proto those that are
 * written here, in the encoding of protocol buffers. Values stand in the form of TensorFlow 2: a tensor, with metadata that
 * name the plugin. Source: tensorboard/compat/proto.
 */
import { PbfWriter } from "pbf";

/** What happened at a step. */
export interface Event {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step: number;
  readonly content: EventContent;
}

/** The start of a file, a graph, or a value with a tag. */
export type EventContent =
  | { readonly kind: "version" }
  | { readonly kind: "graph"; readonly nodes: readonly GraphNode[] }
  | { readonly kind: "scalar"; readonly tag: string; readonly value: number }
  | { readonly kind: "histogram"; readonly tag: string; readonly buckets: readonly Bucket[] }
  | { readonly kind: "images"; readonly tag: string; readonly images: EncodedImages };

/** How many values there are from one value to another. */
export type Bucket = readonly [from: number, to: number, count: number];

/** Images of one size. */
export interface EncodedImages {
  readonly width: number;
  readonly height: number;
  /** PNG. */
  readonly files: readonly Uint8Array[];
}

/** A node of a graph. Slashes in its name make groups. */
export interface GraphNode {
  readonly name: string;
  readonly operation: string;
  /** The names of the nodes that lead to it. */
  readonly inputs: readonly string[];
  /** The shapes of its results, with null for sizes that are not known. */
  readonly shapes: readonly (readonly (number | null)[])[];
  /** The number of its weights' values. */
  readonly parameters: number;
}

const dataTypes = { float32: 1, float64: 2, text: 7 } as const;

/** The plugin that shows a kind of values, and the class of data that it takes. */
const plugins = {
  scalar: { name: "scalars", dataClass: 1 },
  histogram: { name: "histograms", dataClass: 2 },
  images: { name: "images", dataClass: 3 },
} as const;

/** The bytes of an event. */
export function encodeEvent({ wallTime, step, content }: Event): Uint8Array {
  const writer = new PbfWriter();
  writer.writeDoubleField(1, wallTime);
  writer.writeVarintField(2, step);
  if (content.kind === "version") writer.writeStringField(3, "brain.Event:2");
  else if (content.kind === "graph") writer.writeBytesField(4, encodeGraph(content.nodes));
  else writer.writeMessage(5, (value: Value) => writer.writeMessage(1, writeValue, value), content);
  return writer.finish();
}

type Value = Exclude<EventContent, { readonly kind: "version" | "graph" }>;

function writeValue(value: Value, writer: PbfWriter): void {
  writer.writeStringField(1, value.tag);
  writer.writeMessage(8, writeTensor, value);
  writer.writeMessage(9, writeMetadata, plugins[value.kind]);
}

function writeMetadata({ name, dataClass }: (typeof plugins)[Value["kind"]], writer: PbfWriter): void {
  writer.writeMessage(1, (plugin: string) => writer.writeStringField(1, plugin), name);
  writer.writeVarintField(4, dataClass);
}

function writeTensor(value: Value, writer: PbfWriter): void {
  if (value.kind === "scalar") {
    writer.writeVarintField(1, dataTypes.float32);
    writer.writeMessage(2, writeShape, []);
    writer.writePackedFloat(5, [value.value]);
  } else if (value.kind === "histogram") {
    writer.writeVarintField(1, dataTypes.float64);
    writer.writeMessage(2, writeShape, [value.buckets.length, 3]);
    writer.writePackedDouble(6, value.buckets.flat());
  } else {
    const { width, height, files } = value.images;
    writer.writeVarintField(1, dataTypes.text);
    writer.writeMessage(2, writeShape, [files.length + 2]);
    writer.writeStringField(8, String(width));
    writer.writeStringField(8, String(height));
    for (const file of files) writer.writeBytesField(8, file);
  }
}

/** A size that is not known is -1. */
function writeShape(shape: readonly (number | null)[], writer: PbfWriter): void {
  for (const size of shape) {
    writer.writeMessage(2, (each: number) => writer.writeVarintField(1, each), size ?? -1);
  }
}

function encodeGraph(nodes: readonly GraphNode[]): Uint8Array {
  const writer = new PbfWriter();
  for (const node of nodes) writer.writeMessage(1, writeNode, node);
  // The producer's version, which readers of graphs ask for.
  writer.writeMessage(4, (version: number) => writer.writeVarintField(1, version), 22);
  return writer.finish();
}

function writeNode({ name, operation, inputs, shapes, parameters }: GraphNode, writer: PbfWriter): void {
  writer.writeStringField(1, name);
  writer.writeStringField(2, operation);
  for (const input of inputs) writer.writeStringField(3, input);
  writeAttribute(writer, "_output_shapes", () => {
    writer.writeMessage(
      1,
      (list: typeof shapes) => {
        for (const shape of list) writer.writeMessage(7, writeShape, shape);
      },
      shapes,
    );
  });
  if (parameters > 0) writeAttribute(writer, "parameters", () => writer.writeVarintField(3, parameters));
}

/** An entry of a node's map of attributes. */
function writeAttribute(writer: PbfWriter, name: string, writeContent: () => void): void {
  writer.writeMessage(
    5,
    (key: string) => {
      writer.writeStringField(1, key);
      writer.writeMessage(2, writeContent, null);
    },
    name,
  );
}
