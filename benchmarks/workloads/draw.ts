import type { DrawnTensor } from "./workload.ts";

/**
 * The values of a tensor, the same to the bit in every language: element i of stream s is a hash of both (the finalizer
 * of MurmurHash3), of which 24 bits become a fraction. libraries/pytorch/draw.py is its twin.
 */
export function draw({
  shape,
  dtype,
  minimum,
  maximum,
  stream,
}: DrawnTensor): Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> {
  const size = shape.reduce((product, each) => product * each, 1);
  const values = dtype === "float32" ? new Float32Array(size) : new Int32Array(size);
  if (minimum === maximum) return values.fill(minimum);
  for (let index = 0; index < size; index++) {
    let hash = Math.imul(index, 0x9e3779b1) + Math.imul(stream, 0x85ebca77);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    const fraction = ((hash ^ (hash >>> 16)) >>> 8) / 2 ** 24;
    values[index] = minimum + fraction * (maximum - minimum);
  }
  return values;
}
