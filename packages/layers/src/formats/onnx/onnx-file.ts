/**
 * ONNX models as bytes, and back: of the messages of onnx.proto those that the models written here consist of, in the
 * encoding of protocol buffers. Source: onnx.proto of the Open Neural Network Exchange, IR version 10.
 */
import type {
  ElementType,
  OnnxAttribute,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxSize,
  OnnxTensor,
  OnnxValue,
} from "@strata/core/internal";
import { PbfReader, PbfWriter } from "pbf";

/** The numbers of the element types. */
const elementTypes = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  bfloat16: 16,
} as const satisfies Record<ElementType, number>;

/** The numbers of the kinds of attributes; an element type is an integer there. */
const attributeKinds = { float: 1, int: 2, text: 3, graph: 5, ints: 7 } as const;

/** The bytes of a file with a model. */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const writer = new PbfWriter();
  writeModel(model, writer);
  return writer.finish();
}

/**
 * The model in the bytes of a file, if it consists of what is written here.
 *
 * @throws RangeError for element types and attributes that are not.
 */
export function decodeOnnx(bytes: Uint8Array): OnnxModel {
  return readModel(new PbfReader(bytes));
}

function writeModel(model: OnnxModel, writer: PbfWriter): void {
  writer.writeVarintField(1, model.irVersion);
  writer.writeStringField(2, model.producer);
  writer.writeStringField(3, model.producerVersion);
  writer.writeStringField(6, model.description);
  writer.writeMessage(7, writeGraph, model.graph);
  writer.writeMessage(8, (version: number) => writer.writeVarintField(2, version), model.opset);
}

function readModel(reader: PbfReader): OnnxModel {
  const empty = { irVersion: 0, opset: 0, producer: "", producerVersion: "", description: "" };
  const model: Draft<OnnxModel> = { ...empty, graph: emptyGraph() };
  return reader.readFields((tag) => {
    if (tag === 1) model.irVersion = reader.readVarint();
    else if (tag === 2) model.producer = reader.readString();
    else if (tag === 3) model.producerVersion = reader.readString();
    else if (tag === 6) model.description = reader.readString();
    else if (tag === 7) model.graph = reader.readMessage(readGraph, emptyGraph());
    else if (tag === 8) {
      reader.readMessage((inner) => {
        if (inner === 2) model.opset = reader.readVarint();
      }, null);
    }
  }, model);
}

/** A message that is being read. */
type Draft<T> = { -readonly [Name in keyof T]: T[Name] };

/** A list that is being read. */
type DraftGraph = {
  -readonly [Name in keyof OnnxGraph]: OnnxGraph[Name] extends readonly (infer E)[] ? E[] : OnnxGraph[Name];
};

function emptyGraph(): DraftGraph {
  return { name: "", nodes: [], initializers: [], inputs: [], outputs: [] };
}

function writeGraph({ name, nodes, initializers, inputs, outputs }: OnnxGraph, writer: PbfWriter): void {
  for (const node of nodes) writer.writeMessage(1, writeNode, node);
  writer.writeStringField(2, name);
  for (const tensor of initializers) writer.writeMessage(5, writeTensor, tensor);
  for (const input of inputs) writer.writeMessage(11, writeValue, input);
  for (const output of outputs) writer.writeMessage(12, writeValue, output);
}

function readGraph(tag: number, graph: DraftGraph, reader: PbfReader): void {
  if (tag === 1) graph.nodes.push(readNode(reader));
  else if (tag === 2) graph.name = reader.readString();
  else if (tag === 5) graph.initializers.push(readTensor(reader));
  else if (tag === 11) graph.inputs.push(readValue(reader));
  else if (tag === 12) graph.outputs.push(readValue(reader));
}

function writeNode({ inputs, outputs, name, operator, attributes }: OnnxNode, writer: PbfWriter): void {
  for (const input of inputs) writer.writeStringField(1, input);
  for (const output of outputs) writer.writeStringField(2, output);
  writer.writeStringField(3, name);
  writer.writeStringField(4, operator);
  for (const entry of Object.entries(attributes)) writer.writeMessage(5, writeAttribute, entry);
}

function readNode(reader: PbfReader): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: [string, OnnxAttribute][] = [];
  const node = { name: "", operator: "" };
  reader.readMessage((tag) => {
    if (tag === 1) inputs.push(reader.readString());
    else if (tag === 2) outputs.push(reader.readString());
    else if (tag === 3) node.name = reader.readString();
    else if (tag === 4) node.operator = reader.readString();
    else if (tag === 5) attributes.push(readAttribute(reader));
  }, null);
  return { ...node, inputs, outputs, attributes: Object.fromEntries(attributes) };
}

