import { type FileSource, type Tensor, tensor } from "@strata/core";
import { sizeOf } from "@strata/core/internal";
import type { NpySlices, OpenFile } from "@strata/core/internal/files";
import { readOptionTable } from "../../schema/configurable.ts";
import type { Given } from "../../schema/option.ts";
import { textsWhere } from "../../schema/vocabulary.ts";
import { Dataset } from "../dataset.ts";

/**
 * The slices along the first axis of an array in NumPy's format, `.npy`. They are read by their position when they are wanted, so
 * that the array may be larger than memory.
 *
 * @param source A path, an address, a Blob or File, bytes, or an object with `read`.
 * @returns The slices, of which the number is known.
 * @throws FileError for a file that is none, for a scalar, and for an array whose slices do not lie together (fortran_order).
 *
 * @example
 * ```ts
 * import { encodeNpy } from "@strata/core";
 * import { npyDataset } from "@strata/layers";
 *
 * const rows = await npyDataset(await encodeNpy([[1, 2], [3, 4], [5, 6]]));
 * console.log(rows.size); // 3
 * for await (const row of rows.skip(1)) console.log(row.arraySync());
 * // [3, 4]
 * // [5, 6]
 * ```
 */
export async function npyDataset(source: FileSource): Promise<Dataset<Tensor>> {
  const { npySlices, withSource } = await import("@strata/core/internal/files");
  const use = <Result>(act: (slices: NpySlices) => Promise<Result>): Promise<Result> =>
    withSource(source, unlimited, async (file) => act(await npySlices(file)), "npyDataset");
  const size = await use(async ({ count }) => count);
  return new Dataset({
    size,
    async *pass() {
      const { openSource } = await import("@strata/core/internal/files");
      const file = await openSource(source, unlimited, "npyDataset");
      try {
        yield* tensorsOf(await npySlices(file));
      } finally {
        await file.close();
      }
    },
  });
}

const unlimited = { maxBytes: Number.POSITIVE_INFINITY };

/** In bytes: what is read at once. */
const readAtOnce = 2 ** 20;

async function* tensorsOf(slices: NpySlices): AsyncGenerator<Tensor> {
  const { count, shape, dtype, bytes } = slices;
  const size = sizeOf(shape);
  const most = Math.max(1, Math.floor(readAtOnce / Math.max(bytes, 1)));
  for (let start = 0; start < count; start += most) {
    const number = Math.min(most, count - start);
    const values = await slices.read(start, number);
    for (let index = 0; index < number; index++) {
      yield tensor(values.slice(index * size, (index + 1) * size), shape, dtype);
    }
  }
}

const options = {
  /** The names of the arrays that are read, as a tuple in this order; null for all, as an object. */
  names: textsWhere("an array of names", ({ length }) => length > 0)().orNull(),
};

/** Options of {@link npzDataset}. */
export interface NpzDatasetOptions extends Given<typeof options> {}

/**
 * The slices along the first axis of the arrays in an archive of NumPy, `.npz`, which must be of one length: tuples of the arrays
 * that are named, as `[x, y]`, or objects of all. What `numpy.savez` stores is read by position when it is wanted; an array that
 * `numpy.savez_compressed` wrote is expanded in memory for each pass.
 *
 * @param source As for {@link npyDataset}.
 * @param options The arrays.
 * @throws FileError for a file that is none, and for arrays that are not there, or not of one length.
 *
 * @example
 * ```ts
 * import { encodeNpz } from "@strata/core";
 * import { npzDataset } from "@strata/layers";
 *
 * const archive = await encodeNpz({ x_train: [[1, 2], [3, 4]], y_train: [0, 1] });
 * const samples = await npzDataset(archive, { names: ["x_train", "y_train"] });
 * for await (const [x, y] of samples.batch(2)) console.log(x.arraySync(), y.arraySync());
 * // [[1, 2], [3, 4]] [0, 1]
 * ```
 */
export async function npzDataset<const Names extends readonly string[]>(
  source: FileSource,
  options: { readonly names: Names },
): Promise<Dataset<{ readonly [Place in keyof Names]: Tensor }>>;
export async function npzDataset(
  source: FileSource,
  options?: NpzDatasetOptions,
): Promise<Dataset<Readonly<Record<string, Tensor>>>>;
export async function npzDataset(
  source: FileSource,
  given: NpzDatasetOptions = {},
): Promise<Dataset<unknown>> {
  const { names } = readOptionTable("npzDataset", options, given);
  const { openSource, withSource } = await import("@strata/core/internal/files");
  const arrays = await withSource(source, unlimited, (file) => openArrays(file, names), "npzDataset");
  return new Dataset({
    size: arrays[0].slices.count,
    async *pass() {
      const file = await openSource(source, unlimited, "npzDataset");
      try {
        const opened = await openArrays(file, names);
        const iterators = opened.map(({ slices }) => tensorsOf(slices));
        for (let index = 0; index < opened[0].slices.count; index++) {
          const parts: [string, unknown][] = [];
          for (const [place, each] of iterators.entries())
            parts.push([opened[place].name, (await each.next()).value]);
          yield names === null ? Object.fromEntries(parts) : parts.map(([, part]) => part);
        }
      } finally {
        await file.close();
      }
    },
  });
}

async function openArrays(
  file: OpenFile,
  wanted: readonly string[] | null,
): Promise<readonly { readonly name: string; readonly slices: NpySlices }[]> {
  const { FileError, npySlices, readZip } = await import("@strata/core/internal/files");
  const archive = await readZip(file);
  const known = archive.names.flatMap((name) => (name.endsWith(".npy") ? [name.slice(0, -4)] : []));
  const missing = wanted?.find((name) => !known.includes(name));
  if (missing !== undefined || known.length === 0) {
    const what =
      missing === undefined ? "there are no arrays" : `there is no array ${JSON.stringify(missing)}`;
    throw new FileError(file.name, "", `${what}; it has ${archive.names.join(", ") || "nothing"}`);
  }
  const arrays: { readonly name: string; readonly slices: NpySlices }[] = [];
  for (const name of wanted ?? known) {
    const place = JSON.stringify(name);
    const slices = await npySlices(await archive.open(`${name}.npy`), place);
    const [first = { name, slices }] = arrays;
    if (slices.count !== first.slices.count) {
      throw new FileError(
        file.name,
        place,
        `it has ${slices.count} slices, and ${JSON.stringify(first.name)} ${first.slices.count}; names can choose those of one length`,
      );
    }
    arrays.push({ name, slices });
  }
  return arrays;
}
