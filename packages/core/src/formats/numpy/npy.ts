import { checkCount } from "../../arguments.ts";
import type { FileSource } from "../../files/file-source.ts";
import type { FileTarget } from "../../files/file-target.ts";
import type { ReadOptions } from "../../files/open-file.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { tensorsToWrite } from "../stored-tensors.ts";

/**
 * Writes a tensor to a file in NumPy's format, `.npy`, whole or not at all: what `numpy.load` reads.
 *
 * @throws FileError if it cannot be written.
 * @throws RangeError for bfloat16, which NumPy has not.
 *
 * @example
 * ```ts
 * import { loadNpy, saveNpy, tensor } from "@strata/core";
 * import { mkdtempSync } from "node:fs";
 * import { tmpdir } from "node:os";
 *
 * const path = `${mkdtempSync(`${tmpdir()}/strata-`)}/x.npy`;
 * await saveNpy(path, tensor([[1, 2], [3, 4]]));
 * console.log((await loadNpy(path)).arraySync()); // [[1, 2], [3, 4]]
 * ```
 */
export async function saveNpy(target: FileTarget, x: TensorLike): Promise<void> {
  checkCount("saveNpy", arguments, 2);
  const [tensor] = tensorsToWrite("saveNpy", { x });
  const { writeNpy } = await import("./npy-codec.ts");
  await writeNpy(target, tensor);
}

/** The bytes of a `.npy` file, as {@link saveNpy} writes it. */
export async function encodeNpy(x: TensorLike): Promise<Uint8Array<ArrayBuffer>> {
  checkCount("encodeNpy", arguments, 1);
  const [tensor] = tensorsToWrite("encodeNpy", { x });
  const { bytesOfNpy } = await import("./npy-codec.ts");
  return bytesOfNpy(tensor);
}

/**
 * Reads an array in NumPy's format, `.npy`: versions 1 to 3, in the order of C and of Fortran, and of either byte order.
 *
 * Integers of other widths become int32, those of 32 bits without a sign and of 64 bits if all of them are such numbers.
 * Strings, complex numbers, records and objects, which NumPy pickles, are refused.
 *
 * @throws FileError if the file is not what the format demands.
 *
 * @example
 * ```ts
 * import { encodeNpy, loadNpy } from "@strata/core";
 *
 * const bytes = await encodeNpy([1, 2, 3]);
 * console.log((await loadNpy(bytes)).arraySync()); // [1, 2, 3]
 * ```
 */
export async function loadNpy(source: FileSource, options: ReadOptions = {}): Promise<Tensor> {
  checkCount("loadNpy", arguments, 2);
  const { openNpy } = await import("./npy-codec.ts");
  return openNpy(source, options);
}
