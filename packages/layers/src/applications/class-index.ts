import { type FileSource, type ReadOptions, ShapeError, type TensorLike, topK } from "@strata/core";
import { readOptions } from "@strata/core/internal";
import { FileError, type JsonValue, parseJson, withSource } from "@strata/core/internal/files";
import { isJsonRecord } from "../schema/option.ts";
import { checkInteger } from "../utilities/options.ts";
import { formatShape } from "../utilities/shapes.ts";
import { toTensor } from "../utilities/tensors.ts";

/** The class that an output of a network stands for. */
export interface ClassName {
  /** The class's name in WordNet, as `"n02123045"`. */
  readonly id: string;
  /** Its English name, for example `"tabby"`. */
  readonly description: string;
}

/** A class that a network takes an image for. */
export interface Prediction extends ClassName {
  /** The network's score of it: with softmax a probability. */
  readonly score: number;
}

/**
 * Reads the names of classes from a file in the form of Keras's `imagenet_class_index.json`: an object that has for each
 * output of the network, by its number, an array of the class's name in WordNet and its description. Keras reads
 * `https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json`.
 *
 * @param source The file: a path, an address, bytes, a Blob…
 * @throws FileError for a file that is not there, or has another form.
 *
 * @example
 * ```ts
 * import { readClassIndex } from "@strata/layers/applications";
 *
 * const file = new Blob(['{ "0": ["n01440764", "tench"], "1": ["n01443537", "goldfish"] }']);
 * console.log((await readClassIndex(file))[1]); // { id: "n01443537", description: "goldfish" }
 * ```
 */
export async function readClassIndex(
  source: FileSource,
  options: ReadOptions = {},
): Promise<readonly ClassName[]> {
  return withSource(source, { maxBytes: 2 ** 26, ...options }, async (file) =>
    classNamesOf(file.name, parseJson(file.name, "", await file.readAll())),
  );
}

function classNamesOf(file: string, json: JsonValue): readonly ClassName[] {
  if (!isJsonRecord(json)) throw new FileError(file, "", "it must be an object with a class by number");
  return Array.from({ length: Object.keys(json).length }, (_, index) => {
    const entry = json[index];
    const [id, description, ...more] = Array.isArray(entry) ? entry : [];
    if (typeof id === "string" && typeof description === "string" && more.length === 0) {
      return { id, description };
    }
    throw new FileError(file, `class ${index}`, "it must be an array of a name and a description");
  });
}

/**
 * The classes with the highest scores, best first.
 *
 * @param predictions The scores that a network gives for some images, [images, classes].
 * @param classIndex The names of the classes, as {@link readClassIndex} gives them.
 * @param options `top`: how many classes of each image. Default: 5.
 * @returns The classes of each image.
 * @throws ShapeError if the predictions have not one score for each class.
 *
 * @example
 * ```ts
 * import { decodePredictions } from "@strata/layers/applications";
 *
 * const classes = [{ id: "n01440764", description: "tench" }, { id: "n01443537", description: "goldfish" }];
 * const [[best] = []] = await decodePredictions([[0.25, 0.75]], classes, { top: 1 });
 * console.log(best); // { id: "n01443537", description: "goldfish", score: 0.75 }
 * ```
 */
export async function decodePredictions(
  predictions: TensorLike,
  classIndex: readonly ClassName[],
  options: { readonly top?: number } = {},
): Promise<Prediction[][]> {
  readOptions("decodePredictions", options, ["top"]);
  const { top = 5 } = options;
  checkInteger("decodePredictions", "top", top, 1);
  const scores = toTensor(predictions);
  if (scores.rank !== 2 || scores.shape[1] !== classIndex.length) {
    throw new ShapeError(
      `decodePredictions: the predictions have the shape ${formatShape(scores.shape)}; it must be [images, ` +
        `${classIndex.length}], since there are ${classIndex.length} classes`,
    );
  }
  const { values, indices } = topK(scores, Math.min(top, classIndex.length));
  const [bestScores, bestClasses] = [await values.array(2), await indices.array(2)];
  return bestClasses.map((classes, image) =>
    classes.map((index, place) => ({ ...classIndex[index], score: bestScores[image][place] })),
  );
}
