import type { Tensor } from "@strata/core";
import { importPeer } from "../peers.ts";

/** A tensor of ONNX Runtime. */
export interface RuntimeTensor {
  readonly dims: readonly number[];
  readonly data: ArrayLike<number | bigint>;
}

/** The part of ONNX Runtime that the tests use. */
interface OnnxRuntime {
  readonly InferenceSession: {
    create(model: Uint8Array, options: { readonly logSeverityLevel: number }): Promise<Session>;
  };
  readonly Tensor: new (type: string, data: ArrayBufferView, dims: readonly number[]) => RuntimeTensor;
}

interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(inputs: Readonly<Record<string, RuntimeTensor>>): Promise<Readonly<Record<string, RuntimeTensor>>>;
  release(): Promise<void>;
}

const errorsOnly = 3;

/** Runs a model of a file: its outputs by name, for inputs by name. */
export async function runOnnx(
  model: Uint8Array,
  ...batches: readonly ReadonlyMap<string, Tensor>[]
): Promise<readonly Readonly<Record<string, RuntimeTensor>>[]> {
  const { InferenceSession, Tensor: Made } = await importPeer<OnnxRuntime>("onnxruntime-web");
  const session = await InferenceSession.create(model, { logSeverityLevel: errorsOnly });
  const results: Readonly<Record<string, RuntimeTensor>>[] = [];
  for (const batch of batches) {
    const inputs = [...batch].map(([name, x]) => [name, new Made(x.dtype, x.dataSync(), x.shape)] as const);
    results.push(await session.run(Object.fromEntries(inputs)));
  }
  await session.release();
  return results;
}

/** Runs a model of a file: its outputs for its inputs, both in their order there. */
export async function runOnnxInOrder(
  model: Uint8Array,
  inputs: readonly Tensor[],
): Promise<readonly RuntimeTensor[]> {
  const { InferenceSession, Tensor: Made } = await importPeer<OnnxRuntime>("onnxruntime-web");
  const session = await InferenceSession.create(model, { logSeverityLevel: errorsOnly });
  const given = session.inputNames.map((name, index) => {
    const { dtype, shape } = inputs[index];
    return [name, new Made(dtype, inputs[index].dataSync(), shape)] as const;
  });
  const results = await session.run(Object.fromEntries(given));
  const outputs = session.outputNames.map((name) => results[name]);
  await session.release();
  return outputs;
}

/** The largest difference between two tensors, relative to values above 1; infinite where a shape differs. */
export function largestDifference(found: RuntimeTensor, expected: Tensor): number {
  if (found.dims.join() !== expected.shape.join()) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (const [index, value] of expected.dataSync().entries()) {
    const other = Number(found.data[index]);
    if (Object.is(other, value) || other === value) continue;
    const difference = Math.abs(other - value) / Math.max(1, Math.abs(value));
    largest = Math.max(largest, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
  }
  return largest;
}
