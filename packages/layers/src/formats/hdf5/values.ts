import { type DType, decodeHalf, encodeHalf, FileError, type Tensor, tensor } from "@strata/core";
import { tensorOfValues } from "@strata/core/internal/files";
import type { Hdf5Dataset } from "./tree.ts";
import type { WrittenDataset } from "./write-hdf5.ts";

/** The name of a dataset in messages: the file, and its path in it. */
export interface DatasetPlace {
  readonly file: string;
  readonly path: string;
}

/** The dtype of the tensor that a dataset holds; throws a FileError if it holds none. */
export function dtypeOfDataset(dataset: Hdf5Dataset, { file, path }: DatasetPlace): DType {
  const { dtype, elementBytes, attributes } = dataset;
  // Python's h5py knows no bfloat16: Keras writes opaque bytes, and says in an attribute what they are.
  if (dtype === "bytes" && elementBytes === 2 && attributes.get("dtype") === "bfloat16") return "bfloat16";
  if (dtype === "bytes" || dtype === "string") {
    throw new FileError(
      file,
      path,
      `it holds ${dtype === "bytes" ? "opaque bytes" : "texts"}; it must hold numbers`,
    );
  }
  return dtypes[dtype];
}

const dtypes = {
  float16: "float16",
  bfloat16: "bfloat16",
  float32: "float32",
  float64: "float64",
  bool: "bool",
  uint8: "uint8",
  int8: "int32",
  int16: "int32",
  int32: "int32",
  int64: "int32",
  uint16: "int32",
  uint32: "int32",
  uint64: "int32",
} as const satisfies Record<Exclude<Hdf5Dataset["dtype"], "bytes" | "string">, DType>;

/**
 * The values of a dataset as a tensor, which may lie in the memory that the file was read to.
 *
 * @throws FileError for texts, damaged data, and integers that int32 does not hold.
 */
export async function tensorOfDataset(dataset: Hdf5Dataset, place: DatasetPlace): Promise<Tensor> {
  const dtype = dtypeOfDataset(dataset, place);
  const bytes = await dataset.read();
  const values = valuesOf(bytes, dataset, dtype, place);
  // What core holds in the same form stays where it was read to.
  return values instanceof Float32Array || values instanceof Float64Array || values instanceof Int32Array
    ? tensorOfValues(values, dtype, dataset.shape)
    : tensor(values, dataset.shape, dtype);
}

function valuesOf(bytes: Uint8Array, { dtype, elementBytes }: Hdf5Dataset, of: DType, place: DatasetPlace) {
  const { buffer, byteOffset } = aligned(bytes, elementBytes);
  const view = <View>(
    made: new (buffer: ArrayBufferLike, offset: number, length: number) => View,
    size: number,
  ) => new made(buffer, byteOffset, bytes.length / size);
  if (of === "float16" || of === "bfloat16") return decodeHalf(view(Uint16Array, 2), of);
  if (dtype === "float32") return view(Float32Array, 4);
  if (dtype === "float64") return view(Float64Array, 8);
  if (dtype === "int8") return view(Int8Array, 1);
  if (dtype === "int16") return view(Int16Array, 2);
  if (dtype === "int32") return view(Int32Array, 4);
  if (dtype === "uint16") return view(Uint16Array, 2);
  if (dtype === "uint32") return Int32Array.from(view(Uint32Array, 4), (value) => checked(value, place));
  if (dtype === "int64") return Int32Array.from(view(BigInt64Array, 8), (value) => checked(value, place));
  if (dtype === "uint64") return Int32Array.from(view(BigUint64Array, 8), (value) => checked(value, place));
  return view(Uint8Array, 1);
}

/** The same bytes at a position that typed arrays of such elements can begin at. */
function aligned(bytes: Uint8Array, elementBytes: number): Uint8Array {
  return bytes.byteOffset % elementBytes === 0 ? bytes : bytes.slice();
}

function checked(value: number | bigint, { file, path }: DatasetPlace): number {
  const number = Number(value);
  if (number === (number | 0)) return number;
  throw new FileError(file, path, `it holds the integer ${value}; accepted are those that int32 holds`);
}

/** A tensor as a dataset to be written. */
export async function datasetOfTensor(values: Tensor): Promise<WrittenDataset> {
  const { dtype, shape } = values;
  const data = await values.data();
  if (dtype !== "bfloat16" && dtype !== "float16") {
    return { kind: "dataset", attributes: new Map(), dtype, shape, bytes: bytesOf(data) };
  }
  const bits = encodeHalf(Float32Array.from(data), dtype);
  const attributes = new Map(dtype === "bfloat16" ? [["dtype", "bfloat16"]] : []);
  return {
    kind: "dataset",
    attributes,
    dtype: dtype === "float16" ? dtype : "bytes",
    shape,
    bytes: bytesOf(bits),
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
