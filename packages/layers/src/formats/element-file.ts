/**
 * Files of the elements of datasets, with which a pipeline need not run again. Each is a record of {@link frameRecord}: the length of
 * a description in 4 bytes, the description in JSON, and the bytes of tensors and typed arrays one after the other. The first
 * record names the form, and the last one the number of elements.
 */
import { type DType, Tensor, type TypedArray, tensor } from "@strata/core";
import { allocateArray, describeValue, isDType, joinBytes, sizeOf } from "@strata/core/internal";
import { FileError } from "@strata/core/internal/files";
import { isPlainObject } from "../schema/configurable.ts";
import type { Json } from "../schema/option.ts";
import { dtypeOf, isTypedArray } from "../training/arrays.ts";
import { frameRecord, readRecords } from "./record-framing.ts";

const form = "strata elements 1";

/** The bytes of a file of elements, whose last record follows when `elements` ends. */
export async function* encodeElementFile(elements: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  let count = 0;
  yield* frameRecord(encode(form));
  for await (const element of elements) {
    yield* frameRecord(await encodeElement(element, count));
    count++;
  }
  yield* frameRecord(encode({ count }));
}

/**
 * The elements of a file.
 *
 * @typeParam Element Their type; stated by the caller, who wrote them.
 * @throws FileError for a file that is damaged, cut, or of another kind.
 */
export function readElementFile<Element>(
  file: string,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Element>;
export async function* readElementFile(
  file: string,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<unknown> {
  let index = -1;
  let waiting: Uint8Array | null = null;
  for await (const record of readRecords(file, chunks)) {
    if (index < 0) {
      const isKnown = new TextDecoder().decode(record) === JSON.stringify(form);
      if (!isKnown)
        throw new FileError(file, "start", "it is no cache of a dataset; give another path, or remove it");
    } else if (waiting !== null) yield decodeElement(waiting);
    // Which record is the last one is known when there is no other.
    waiting = index < 0 ? null : record;
    index++;
  }
  if (waiting !== null && new TextDecoder().decode(waiting) === JSON.stringify({ count: index - 1 })) return;
  throw new FileError(file, "end", "its last record is missing; remove it, so that it is written anew");
}

function encode(value: Json): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** A part of an element: a value of JSON, or a list that begins with the letter of its kind. */
type Described = Json;

async function encodeElement(element: unknown, index: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const description = encode(await describe(element, "", index, parts));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, description.length, true);
  return joinBytes([length, description, ...parts]);
}

async function describe(
  part: unknown,
  place: string,
  index: number,
  parts: Uint8Array[],
): Promise<Described> {
  if (part instanceof Tensor) {
    parts.push(bytesOf(await part.data()));
    return ["tensor", part.dtype, [...part.shape]];
  }
  if (isTypedArray(part)) {
    parts.push(bytesOf(part));
    return ["array", dtypeOf(part), part.length];
  }
  // JSON has no NaN, infinity or −0.
  if (typeof part === "number" && (!Number.isFinite(part) || Object.is(part, -0))) {
    return ["number", Object.is(part, -0) ? "-0" : String(part)];
  }
  if (part === null || typeof part === "number" || typeof part === "string" || typeof part === "boolean") {
    return part;
  }
  if (part === undefined) return ["undefined"];
  if (Array.isArray(part)) {
    const members: Described[] = [];
    for (const [each, member] of part.entries())
      members.push(await describe(member, `${place}[${each}]`, index, parts));
    return ["list", members];
  }
  if (isPlainObject(part)) {
    const members: Described[] = [];
    for (const [name, member] of Object.entries(part)) {
      members.push([name, await describe(member, `${place}.${name}`, index, parts)]);
    }
    return ["object", members];
  }
  const where = place === "" ? `the element ${index}` : `the element ${index} at ${place}`;
  throw new TypeError(
    `Dataset.cache: ${where} is ${describeValue(part)}; a file holds tensors, typed arrays, numbers, strings, booleans, and ` +
      "arrays and objects of them",
  );
}

function bytesOf({ buffer, byteOffset, byteLength }: TypedArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function decodeElement(record: Uint8Array): unknown {
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const end = 4 + view.getUint32(0, true);
  const description: Described = JSON.parse(new TextDecoder().decode(record.subarray(4, end)));
  let at = end;
  const take = (values: TypedArray): TypedArray => {
    const bytes = bytesOf(values);
    bytes.set(record.subarray(at, at + bytes.length));
    at += bytes.length;
    return values;
  };
  const restoreMember = (member: Described): [string, unknown] =>
    Array.isArray(member) ? [String(member[0]), restore(member[1] ?? null)] : ["", null];
  const restore = (part: Described): unknown => {
    if (!Array.isArray(part)) return part;
    const [kind, first, second] = part;
    switch (kind) {
      case "tensor": {
        const sizes = Array.isArray(second) ? second.map(Number) : [];
        return tensor(take(allocateArray(namedDType(first), sizeOf(sizes))), sizes, namedDType(first));
      }
      case "array":
        return take(allocateArray(namedDType(first), Number(second)));
      case "number":
        return Number(first);
      case "list":
        return Array.isArray(first) ? first.map(restore) : [];
      case "object":
        return Object.fromEntries(Array.isArray(first) ? first.map(restoreMember) : []);
      default:
        return undefined;
    }
  };
  return restore(description);
}

function namedDType(described: Described | undefined): DType {
  if (isDType(described)) return described;
  throw new TypeError(`${describeValue(described)} is no dtype`);
}
