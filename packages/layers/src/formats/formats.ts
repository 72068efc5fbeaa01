/** The table of the formats that models and their weights are kept in: a row a format. */
import type { FileTarget, ReadOptions } from "@strata/core";
import type { OpenFile } from "@strata/core/internal/files";
import type { AnyLayer } from "../layer/any-layer.ts";

/** How a model is loaded. */
export interface LoadModelOptions extends ReadOptions {
  /** The format. Default: that which the file begins as. */
  readonly format?: FormatName;
  /**
   * Whether configurations that hold functions, as those of Lambda, are refused. A function is never taken from a file: what
   * such a configuration names must be registered by `registerKerasSerializable`. Default: true.
   */
  readonly safeMode?: boolean;
  /** Whether the model is compiled as it was when it was saved, with the state of its optimizer. Default: true. */
  readonly compile?: boolean;
}

/** How a model or its weights are saved. */
export interface SaveOptions {
  /** The format. Default: that of the name's ending. */
  readonly format?: FormatName;
}

/** How weights are saved. */
export interface SaveWeightsOptions extends SaveOptions {
  /**
   * The most bytes of weights in a file, where the target is the index of several: `.weights.json` or `.safetensors.index.json`. The
   * weights of one layer stay together. Default: 5e9.
   */
  readonly maxShardBytes?: number;
}

/** How weights are loaded. */
export interface LoadWeightsOptions extends ReadOptions {
  /** The format. Default: that which the file begins as. */
  readonly format?: FormatName;
  /** Whether weights that do not fit, or are missing in the file, are left as they are, with a warning. Default: false. */
  readonly skipMismatch?: boolean;
  /**
   * Whether the layers of a file of the older format are found by name, so that others may be there or missing. Default:
   * false, for layers that are found by their order.
   */
  readonly byName?: boolean;
}

/** The abilities of a format; the module of a row exports these functions. */
export interface ModelCodec {
  /** Restores a model. */
  loadModel?(file: OpenFile, options: LoadModelOptions): Promise<AnyLayer>;
  /** Writes a model. */
  saveModel?(model: AnyLayer, target: FileTarget): Promise<void>;
  /** Gives a model the weights of a file. */
  loadWeights?(model: AnyLayer, file: OpenFile, options: LoadWeightsOptions): Promise<void>;
  /** Writes the weights of a model. */
  saveWeights?(model: AnyLayer, target: FileTarget, options: SaveWeightsOptions): Promise<void>;
}

/** The names of the options of reading. */
export const readOptionNames = [
  "onProgress",
  "signal",
  "maxBytes",
] as const satisfies readonly (keyof ReadOptions)[];

/** Those of the options that say how files are read. */
export function readOptionsOf(options: ReadOptions): ReadOptions {
  return Object.fromEntries(
    readOptionNames.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
}

/** A format of files. */
export interface ModelFormat {
  /** The endings of file names; the longest ending of all rows decides. */
  readonly endings: readonly string[];
  /** Whether a file may be of the format, by its first bytes, 512 at most. */
  recognizes(start: Uint8Array): boolean;
  /** The functions for it, loaded when they are needed. */
  codec(): Promise<ModelCodec>;
}

/** The formats; a file is of the first one that recognizes it. */
export const formats = {
  /** An archive of Keras 3. */
  keras: {
    endings: [".keras"],
    recognizes: (start) => isZip(start) && !beginsWithArray(start),
    codec: () => import("./keras/archive.ts"),
  },
  /** Weights of Keras 3; or models and weights as Keras 2 wrote them, and Keras 3 still can. */
  hdf5: {
    endings: [".weights.h5", ".h5", ".hdf5"],
    recognizes: (start) => latin(start, 1, 4) === "HDF\r",
    codec: () => import("./keras/hdf5-files.ts"),
  },
  /** Weights of Keras 3 in several files, with an index. */
  shardedHdf5: {
    endings: [".weights.json"],
    recognizes: (start) => /^\s*\{\s*"metadata"[^[\]]*"weight_map"[^\]]*\.h5"/.test(latin(start, 0, 512)),
    codec: () => import("./keras/sharded-weights.ts"),
  },
  /** Weights by path, in one file, or in several with an index. */
  safetensors: {
    endings: [".safetensors", ".safetensors.index.json"],
    recognizes: (start) =>
      (start[8] === "{".charCodeAt(0) && start.subarray(4, 8).every((byte) => byte === 0)) ||
      /^\s*\{[^[\]]*"weight_map"[^[\]]*\.safetensors"/.test(latin(start, 0, 512)),
    codec: () => import("./by-path/safetensors.ts"),
  },
  /** Weights by path, as NumPy's arrays. */
  npz: {
    endings: [".npz"],
    recognizes: (start) => isZip(start) && beginsWithArray(start),
    codec: () => import("./by-path/npz.ts"),
  },
  /** A layers model of TensorFlow.js: `model.json`, with files of weights beside it; a folder where one is written. */
  tensorflowjs: {
    endings: ["model.json", "/"],
    recognizes: (start) =>
      /^\s*\{.*"(modelTopology|format|generatedBy|convertedBy|weightsManifest)"\s*:/s.test(
        latin(start, 0, 512),
      ),
    codec: () => import("./tensorflowjs/model-json.ts"),
  },
} as const satisfies Readonly<Record<string, ModelFormat>>;

/** The name of a format. */
export type FormatName = keyof typeof formats;

function isZip(start: Uint8Array): boolean {
  return latin(start, 0, 4) === "PK\x03\x04";
}

/** Whether the first entry of an archive is an array of NumPy's, by its name; the path of a weight may be longer than the bytes given. */
function beginsWithArray(start: Uint8Array): boolean {
  const length = start[26] + 256 * start[27];
  return 30 + length > start.length || latin(start, 30, length).endsWith(".npy");
}

function latin(bytes: Uint8Array, from: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + Math.min(length, 512)));
}
