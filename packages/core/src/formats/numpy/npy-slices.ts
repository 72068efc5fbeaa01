/** Arrays of NumPy's files by their slices, for those that do not fit in memory. */
import type { DType, TypedArray } from "../../dtype.ts";
import { FileError } from "../../files/file-error.ts";
import type { OpenFile } from "../../files/open-file.ts";
import { type Shape, sizeOf } from "../../shape.ts";
import { bytesPerStoredElement, dtypeOfElements, readElements } from "../elements.ts";
import { readNpyHeader } from "./npy-header.ts";

/** The slices of an array along its first axis. */
export interface NpySlices {
  /** How many there are. */
  readonly count: number;
  /** The shape of one. */
  readonly shape: Shape;
  readonly dtype: DType;
  /** The bytes that one takes in the file. */
  readonly bytes: number;
  /** The values of some slices that follow each other, in memory of their own. */
  read(start: number, count: number): Promise<TypedArray>;
}

/**
 * The slices of the array that is all of a file; of them only those are read that are asked for.
 *
 * @throws FileError for a scalar, and for an array whose slices do not lie together.
 */
export async function npySlices(file: OpenFile, place = ""): Promise<NpySlices> {
  const header = await readNpyHeader(file, place);
  if (header.shape.length === 0) throw new FileError(file.name, place, "it is a scalar, which has no slices");
  if (header.isFortranOrder && header.shape.length > 1) {
    throw new FileError(
      file.name,
      place,
      "its first axis lies innermost (fortran_order), so that slices cannot be read one by one; numpy.ascontiguousarray turns it",
    );
  }
  const [count, ...shape] = header.shape;
  const bytes = sizeOf(shape) * bytesPerStoredElement(header.type);
  return {
    count,
    shape,
    bytes,
    dtype: dtypeOfElements(header.type),
    async read(start, number) {
      const part = { ...header, place, shape: [number, ...shape], offset: header.offset + start * bytes };
      const [values] = await readElements(file, [part]);
      return values;
    },
  };
}
