import { importPeer } from "../peers.ts";

/** The part of TensorFlow.js that the tests use. */
export interface TensorFlow {
  readonly version: { readonly tfjs: string };
}

/** TensorFlow.js on its CPU backend. */
export async function importTensorFlow(): Promise<TensorFlow> {
  return importPeer<TensorFlow>("@tensorflow/tfjs");
}
