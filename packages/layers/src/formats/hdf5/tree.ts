/** The dtypes of datasets that models are kept in. `bytes` are opaque: what they mean, an attribute says. */
export type Hdf5DType =
  | "float16"
  | "bfloat16"
  | "float32"
  | "float64"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "bool"
  | "bytes"
  | "string";

/** An attribute: texts or numbers, one or a list of them. */
export type Hdf5Attribute = string | number | readonly (string | number)[];

/** The attributes of a group or dataset, by name. */
export type Hdf5Attributes = ReadonlyMap<string, Hdf5Attribute>;

/** An array of values. */
export interface Hdf5Dataset {
  readonly kind: "dataset";
  readonly attributes: Hdf5Attributes;
  /** The type of its elements, which are little-endian. */
  readonly dtype: Hdf5DType;
  /** The bytes of an element. */
  readonly elementBytes: number;
  /** The sizes of its dimensions. */
  readonly shape: readonly number[];
  /**
   * The elements in row-major order. They may be a view of the file, which must not be changed.
   *
   * @throws FileError for damaged data.
   */
  read(): Promise<Uint8Array>;
}

/** Groups stand in groups at most so deep. */
export const mostDepth = 64;

/** A group: groups and datasets by their names. */
export interface Hdf5Group {
  readonly kind: "group";
  readonly attributes: Hdf5Attributes;
  readonly members: ReadonlyMap<string, Hdf5Group | Hdf5Dataset>;
}

/** The group or dataset at a path within a group, as `layers/dense/vars`; undefined if there is none. */
export function memberAt(group: Hdf5Group, path: string): Hdf5Group | Hdf5Dataset | undefined {
  let found: Hdf5Group | Hdf5Dataset | undefined = group;
  for (const name of path.split("/").filter((each) => each !== "")) {
    found = found?.kind === "group" ? found.members.get(name) : undefined;
  }
  return found;
}

/** The group at a path within a group; undefined if there is none. */
export function groupAt(group: Hdf5Group, path: string): Hdf5Group | undefined {
  const found = memberAt(group, path);
  return found?.kind === "group" ? found : undefined;
}

/** The number of elements of all datasets in a group. */
export function elementsIn({ members }: Hdf5Group): number {
  let count = 0;
  for (const member of members.values()) {
    count +=
      member.kind === "group"
        ? elementsIn(member)
        : member.shape.reduce((product, size) => product * size, 1);
  }
  return count;
}
