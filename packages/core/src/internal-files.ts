/**
 * The helpers for files that core shares with `@strata/layers`. They have a door of their own, so that programs which read and
 * write none do not carry them: what imports it is imported dynamically.
 *
 * Not a public interface: it changes in any version, without notice.
 *
 * @module
 */
export { FileError } from "./files/file-error.ts";
export { checkRelativeName } from "./files/file-names.ts";
export { type FileSet, writeFileSet } from "./files/file-set.ts";
export { openSource, streamSource, withSource } from "./files/file-source.ts";
export {
  appendToFile,
  fileExists,
  joinContent,
  makeFoldersOf,
  siblingTarget,
  writeTarget,
} from "./files/file-target.ts";
export { gunzip, gzip } from "./files/gzip.ts";
export { type JsonValue, parseJson } from "./files/json.ts";
export type { OpenFile } from "./files/open-file.ts";
export {
  readZip,
  writeZip,
  type ZipArchive,
  type ZipContent,
  type ZipLimits,
  type ZipOptions,
} from "./files/zip.ts";
export { type NpySlices, npySlices } from "./formats/numpy/npy-slices.ts";
export { readNpz, writeNpz } from "./formats/numpy/npz-codec.ts";
export { readSafetensors, writeSafetensors } from "./formats/safetensors/codec.ts";
export { tensorsToWrite } from "./formats/stored-tensors.ts";
export { tensorOfValues } from "./formats/tensor-of-values.ts";
