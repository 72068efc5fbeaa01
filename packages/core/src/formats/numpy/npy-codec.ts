/** How `.npy` files are read and written; loaded when it is needed. */
import { type FileSource, withSource } from "../../files/file-source.ts";
import { type FileTarget, joinContent, writeTarget } from "../../files/file-target.ts";
import type { OpenFile, ReadOptions } from "../../files/open-file.ts";
import { transpose } from "../../ops/shapes.ts";
import type { Tensor } from "../../tensor.ts";
import { dtypeOfElements, encodeElements, readElements } from "../elements.ts";
import type { TensorToWrite } from "../stored-tensors.ts";
import { tensorOfValues } from "../tensor-of-values.ts";
import { encodeNpyHeader, readNpyHeader } from "./npy-header.ts";

/** Writes a file of one array. */
export async function writeNpy(target: FileTarget, tensor: TensorToWrite): Promise<void> {
  await writeTarget(target, await contentOfNpy(tensor), "saveNpy");
}

/** The bytes of a file of one array. */
export async function bytesOfNpy(tensor: TensorToWrite): Promise<Uint8Array<ArrayBuffer>> {
  return joinContent(await contentOfNpy(tensor));
}

/** The array of a source. */
export function openNpy(source: FileSource, options: ReadOptions): Promise<Tensor> {
  return withSource(source, options, (file) => readNpy(file), "loadNpy");
}

/** The header and the elements of a file. */
export async function contentOfNpy(tensor: TensorToWrite): Promise<Uint8Array[]> {
  const header = encodeNpyHeader(tensor.dtype, tensor.shape);
  return [header, encodeElements(await tensor.values(), tensor.dtype)];
}

/** The array that is all of a file. */
export async function readNpy(file: OpenFile, place = ""): Promise<Tensor> {
  const header = await readNpyHeader(file, place);
  const [values] = await readElements(file, [{ ...header, place }]);
  const dtype = dtypeOfElements(header.type);
  if (!header.isFortranOrder) return tensorOfValues(values, dtype, header.shape);
  return transpose(tensorOfValues(values, dtype, [...header.shape].reverse()));
}
