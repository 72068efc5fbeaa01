import type { FileSource } from "@strata/core";
import { readOptionTable } from "../../schema/configurable.ts";
import type { Given } from "../../schema/option.ts";
import { positiveInteger } from "../../schema/vocabulary.ts";
import { type DirectoryDatasets, directoryDatasets, type KnownOptions } from "./directory-dataset.ts";
import { directoryOptions } from "./directory-options.ts";
import type { DirectoryLike } from "./folder-tree.ts";

const operation = "textDatasetFromDirectory";

const options = {
  ...directoryOptions,
  /** The length in bytes at which longer texts are cut off; null for whole texts. */
  maxLength: positiveInteger().orNull(),
};

/** Options of {@link textDatasetFromDirectory}. */
export interface TextDirectoryOptions extends Given<typeof options> {}

/**
 * The texts of a directory, `.txt` files in UTF-8, with labels: each folder in it is a class, in alphabetical order. Files are read
 * when they are wanted.
 *
 * @param directory A path; in browsers a handle of a folder, or Files.
 * @param options Labels, batches, order and parts of the directory, and the length of texts.
 * @returns Batches of `[texts, labels]`: an array of strings and a tensor; or of texts alone. Of `subset: "both"`, a pair of datasets.
 * @throws RangeError for an option that is not accepted, and where the directory has no such files.
 *
 * @example
 * ```ts
 * import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { textDatasetFromDirectory } from "@strata/layers";
 *
 * const folder = mkdtempSync(join(tmpdir(), "reviews-"));
 * for (const name of ["bad", "good"]) mkdirSync(join(folder, name));
 * writeFileSync(join(folder, "bad/1.txt"), "A waste of time.");
 * writeFileSync(join(folder, "good/1.txt"), "I laughed and cried.");
 *
 * const reviews = await textDatasetFromDirectory(folder, { shuffle: false, verbose: false });
 * console.log(reviews.classNames); // ["bad", "good"]
 * for await (const [texts, labels] of reviews) console.log(texts, labels.arraySync());
 * // ["A waste of time.", "I laughed and cried."] [0, 1]
 * ```
 */
export function textDatasetFromDirectory<const Options extends TextDirectoryOptions = object>(
  directory: DirectoryLike,
  options?: KnownOptions<Options, TextDirectoryOptions>,
): Promise<DirectoryDatasets<Options, string, readonly string[]>>;
export async function textDatasetFromDirectory(
  directory: DirectoryLike,
  given: TextDirectoryOptions = {},
): Promise<unknown> {
  const values = readOptionTable(operation, options, given);
  return directoryDatasets(
    {
      operation,
      endings: [".txt"],
      load: (source) => readText(source, values.maxLength),
      batch: (files, size) => files.batch(size),
    },
    directory,
    values,
  );
}

async function readText(source: FileSource, maxLength: number | null): Promise<string> {
  const { withSource } = await import("@strata/core/internal/files");
  const bytes = await withSource(source, {}, (file) =>
    file.read(0, maxLength === null ? file.size : Math.min(maxLength, file.size)),
  );
  // Of a character that is cut through nothing is left.
  return new TextDecoder().decode(bytes, { stream: maxLength !== null });
}
