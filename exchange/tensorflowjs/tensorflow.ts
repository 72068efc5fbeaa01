import { importPeer } from "../peers.ts";

/** The part of TensorFlow.js that the tests use. */
export interface TensorFlow {
  readonly version: { readonly tfjs: string };
  readonly layers: Readonly<Record<string, (options?: object) => TensorFlowLayer>>;
  readonly regularizers: { l2(options: { l2: number }): object };
  readonly io: { http(address: string, options: { fetchFunc: typeof fetch }): object };
  readonly serialization: {
    readonly SerializationMap: {
      getMap(): { readonly classNameMap: Readonly<Record<string, readonly [made: object, ...unknown[]]>> };
    };
  };
  readonly train: Readonly<Record<string, (...given: number[]) => object>>;
  ready(): Promise<void>;
  input(options: { shape: readonly (number | null)[]; name?: string; dtype?: string }): TensorFlowSymbol;
  sequential(options: { layers: readonly TensorFlowLayer[]; name?: string }): TensorFlowModel;
  model(options: { inputs: unknown; outputs: unknown; name?: string }): TensorFlowModel;
  tensor(values: ArrayLike<number>, shape: readonly number[], dtype?: string): TensorFlowTensor;
  loadLayersModel(handler: object): Promise<TensorFlowModel>;
}

/** A tensor of TensorFlow.js. */
export interface TensorFlowTensor {
  readonly shape: readonly number[];
  dataSync(): Float32Array | Int32Array | Uint8Array;
}

/** A symbolic tensor of TensorFlow.js. */
export interface TensorFlowSymbol {
  readonly shape: readonly (number | null)[];
}

/** A layer of TensorFlow.js. */
export interface TensorFlowLayer {
  apply(inputs: unknown, given?: object): TensorFlowSymbol & readonly TensorFlowSymbol[];
}

/** A model of TensorFlow.js. */
export interface TensorFlowModel extends TensorFlowLayer {
  readonly layers: readonly TensorFlowLayer[];
  readonly weights: readonly { readonly originalName: string; read(): TensorFlowTensor }[];
  getWeights(): TensorFlowTensor[];
  setWeights(values: readonly TensorFlowTensor[]): void;
  predict(inputs: unknown): TensorFlowTensor | readonly TensorFlowTensor[];
  compile(options: object): void;
  fit(x: unknown, y: unknown, options: object): Promise<{ history: { loss: readonly number[] } }>;
  save(handler: object, options?: { includeOptimizer: boolean }): Promise<unknown>;
}

/** TensorFlow.js on its CPU backend. */
export async function importTensorFlow(): Promise<TensorFlow> {
  const log = console.log;
  const warn = console.warn;
  // It recommends its native addition.
  console.log = () => undefined;
  console.warn = () => undefined;
  try {
    const tf = await importPeer<TensorFlow>("@tensorflow/tfjs");
    await tf.ready();
    return tf;
  } finally {
    console.log = log;
    console.warn = warn;
  }
}
