import { type FileSource, type Tensor, tensor } from "@strata/core";
import { output } from "../../utilities/output.ts";
import { Dataset, type ElementSource } from "../dataset.ts";
import { chosenSeed, shuffleBuffer } from "../order.ts";
import { checkTogether, type DirectoryValues } from "./directory-options.ts";
import { type DirectoryLike, type FolderTree, folderTree } from "./folder-tree.ts";
import { type DirectoryIndex, indexDirectory, shuffledIndex, splitIndex } from "./index-directory.ts";

/** A dataset of the files of a directory. */
export class DirectoryDataset<Element> extends Dataset<Element> {
  /** The names of the classes, in the order of their labels; null where there are no labels. */
  readonly classNames: readonly string[] | null;
  /** The paths of the files, before each pass shuffles them. */
  readonly filePaths: readonly string[];

  /**
   * @param source Where the elements come from.
   * @param classNames The names of the classes.
   * @param filePaths The paths of the files.
   */
  constructor(
    source: ElementSource<Element>,
    classNames: readonly string[] | null,
    filePaths: readonly string[],
  ) {
    super(source);
    this.classNames = classNames;
    this.filePaths = filePaths;
  }
}

/** Options of which none is misspelt: any other name is an error of types. */
export type KnownOptions<Options, Accepted> = Options & {
  readonly [Name in Exclude<keyof Options, keyof Accepted>]: never;
};

/** The type of an element, as the options say: with labels or without. */
export type WithLabels<Options, Files> = Options extends
  | {
      /** No labels. */
      readonly labels: null;
    }
  | {
      /** No labels. */
      readonly labelMode: null;
    }
  ? Files
  : readonly [files: Files, labels: Tensor];

/** The type of one dataset, or of a pair of them, as the options say. */
export type DirectoryDatasets<Options, Single, Batch = Single> = Options extends {
  /** A pair of datasets. */
  readonly subset: "both";
}
  ? readonly [
      training: DirectoryDatasetOf<Options, Single, Batch>,
      validation: DirectoryDatasetOf<Options, Single, Batch>,
    ]
  : DirectoryDatasetOf<Options, Single, Batch>;

/** The type of a dataset of batches, or of files one by one, as the options say. */
export type DirectoryDatasetOf<Options, Single, Batch> = DirectoryDataset<
  WithLabels<
    Options,
    Options extends {
      /** No batches. */
      readonly batchSize: null;
    }
      ? Single
      : Batch
  >
>;

/** The traits of a kind of directory. */
export interface DirectoryKind {
  readonly operation: string;
  /** The endings of the names of files, in lower case. */
  readonly endings: readonly string[];
  /** The content of a file, decoded. */
  load(source: FileSource): Promise<unknown>;
  /** Batches of files and their labels. */
  batch(files: Dataset<unknown>, size: number): Dataset<unknown>;
}

/** The number of files that are read at once. */
const readersAtOnce = 8;

/** One dataset of a directory, or two. */
export async function directoryDatasets(
  kind: DirectoryKind,
  directory: DirectoryLike,
  values: DirectoryValues,
): Promise<unknown> {
  const { operation, endings } = kind;
  checkTogether(operation, values);
  const { labelMode, shuffle, validationSplit, subset } = values;
  const seed = chosenSeed(values.seed);
  const tree = folderTree(operation, directory);
  const labels = labelMode === null ? null : values.labels;
  const found = await indexDirectory(tree, { operation, endings, ...values, labels });
  if (found.labels !== null) checkLabels(operation, labelMode, found);
  if (values.verbose) {
    const classes = found.classNames === null ? "" : ` belonging to ${found.classNames.length} classes`;
    output().write(`Found ${found.paths.length} files${classes}.\n`);
  }
  if (found.paths.length === 0) {
    throw new RangeError(
      `${operation}: there are no files in ${JSON.stringify(tree.name)} whose names end in ${endings.join(", ")}`,
    );
  }
  const ordered = shuffle ? shuffledIndex(found, seed) : found;
  const made = (index: DirectoryIndex, isShuffled: boolean): DirectoryDataset<unknown> =>
    datasetOf(kind, tree, index, { ...values, shuffle: isShuffled, seed });
  if (validationSplit === null) return made(ordered, shuffle);
  const { training, validation } = splitIndex(ordered, validationSplit);
  for (const [name, { paths }] of Object.entries({ training, validation })) {
    if (subset !== "both" && subset !== name) continue;
    if (values.verbose) output().write(`Using ${paths.length} files for ${name}.\n`);
    if (paths.length > 0) continue;
    throw new RangeError(
      `${operation}: a validationSplit of ${validationSplit} leaves no files for ${name} of ${found.paths.length}`,
    );
  }
  if (subset === "training") return made(training, shuffle);
  if (subset === "validation") return made(validation, shuffle);
  return [made(training, shuffle), made(validation, false)];
}

function checkLabels(
  operation: string,
  labelMode: DirectoryValues["labelMode"],
  { labels, classNames }: DirectoryIndex,
): void {
  const count = classNames?.length ?? 0;
  if (labelMode === "binary" && count !== 2) {
    throw new RangeError(
      `${operation}: labelMode is "binary", and there are ${count} classes (${classNames?.join(", ")}); there must be 2`,
    );
  }
  const beyond = labels?.find((label) => label >= count);
  if (labelMode === "int" || beyond === undefined) return;
  throw new RangeError(
    `${operation}: labelMode is ${JSON.stringify(labelMode)}, and a label is ${beyond}; of ${count} classes, labels go from 0 to ` +
      `${count - 1}`,
  );
}

function datasetOf(
  kind: DirectoryKind,
  tree: FolderTree,
  { paths, labels, classNames }: DirectoryIndex,
  { labelMode, shuffle, seed, batchSize }: DirectoryValues,
): DirectoryDataset<unknown> {
  const places = Dataset.range(paths.length);
  const ordered = shuffle ? places.shuffle(shuffleBuffer(batchSize), { seed: seed ?? 0 }) : places;
  const files = ordered.map(
    async (place): Promise<unknown> => {
      const content = await kind.load(await tree.open(paths[place]));
      if (labels === null) return content;
      return [content, labelTensor(labels[place], labelMode, classNames?.length ?? 0)];
    },
    { parallel: readersAtOnce },
  );
  const elements = batchSize === null ? files : kind.batch(files, batchSize);
  const { size } = elements;
  const ahead = elements.prefetch();
  return new DirectoryDataset(
    { size, pass: (round) => ahead.pass(round) },
    classNames,
    paths.map((path) => tree.pathOf(path)),
  );
}

function labelTensor(label: number, labelMode: DirectoryValues["labelMode"], classes: number): Tensor {
  if (labelMode === "int") return tensor(Int32Array.of(label), [], "int32");
  if (labelMode === "binary") return tensor(Float32Array.of(label), [1]);
  const places = new Float32Array(classes);
  places[label] = 1;
  return tensor(places, [classes]);
}
