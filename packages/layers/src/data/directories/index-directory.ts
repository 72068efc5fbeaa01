import { NumpyRandom } from "../numpy-random.ts";
import type { FolderTree } from "./folder-tree.ts";

/** The files of a directory, in their order. */
export interface DirectoryIndex {
  /** Paths below the directory. */
  readonly paths: readonly string[];
  /** The class of each file; null where there are no labels. */
  readonly labels: readonly number[] | null;
  /** The names of the classes; null where there are no labels. */
  readonly classNames: readonly string[] | null;
}

/** The files that are looked for, and their labels. */
export interface IndexRequest {
  readonly operation: string;
  /** The endings of the names of files, in lower case. */
  readonly endings: readonly string[];
  readonly labels: "inferred" | readonly number[] | null;
  readonly classNames: readonly string[] | null;
  readonly followLinks: boolean;
}

/** The files of a directory and their classes, sorted as Keras sorts them: class by class, folder by folder, by name. */
export async function indexDirectory(tree: FolderTree, request: IndexRequest): Promise<DirectoryIndex> {
  const { operation, labels, classNames } = request;
  if (labels !== "inferred") {
    if (classNames !== null) {
      throw new RangeError(
        `${operation}: classNames are for labels: "inferred"; here the labels are ${labels === null ? "null" : "given"}`,
      );
    }
    const paths = await filesBelow(tree, "", request);
    if (labels === null) return { paths, labels, classNames };
    if (labels.length !== paths.length) {
      throw new RangeError(
        `${operation}: there are ${labels.length} labels, and ${paths.length} files in ${JSON.stringify(tree.name)}; there must be ` +
          "as many",
      );
    }
    const classes = [...new Set(labels)].sort((one, other) => one - other);
    return { paths, labels, classNames: classes.map(String) };
  }
  const classes = await classesOf(tree, request);
  const found = await Promise.all(classes.map((name) => filesBelow(tree, name, request)));
  return {
    paths: found.flat(),
    labels: found.flatMap((paths, label) => paths.map(() => label)),
    classNames: classes,
  };
}

/** The folders that are classes: those that are given, in that order, or all that are not hidden, sorted. */
async function classesOf(
  tree: FolderTree,
  { operation, classNames }: IndexRequest,
): Promise<readonly string[]> {
  const entries = await tree.entries("");
  const folders = entries
    .filter(({ kind, name }) => kind === "folder" && !name.startsWith("."))
    .map(({ name }) => name)
    .sort(byCodePoints);
  const missing = classNames?.find((name) => !folders.includes(name));
  if (missing === undefined) return classNames ?? folders;
  throw new RangeError(
    `${operation}: there is no folder ${JSON.stringify(missing)} of classNames in ${JSON.stringify(tree.name)}; its folders are ` +
      `${folders.join(", ") || "none"}`,
  );
}

interface Folder {
  readonly path: string;
  /** The folders that led here, by identity. */
  readonly above: readonly string[];
}

async function filesBelow(
  tree: FolderTree,
  top: string,
  { endings, followLinks }: IndexRequest,
): Promise<readonly string[]> {
  const below: { readonly path: string; readonly files: readonly string[] }[] = [];
  const waiting: Folder[] = [{ path: top, above: [] }];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const { path } = folder;
    const identity = followLinks ? await tree.identity(path) : path;
    // A link to a folder that it stands in would lead around for ever.
    if (folder.above.includes(identity)) continue;
    const above = [...folder.above, identity];
    const within = (name: string): string => (path === "" ? name : `${path}/${name}`);
    const entries = await tree.entries(path);
    const files = entries.filter(
      ({ kind, name }) => kind === "file" && endings.some((ending) => name.toLowerCase().endsWith(ending)),
    );
    below.push({
      path,
      files: files
        .map(({ name }) => name)
        .sort(byCodePoints)
        .map(within),
    });
    for (const { kind, name, isLink } of entries) {
      if (kind === "folder" && (followLinks || !isLink)) waiting.push({ path: within(name), above });
    }
  }
  return below.sort((one, other) => byCodePoints(one.path, other.path)).flatMap(({ files }) => files);
}

/** Python's order of strings, by code points; that of JavaScript differs where a character takes two units. */
function byCodePoints(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let place = 0; place < length; place++) {
    const [first, second] = [one.charCodeAt(place), other.charCodeAt(place)];
    if (first !== second) return rankOfUnit(first) - rankOfUnit(second);
  }
  return one.length - other.length;
}

/** The units of pairs stand for characters beyond all others. */
function rankOfUnit(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** The files in a random order, which is that of Keras for the same seed. */
export function shuffledIndex({ paths, labels, classNames }: DirectoryIndex, seed: number): DirectoryIndex {
  const order = [...new NumpyRandom(seed).permutation(paths.length)];
  return {
    paths: order.map((place) => paths[place]),
    labels: labels === null ? null : order.map((place) => labels[place]),
    classNames,
  };
}

/** The files for training, and the last ones, for validation. */
export function splitIndex(
  index: DirectoryIndex,
  validationSplit: number,
): { readonly training: DirectoryIndex; readonly validation: DirectoryIndex } {
  const { paths } = index;
  const border = paths.length - Math.trunc(validationSplit * paths.length);
  return { training: partOf(index, 0, border), validation: partOf(index, border, paths.length) };
}

function partOf({ paths, labels, classNames }: DirectoryIndex, start: number, end: number): DirectoryIndex {
  return { paths: paths.slice(start, end), labels: labels?.slice(start, end) ?? null, classNames };
}
