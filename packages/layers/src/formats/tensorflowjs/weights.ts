/** The values of weights in TensorFlow.js's form: one after the other, little-endian, in the order of their descriptions. */
import { decodeHalf, FileError, type Tensor, tensor } from "@strata/core";
import { describeValue, sizeOf } from "@strata/core/internal";
import { isJsonRecord, type Json } from "../../schema/option.ts";
import type { Quantization, WeightSpec } from "./artifacts.ts";

const bytesPerElement = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 } as const;

/** More weights than any model has. */
const mostWeights = 100_000;

/** TensorFlow has no tensors of more dimensions. */
const highestRank = 8;

/**
 * Checks the descriptions of weights in a file.
 *
 * @throws FileError for what is none, and for dtypes that weights cannot have.
 */
export function readWeightSpecs(file: string, json: Json | undefined): readonly WeightSpec[] {
  if (!Array.isArray(json)) {
    throw new FileError(
      file,
      "weights",
      `they are ${describeValue(json)}; they must be an array of descriptions`,
    );
  }
  if (json.length > mostWeights) {
    throw new FileError(file, "weights", `there are ${json.length}; accepted are ${mostWeights}`);
  }
  return json.map((each, index) => readWeightSpec(file, `weight ${index}`, each));
}

function readWeightSpec(file: string, place: string, json: Json): WeightSpec {
  if (!isJsonRecord(json))
    throw new FileError(file, place, `it is ${describeValue(json)}; it must be an object`);
  const { name, shape, dtype, quantization, group } = json;
  if (typeof name !== "string" || name === "") {
    throw new FileError(file, place, `the name is ${describeValue(name)}; it must be a string`);
  }
  const named = `weight ${JSON.stringify(name.slice(0, 200))}`;
  if (!isShape(shape)) {
    throw new FileError(
      file,
      named,
      `the shape is ${describeValue(shape)}; it must be an array of at most ${highestRank} integers of at least 0`,
    );
  }
  if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool") {
    throw new FileError(
      file,
      named,
      `the dtype is ${describeValue(dtype)}; weights can be of "float32", "int32" or "bool"`,
    );
  }
  return {
    name,
    shape,
    dtype,
    ...(quantization === undefined
      ? {}
      : { quantization: readQuantization(file, named, quantization, dtype) }),
    ...(typeof group === "string" ? { group } : {}),
  };
}

function isShape(json: Json | undefined): json is readonly number[] {
  if (!Array.isArray(json) || json.length > highestRank) return false;
  return json.every((size) => Number.isSafeInteger(size) && size >= 0) && Number.isSafeInteger(sizeOf(json));
}

function readQuantization(file: string, place: string, json: Json, dtype: string): Quantization {
  const given = isJsonRecord(json) ? json : {};
  if (given.dtype === "float16" && dtype === "float32") return { dtype: "float16" };
  const { dtype: stored, scale, min } = given;
  const isWhole = stored === "uint8" || stored === "uint16";
  if (isWhole && dtype !== "bool" && typeof scale === "number" && typeof min === "number") {
    return { dtype: stored, scale, min };
  }
  throw new FileError(
    file,
    place,
    `the quantization is ${JSON.stringify(json).slice(0, 200)} for ${dtype}; it must be of the dtype "float16", for float32, or ` +
      '"uint8" or "uint16" with scale and min',
  );
}

/** The bytes that a weight takes in the file. */
export function byteLengthOf({ shape, dtype, quantization }: WeightSpec): number {
  return sizeOf(shape) * bytesPerElement[quantization?.dtype ?? dtype];
}

/** A weight of a file. */
export interface NamedValue {
  readonly spec: WeightSpec;
  readonly value: Tensor;
}

/**
 * The weights of a file.
 *
 * @param file Its name, for messages.
 * @param specs The descriptions, in the order of the values.
 * @param bytes The values.
 * @throws FileError unless there are as many bytes as the descriptions demand; nothing is allocated then.
 */
export function decodeWeights(
  file: string,
  specs: readonly WeightSpec[],
  bytes: Uint8Array,
): readonly NamedValue[] {
  const demanded = specs.reduce((sum, spec) => sum + byteLengthOf(spec), 0);
  if (demanded !== bytes.length) {
    throw new FileError(
      file,
      "weights",
      `their descriptions demand ${demanded} bytes; there are ${bytes.length}`,
    );
  }
  let offset = 0;
  return specs.map((spec) => {
    const length = byteLengthOf(spec);
    // A copy, since the bytes may stand at any offset.
    const { buffer } = bytes.slice(offset, offset + length);
    offset += length;
    return { spec, value: tensor(valuesOf(spec, buffer), spec.shape, spec.dtype) };
  });
}

function valuesOf(
  { dtype, quantization }: WeightSpec,
  buffer: ArrayBufferLike,
): Float32Array | Int32Array | Uint8Array {
  if (quantization === undefined) {
    if (dtype === "float32") return new Float32Array(buffer);
    return dtype === "int32"
      ? new Int32Array(buffer)
      : new Uint8Array(buffer).map((each) => (each === 0 ? 0 : 1));
  }
  if (quantization.dtype === "float16") return decodeHalf(new Uint16Array(buffer), "float16");
  const { scale, min } = quantization;
  const stored = quantization.dtype === "uint8" ? new Uint8Array(buffer) : new Uint16Array(buffer);
  if (dtype === "int32") return Int32Array.from(stored, (each) => Math.round(each * scale + min));
  return Float32Array.from(stored, (each) => each * scale + min);
}

/** Weights by name as TensorFlow.js has them: their descriptions, and all values one after the other. */
export async function encodeWeights(
  weights: readonly { readonly name: string; readonly value: Tensor; readonly group?: string }[],
): Promise<{ readonly specs: readonly WeightSpec[]; readonly bytes: Uint8Array<ArrayBuffer> }> {
  const specs = weights.map(({ name, value, group }): WeightSpec => {
    const { shape, dtype } = value;
    if (dtype === "float32" || dtype === "int32" || dtype === "bool") {
      return { name, shape, dtype, ...(group === undefined ? {} : { group }) };
    }
    throw new TypeError(
      `TensorFlow.js: the weight ${JSON.stringify(name)} has the dtype ${dtype}; TensorFlow.js has float32, int32 and bool`,
    );
  });
  const bytes = new Uint8Array(specs.reduce((sum, spec) => sum + byteLengthOf(spec), 0));
  let offset = 0;
  for (const { value } of weights) {
    const data = await value.data();
    const part = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    bytes.set(part, offset);
    offset += part.length;
  }
  return { specs, bytes };
}
