import { loadNpy, type Tensor } from "@strata/core";
import { FileError, readZip, withSource } from "@strata/core/internal/files";
import { PickledArray, unpickle } from "./unpickle.ts";

/** The arrays of an archive of NumPy's that data sets are kept in. */
export interface NpzMembers {
  /** An array of numbers. */
  tensor(name: string): Promise<Tensor>;
  /** An array of lists of whole numbers, which NumPy pickles. */
  sequences(name: string): Promise<readonly (readonly number[])[]>;
}

/** Opens an archive. @param name The file, for messages. */
export function withNpz<Result>(
  bytes: Uint8Array,
  name: string,
  use: (members: NpzMembers) => Promise<Result>,
): Promise<Result> {
  return withSource(
    {
      name,
      size: bytes.length,
      read: (offset = 0, length = bytes.length) => bytes.subarray(offset, offset + length),
    },
    {},
    async (file) => {
      const archive = await readZip(file, { maxBytes: 2 ** 32 });
      return use({
        tensor: async (member) => loadNpy(await archive.read(`${member}.npy`)),
        sequences: async (member) =>
          sequencesIn(await archive.read(`${member}.npy`), `${name}, ${member}.npy`),
      });
    },
  );
}

/** The lists in a file of an array of objects: a header, in which NumPy calls them "O", then a pickle of the array. */
function sequencesIn(bytes: Uint8Array, name: string): readonly (readonly number[])[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isArray = bytes.length > 12 && new TextDecoder("latin1").decode(bytes.subarray(1, 6)) === "NUMPY";
  const start = !isArray ? 0 : bytes[6] === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
  const header = new TextDecoder("latin1").decode(bytes.subarray(0, start));
  if (!/'descr': '\|O'/.test(header)) throw new FileError(name, "start", "it is no array of lists");
  const array = unpickle(bytes.subarray(start), name);
  if (!(array instanceof PickledArray) || array.data instanceof Uint8Array) {
    throw new FileError(name, "", "it is no array of lists");
  }
  return array.data.map((list, index) => {
    if (isIntegers(list)) return list;
    throw new FileError(name, `element ${index}`, "it is no list of whole numbers");
  });
}

function isIntegers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((each) => Number.isInteger(each));
}