function writeAttribute([name, attribute]: readonly [string, OnnxAttribute], writer: PbfWriter): void {
  writer.writeStringField(1, name);
  switch (attribute.kind) {
    case "float":
      writer.writeFloatField(2, attribute.value);
      break;
    case "int":
      writer.writeVarintField(3, attribute.value);
      break;
    case "type":
      writer.writeVarintField(3, elementTypes[attribute.value]);
      break;
    case "text":
      writer.writeStringField(4, attribute.value);
      break;
    case "graph":
      writer.writeMessage(6, writeGraph, attribute.value);
      break;
    case "ints":
      for (const value of attribute.value) writer.writeVarintField(8, value);
      break;
  }
  writer.writeVarintField(20, attributeKinds[attribute.kind === "type" ? "int" : attribute.kind]);
}

function readAttribute(reader: PbfReader): [string, OnnxAttribute] {
  const found = { name: "", kind: 0, float: 0, int: 0, text: "" };
  const ints: number[] = [];
  const graph = emptyGraph();
  reader.readMessage((tag) => {
    if (tag === 1) found.name = reader.readString();
    else if (tag === 2) found.float = reader.readFloat();
    else if (tag === 3) found.int = reader.readVarint(true);
    else if (tag === 4) found.text = reader.readString();
    else if (tag === 6) reader.readMessage(readGraph, graph);
    else if (tag === 8) ints.push(reader.readVarint(true));
    else if (tag === 20) found.kind = reader.readVarint();
  }, null);
  const { name, kind, float, int, text } = found;
  if (kind === attributeKinds.float) return [name, { kind: "float", value: float }];
  if (kind === attributeKinds.int) return [name, { kind: "int", value: int }];
  if (kind === attributeKinds.text) return [name, { kind: "text", value: text }];
  if (kind === attributeKinds.graph) return [name, { kind: "graph", value: graph }];
  if (kind === attributeKinds.ints) return [name, { kind: "ints", value: ints }];
  throw new RangeError(
    `ONNX: the attribute ${JSON.stringify(name)} is of the kind ${kind}, which is not written here`,
  );
}

function writeTensor({ name, dtype, shape, data }: OnnxTensor, writer: PbfWriter): void {
  for (const size of shape) writer.writeVarintField(1, size);
  writer.writeVarintField(2, elementTypes[dtype]);
  writer.writeStringField(8, name);
  writer.writeBytesField(9, data);
}

function readTensor(reader: PbfReader): OnnxTensor {
  const shape: number[] = [];
  const tensor: Draft<OnnxTensor> = { name: "", dtype: "float32", shape, data: new Uint8Array() };
  return reader.readMessage((tag) => {
    if (tag === 1) shape.push(reader.readVarint());
    else if (tag === 2) tensor.dtype = readElementType(reader);
    else if (tag === 8) tensor.name = reader.readString();
    else if (tag === 9) tensor.data = reader.readBytes();
  }, tensor);
}

function readElementType(reader: PbfReader): ElementType {
  const number = reader.readVarint();
  for (const name of keysOf(elementTypes)) if (elementTypes[name] === number) return name;
  throw new RangeError(`ONNX: the element type ${number} is not written here`);
}

function keysOf<Key extends string>(table: Readonly<Record<Key, unknown>>): Key[] {
  const keys: Key[] = [];
  for (const key in table) keys.push(key);
  return keys;
}

/** A value's type is a message in a message: that of a tensor, among others. */
function writeValue({ name, dtype, shape }: OnnxValue, writer: PbfWriter): void {
  writer.writeStringField(1, name);
  writer.writeMessage(2, () => writer.writeMessage(1, writeType, { dtype, shape }), null);
}

function writeType({ dtype, shape }: Pick<OnnxValue, "dtype" | "shape">, writer: PbfWriter): void {
  writer.writeVarintField(1, elementTypes[dtype]);
  writer.writeMessage(
    2,
    () => {
      for (const size of shape) writer.writeMessage(1, writeSize, size);
    },
    null,
  );
}

function writeSize(size: OnnxSize, writer: PbfWriter): void {
  if (typeof size === "number") writer.writeVarintField(1, size);
  else if (size !== null) writer.writeStringField(2, size);
}

function readValue(reader: PbfReader): OnnxValue {
  const shape: OnnxSize[] = [];
  const value: Draft<OnnxValue> = { name: "", dtype: "float32", shape };
  const readType = (tag: number): void => {
    if (tag === 1) value.dtype = readElementType(reader);
    else if (tag === 2)
      reader.readMessage((inner) => void (inner === 1 && shape.push(readSize(reader))), null);
  };
  return reader.readMessage((tag) => {
    if (tag === 1) value.name = reader.readString();
    else if (tag === 2)
      reader.readMessage((inner) => void (inner === 1 && reader.readMessage(readType, null)), null);
  }, value);
}

function readSize(reader: PbfReader): OnnxSize {
  let size: OnnxSize = null;
  reader.readMessage((tag) => {
    if (tag === 1) size = reader.readVarint();
    else if (tag === 2) size = reader.readString();
  }, null);
  return size;
}
