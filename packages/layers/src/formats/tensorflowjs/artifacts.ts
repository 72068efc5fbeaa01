import type { Json } from "../../schema/option.ts";

/** A model as TensorFlow.js holds it in memory: what its IO handlers load and save. */
export interface ModelArtifacts {
  /** The layers, in the form of Keras 2. */
  readonly modelTopology?: object | ArrayBuffer | undefined;
  /** The names, shapes and dtypes of the weights. */
  readonly weightSpecs?: readonly object[] | undefined;
  /** The values of the weights, one after the other. */
  readonly weightData?: ArrayBuffer | readonly ArrayBuffer[] | undefined;
  /** `"layers-model"`. */
  readonly format?: string | undefined;
  /** The program that wrote the model. */
  readonly generatedBy?: string | undefined;
  /** The program that converted it from another form, if one did. */
  readonly convertedBy?: string | null | undefined;
  /** How the model was compiled. */
  readonly trainingConfig?: object | undefined;
  /** Notes of its author. */
  readonly userDefinedMetadata?: object | undefined;
}

/** An object that gives a model, as `tf.io.withSaveHandler` and `tf.io.browserFiles` make them. */
export interface LoadHandler {
  /** Gives the model. */
  load(): Promise<ModelArtifacts>;
}

/** An object that takes a model. */
export interface SaveHandler {
  /** Takes the model. */
  save(artifacts: ModelArtifacts): Promise<unknown>;
}

/** One weight as `model.json` describes it. */
export interface WeightSpec {
  /** Its name: that of its layer, and its own. */
  readonly name: string;
  /** Its shape. */
  readonly shape: readonly number[];
  /** Its dtype. */
  readonly dtype: "float32" | "int32" | "bool";
  /** How its values are stored in fewer bytes; undefined where they are not. */
  readonly quantization?: Quantization;
  /** `"optimizer"` for what belongs to the optimizer. */
  readonly group?: string;
}

/** Values as whole numbers q that stand for q · scale + min, or as float16. */
export type Quantization =
  | { readonly dtype: "uint8" | "uint16"; readonly scale: number; readonly min: number }
  | { readonly dtype: "float16" };

/** An object of JSON. */
export type JsonRecord = { readonly [name: string]: Json };

/** The value of `format` for models of layers. */
export const layersModelFormat = "layers-model";

/** Whether a source is a model in memory. */
export function isArtifacts(source: unknown): source is ModelArtifacts {
  return typeof source === "object" && source !== null && "modelTopology" in source;
}

/** Whether a source gives models of TensorFlow.js. */
export function isLoadHandler(source: unknown): source is LoadHandler {
  return hasMethod(source, "load");
}

/** Whether a target takes models of TensorFlow.js. */
export function isSaveHandler(target: unknown): target is SaveHandler {
  return hasMethod(target, "save");
}

function hasMethod(value: unknown, method: string): boolean {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, method) === "function";
}
