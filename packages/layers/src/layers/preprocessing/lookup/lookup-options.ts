import { layerOptions } from "../../../layer/any-layer.ts";
import { boolean, choice, integerWhere, naturalNumber, numbers } from "../../../schema/vocabulary.ts";
import { salt } from "../hashing/buckets.ts";

/** The options of layers that look tokens up in a vocabulary, but for those whose values are tokens. */
export const lookupOptions = {
  ...layerOptions,
  /** How many entries the vocabulary has at most, special ones included. Null: as many as there are. */
  maxTokens: integerWhere("an integer of at least 2", (value) => value > 1)().orNull(),
  /**
   * How many indices there are for tokens that are not in the vocabulary, which a hash chooses from. With 0 they are errors.
   */
  numOovIndices: naturalNumber(1),
  /** For `"tfIdf"`: how much each token of the vocabulary counts. Null: `adapt` finds it. */
  idfWeights: numbers().orNull(),
  /** Whether indices are given and tokens are found. */
  invert: boolean(false),
  /**
   * The form of the results: `"int"`, their index; `"oneHot"`, a one in its place; `"multiHot"`, ones for the tokens that
   * occur in a sample; `"count"`, how often each occurs; `"tfIdf"`, that times the token's weight.
   */
  outputMode: choice(["int", "oneHot", "multiHot", "count", "tfIdf"])("int"),
  /** Whether vectors are as long as `maxTokens` says, even if the vocabulary is smaller. */
  padToMaxTokens: boolean(false),
  /** The size of the vocabulary, special entries included, as configurations tell it. */
  vocabularySize: naturalNumber().orNull(),
  /** How the index of a number that is not in the vocabulary is chosen: by its remainder, or by a hash. */
  oovMethod: choice(["floormod", "farmhash"])("floormod"),
  /** The key of the hash: two whole numbers, or one for both. Null: a hash that everybody knows. */
  salt: salt().orNull(),
};
