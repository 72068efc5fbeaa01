import { FileError } from "@strata/core";
import { withWeightsOfFile } from "../layer/weight-allowance.ts";
import { Model } from "../models/model.ts";
import { fromKerasConfig } from "../saving/from-keras-config.ts";
import { isJsonRecord, type Json } from "../schema/option.ts";

/** The file of a configuration, and what is trusted in it. */
export interface ConfigOrigin {
  /** The name of the file in messages. */
  readonly file: string;
  /** The place of the configuration in it. */
  readonly place: string;
  /** Whether functions are refused. Default: true. */
  readonly safeMode?: boolean | undefined;
  /** Whether the model is compiled. Default: true. */
  readonly compile?: boolean | undefined;
  /** How many elements the weights of the file have in all; null if it has no weights, so that the model's begin anew. */
  readonly elements: number | null;
}

/** For a file without weights: an eighth of the elements that those of the model may have, which are more than those of VGG19. */
const withoutWeights = { most: 2 ** 25 };

/**
 * Makes a model of a configuration that stands in a file.
 *
 * @throws FileError for what cannot be restored, and for functions unless `safeMode` is false.
 */
export function restoreFileConfig(
  config: Json,
  { file, place, safeMode = true, compile = true, elements }: ConfigOrigin,
): Model {
  if (safeMode) checkNoFunctions(config, file, place);
  const given = compile || !isJsonRecord(config) ? config : { ...config, compile_config: {} };
  const restored = restoring(file, place, () =>
    withWeightsOfFile(elements ?? withoutWeights, () => fromKerasConfig(given)),
  );
  if (restored instanceof Model) return restored;
  throw new FileError(file, place, "the configuration is not that of a model");
}

/** Runs what restores objects; whatever it throws becomes a FileError with the same sentence. */
export function restoring<Result>(file: string, place: string, restore: () => Result): Result {
  try {
    return restore();
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw new FileError(file, place, error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
}

function checkNoFunctions(config: Json, file: string, place: string): void {
  if (Array.isArray(config)) for (const each of config) checkNoFunctions(each, file, place);
  if (!isJsonRecord(config)) return;
  if (config.class_name === "Lambda" || config.class_name === "__lambda__") {
    throw new FileError(
      file,
      place,
      "there is a Lambda, which stands for a function that the file does not show; if you trust the file, and have registered " +
        "the function by registerKerasSerializable, give { safeMode: false }",
    );
  }
  for (const each of Object.values(config)) checkNoFunctions(each, file, place);
}
