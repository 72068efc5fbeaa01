import { checkCount, describeValue, readOptions } from "../../arguments.ts";
import type { FileSource } from "../../files/file-source.ts";
import type { FileTarget } from "../../files/file-target.ts";
import type { ReadOptions } from "../../files/open-file.ts";
import type { Tensor } from "../../tensor.ts";
import { type NamedTensorLikes, type TensorToWrite, tensorsToWrite } from "../stored-tensors.ts";
import type { SafetensorsHeader } from "./header.ts";

/** How safetensors files are written. */
export interface SafetensorsOptions {
  /** Texts by name that are saved with the tensors. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** How safetensors files are written that may be divided. */
export interface SafetensorsSaveOptions extends SafetensorsOptions {
  /** The most bytes of tensors in a file, where the target is an index. Default: 5e9, as the Hugging Face Hub has it. */
  readonly maxShardBytes?: number;
}

/**
 * Writes tensors to a safetensors file, whole or not at all. A target whose name ends with `.safetensors.index.json` gets
 * several files beside it, each of at most `maxShardBytes`, and the index last.
 *
 * Every dtype is written as it is: bool, uint8, int32, float16, bfloat16, float32 and float64.
 *
 * @throws FileError if it cannot be written.
 *
 * @example
 * ```ts
 * import { loadSafetensors, saveSafetensors, tensor } from "@strata/core";
 * import { mkdtempSync } from "node:fs";
 * import { tmpdir } from "node:os";
 *
 * const path = `${mkdtempSync(`${tmpdir()}/strata-`)}/model.safetensors`;
 * await saveSafetensors(path, { kernel: [[1, 2]], bias: tensor([0.5]) }, { metadata: { epoch: "3" } });
 * const { kernel } = await loadSafetensors(path);
 * console.log(kernel?.arraySync()); // [[1, 2]]
 * ```
 */
export async function saveSafetensors(
  target: FileTarget,
  tensors: NamedTensorLikes,
  options: SafetensorsSaveOptions = {},
): Promise<void> {
  checkCount("saveSafetensors", arguments, 3);
  const { metadata = {}, maxShardBytes } = readOptions("saveSafetensors", options, [
    "metadata",
    "maxShardBytes",
  ]);
  const toWrite = prepare("saveSafetensors", tensors, metadata);
  const { writeSafetensors } = await import("./codec.ts");
  await writeSafetensors(target, toWrite, metadata, maxShardBytes);
}

/**
 * The bytes of a safetensors file.
 *
 * @example
 * ```ts
 * import { encodeSafetensors, loadSafetensors } from "@strata/core";
 *
 * const bytes = await encodeSafetensors({ bias: [1, 2] });
 * console.log((await loadSafetensors(bytes)).bias?.arraySync()); // [1, 2]
 * ```
 */
export async function encodeSafetensors(
  tensors: NamedTensorLikes,
  options: SafetensorsOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  checkCount("encodeSafetensors", arguments, 2);
  const { metadata = {} } = readOptions("encodeSafetensors", options, ["metadata"]);
  const toWrite = prepare("encodeSafetensors", tensors, metadata);
  const { bytesOfSafetensors } = await import("./codec.ts");
  return bytesOfSafetensors(toWrite, metadata);
}

/**
 * Reads the tensors of a safetensors file, or of all files that an index (`model.safetensors.index.json`) names. The header
 * is checked before anything is allocated, and values are read into the memory that they stay in.
 *
 * Types that are no dtype become int32: I8, I16, U16, and U32, I64 and U64 if all of their numbers are such. Those of 8 bits
 * with a floating point (F8_E4M3, F8_E5M2) and less are refused.
 *
 * @throws FileError if the file is not what the format demands.
 *
 * @example
 * ```ts
 * import { encodeSafetensors, loadSafetensors, tensor } from "@strata/core";
 *
 * const bytes = await encodeSafetensors({ kernel: tensor([[1, 2]], [1, 2], "bfloat16") });
 * const { kernel } = await loadSafetensors(bytes, { onProgress: ({ loaded, total }) => loaded / total });
 * console.log(kernel?.dtype, kernel?.arraySync()); // "bfloat16" [[1, 2]]
 * ```
 */
export async function loadSafetensors(
  source: FileSource,
  options: ReadOptions = {},
): Promise<Record<string, Tensor>> {
  checkCount("loadSafetensors", arguments, 2);
  const { openSafetensors } = await import("./codec.ts");
  return openSafetensors(source, options);
}

/**
 * The header of a safetensors file: the tensors' types, shapes and places, and the metadata. Nothing else is read.
 *
 * @example
 * ```ts
 * import { encodeSafetensors, loadSafetensorsHeader } from "@strata/core";
 *
 * const bytes = await encodeSafetensors({ bias: [1, 2] }, { metadata: { epoch: "3" } });
 * const { metadata, tensors } = await loadSafetensorsHeader(bytes);
 * console.log(metadata.epoch, tensors.bias?.dtype, tensors.bias?.shape); // "3" "F32" [2]
 * ```
 */
export async function loadSafetensorsHeader(
  source: FileSource,
  options: ReadOptions = {},
): Promise<SafetensorsHeader> {
  checkCount("loadSafetensorsHeader", arguments, 2);
  const { openHeader } = await import("./codec.ts");
  return openHeader(source, options);
}

/** The tensors as they are now, of which the names and metadata have been checked. */
function prepare(
  operation: string,
  tensors: NamedTensorLikes,
  metadata: Readonly<Record<string, string>>,
): TensorToWrite[] {
  const toWrite = tensorsToWrite(operation, tensors);
  const areStrings =
    typeof metadata === "object" &&
    metadata !== null &&
    Object.values(metadata).every((value) => typeof value === "string");
  if (!areStrings) {
    throw new TypeError(
      `${operation}: the metadata are ${describeValue(metadata)}; they must be an object of strings`,
    );
  }
  if (Object.hasOwn(tensors, "__metadata__")) {
    throw new RangeError(
      `${operation}: "__metadata__" is no name for a tensor; the format has another use for it`,
    );
  }
  return toWrite;
}
