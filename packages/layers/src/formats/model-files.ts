/** Models and weights in files of any format: which one it is, is found out here. */
import { FileError, type FileSource, type FileTarget } from "@strata/core";
import { describeValue, listAlternatives, readOptions } from "@strata/core/internal";
import { type OpenFile, withSource } from "@strata/core/internal/files";
import type { AnyLayer } from "../layer/any-layer.ts";
import {
  type FormatName,
  formats,
  type LoadModelOptions,
  type LoadWeightsOptions,
  type ModelCodec,
  type ModelFormat,
  readOptionNames,
  readOptionsOf,
  type SaveOptions,
  type SaveWeightsOptions,
} from "./formats.ts";
import {
  isArtifacts,
  isLoadHandler,
  isSaveHandler,
  type LoadHandler,
  type ModelArtifacts,
  type SaveHandler,
} from "./tensorflowjs/artifacts.ts";

/** Loads a model. */
export async function loadModelFile(
  source: FileSource | ModelArtifacts | LoadHandler,
  options: LoadModelOptions,
): Promise<AnyLayer> {
  readOptions("loadModel", options, [...readOptionNames, "format", "safeMode", "compile"]);
  if (isArtifacts(source) || isLoadHandler(source)) {
    const { loadArtifacts } = await import("./tensorflowjs/handlers.ts");
    return loadArtifacts(source, options);
  }
  return withSource(source, readOptionsOf(options), async (file) => {
    const name = await formatOfFile(file, options.format);
    const { loadModel } = await codecOf(name);
    if (loadModel !== undefined) return loadModel(file, options);
    throw new FileError(
      file.name,
      "",
      `a file of the format "${name}" holds weights, and no model; load them by loadWeights`,
    );
  });
}

/** Saves a model. */
export async function saveModelFile(
  model: AnyLayer,
  target: FileTarget | SaveHandler,
  options: SaveOptions,
): Promise<void> {
  readOptions("save", options, ["format"]);
  if (isSaveHandler(target)) {
    const { saveArtifacts } = await import("./tensorflowjs/handlers.ts");
    return saveArtifacts(model, target);
  }
  const name = formatOfTarget("save", target, options.format);
  const { saveModel } = await codecOf(name);
  if (saveModel !== undefined) return saveModel(model, target);
  throw new RangeError(
    `save: models are not written in the format "${name}"; accepted are "keras" and "tensorflowjs"`,
  );
}

/** Gives a model the weights of a file. */
export async function loadWeightsFile(
  model: AnyLayer,
  source: FileSource,
  options: LoadWeightsOptions,
): Promise<void> {
  readOptions("loadWeights", options, [...readOptionNames, "format", "skipMismatch", "byName"]);
  return withSource(source, readOptionsOf(options), async (file) => {
    const name = await formatOfFile(file, options.format);
    const { loadWeights } = await codecOf(name);
    if (loadWeights !== undefined) return loadWeights(model, file, options);
    throw new FileError(
      file.name,
      "",
      `weights alone are not read from a file of the format "${name}"; use loadModel`,
    );
  });
}

/** Writes the weights of a model. */
export async function saveWeightsFile(
  model: AnyLayer,
  target: FileTarget,
  options: SaveWeightsOptions,
): Promise<void> {
  readOptions("saveWeights", options, ["format", "maxShardBytes"]);
  const name = formatOfTarget("saveWeights", target, options.format);
  checkShardBytes(target, options);
  const { saveWeights } = await codecOf(name);
  if (saveWeights !== undefined) return saveWeights(model, target, options);
  throw new RangeError(`saveWeights: weights alone are not written in the format "${name}"`);
}

function checkShardBytes(target: FileTarget, { maxShardBytes, format }: SaveWeightsOptions): void {
  if (maxShardBytes === undefined) return;
  if (!(maxShardBytes > 0)) {
    throw new RangeError(
      `saveWeights: maxShardBytes is ${describeValue(maxShardBytes)}; it must be a number above 0`,
    );
  }
  if (format === "shardedHdf5" || /\.weights\.json$|\.safetensors\.index\.json$/.test(nameOfTarget(target)))
    return;
  throw new RangeError(
    "saveWeights: maxShardBytes divides weights among files; the target must end with .weights.json or .safetensors.index.json",
  );
}

const rows: readonly (readonly [FormatName, ModelFormat])[] = Object.entries(formats).flatMap(
  ([name, row]) => (isFormatName(name) ? [[name, row] as const] : []),
);

function isFormatName(name: string): name is FormatName {
  return Object.hasOwn(formats, name);
}

function codecOf(name: FormatName): Promise<ModelCodec> {
  const row: ModelFormat = formats[name];
  return row.codec();
}

/** The format that was asked for, or that a file begins as, or whose ending its name has. */
async function formatOfFile(file: OpenFile, asked: FormatName | undefined): Promise<FormatName> {
  if (asked !== undefined) return checkedFormat("format", asked);
  const start = await file.read(0, Math.min(512, file.size));
  const found = rows.find(([, row]) => row.recognizes(start))?.[0] ?? formatOfName(file.name);
  if (found !== undefined) return found;
  throw new FileError(file.name, "start", `it is of none of the formats that are read: ${names()}`);
}

/** The format that was asked for, or whose ending the name of a target has. */
function formatOfTarget(operation: string, target: FileTarget, asked: FormatName | undefined): FormatName {
  if (asked !== undefined) return checkedFormat(operation, asked);
  const name = nameOfTarget(target);
  const found = formatOfName(name);
  if (found !== undefined) return found;
  const endings = rows.flatMap(([, row]) => row.endings);
  throw new RangeError(
    `${operation}: the name ${JSON.stringify(name)} has no ending that tells the format; accepted are ` +
      `${listAlternatives(endings)}, or the option format`,
  );
}

function nameOfTarget(target: FileTarget): string {
  return typeof target === "string" || target instanceof URL ? String(target) : (target.name ?? "");
}

/** The format with the longest ending that a name has; undefined if there is none. */
function formatOfName(name: string): FormatName | undefined {
  const [path] = name.split(/[?#]/, 1);
  const lengthOf = (row: ModelFormat): number =>
    Math.max(0, ...row.endings.filter((ending) => path.endsWith(ending)).map((ending) => ending.length));
  const [best] = rows.toSorted(([, one], [, other]) => lengthOf(other) - lengthOf(one));
  return lengthOf(best[1]) > 0 ? best[0] : undefined;
}

function checkedFormat(operation: string, asked: FormatName): FormatName {
  if (isFormatName(asked)) return asked;
  throw new RangeError(
    `${operation}: ${JSON.stringify(asked)} is an unknown format; accepted are ${names()}`,
  );
}

function names(): string {
  return listAlternatives(rows.map(([name]) => name));
}
