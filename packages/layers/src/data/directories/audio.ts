import { type FileSource, type Tensor, tensor } from "@strata/core";
import { readOptionTable } from "../../schema/configurable.ts";
import type { Given } from "../../schema/option.ts";
import { positiveInteger } from "../../schema/vocabulary.ts";
import { type DirectoryDatasets, directoryDatasets, type KnownOptions } from "./directory-dataset.ts";
import { directoryOptions } from "./directory-options.ts";
import type { DirectoryLike } from "./folder-tree.ts";

const operation = "audioDatasetFromDirectory";

const options = {
  ...directoryOptions,
  /** The number of samples that longer recordings are cut to, and shorter ones filled up to; null for the longest of a batch. */
  outputSequenceLength: positiveInteger().orNull(),
};

/** Options of {@link audioDatasetFromDirectory}. */
export interface AudioDirectoryOptions extends Given<typeof options> {}

/**
 * The recordings of a directory, `.wav` files, with labels: each folder in it is a class, in alphabetical order. Files are read when
 * they are wanted. Samples are whole numbers of 8, 16, 24 or 32 bits, or floats, and become numbers from −1 to 1; they keep the
 * rate that they were recorded at. Shorter recordings of a batch are filled up with silence.
 *
 * @param directory A path; in browsers a handle of a folder, or Files.
 * @param options Labels, batches, order and parts of the directory, and the length of recordings.
 * @returns Batches of `[audio, labels]`: tensors [batch, samples, channels] and the labels; or of audio alone. Of `subset: "both"`, a
 * pair of datasets.
 * @throws RangeError for an option that is not accepted, and where the directory has no such files; FileError, when it is run, for
 * a file that cannot be decoded.
 *
 * @example
 * ```text
 * const commands = await audioDatasetFromDirectory("commands", { batchSize: 64, outputSequenceLength: 16000 });
 * for await (const [audio, labels] of commands) console.log(audio.shape, labels.shape);
 * // [64, 16000, 1] [64]
 * ```
 */
export function audioDatasetFromDirectory<const Options extends AudioDirectoryOptions = object>(
  directory: DirectoryLike,
  options?: KnownOptions<Options, AudioDirectoryOptions>,
): Promise<DirectoryDatasets<Options, Tensor>>;
export async function audioDatasetFromDirectory(
  directory: DirectoryLike,
  given: AudioDirectoryOptions = {},
): Promise<unknown> {
  const values = readOptionTable(operation, options, given);
  const { outputSequenceLength } = values;
  return directoryDatasets(
    {
      operation,
      endings: [".wav"],
      load: (source) => readAudio(source, outputSequenceLength),
      batch: (files, size) => (outputSequenceLength === null ? files.paddedBatch(size) : files.batch(size)),
    },
    directory,
    values,
  );
}

async function readAudio(source: FileSource, wanted: number | null): Promise<Tensor> {
  const [{ withSource }, { decodeWav }] = await Promise.all([
    import("@strata/core/internal/files"),
    import("../../formats/audio/wav.ts"),
  ]);
  return withSource(source, {}, async (file) => {
    const { samples, channels } = decodeWav(await file.readAll(), file.name);
    if (wanted === null) return tensor(samples, [samples.length / channels, channels]);
    const filled = new Float32Array(wanted * channels);
    filled.set(samples.subarray(0, filled.length));
    return tensor(filled, [wanted, channels]);
  });
}
