import { type Tensor, tensor } from "@strata/core";
import { FileError } from "@strata/core/internal/files";
import { gunzip } from "./gunzip.ts";
import { readTar } from "./tar.ts";
import { PickledArray, unpickle } from "./unpickle.ts";

const side = 32;
const channels = 3;
const pixels = side * side;

/** Images [count, 32, 32, 3] and their labels [count, 1]. */
export type LabelledImages = readonly [images: Tensor, labels: Tensor];

/** The images of some files in CIFAR's archive for Python, and the labels under a name. */
export async function readCifar(
  bytes: Uint8Array,
  name: string,
  parts: readonly (readonly string[])[],
  labelsName: string,
): Promise<readonly LabelledImages[]> {
  const files = readTar(await gunzip(bytes, name), name);
  return parts.map((paths) => {
    const batches = paths.map((path) => {
      const file = files.get(path);
      if (file === undefined) throw new FileError(name, "", `there is no ${path} in it`);
      return readBatch(file, `${name}, ${path}`, labelsName);
    });
    const count = batches.reduce((total, { labels }) => total + labels.length, 0);
    const images = new Uint8Array(count * pixels * channels);
    const labels = new Uint8Array(count);
    let start = 0;
    for (const batch of batches) {
      interleave(batch.planes, images.subarray(start * pixels * channels));
      labels.set(batch.labels, start);
      start += batch.labels.length;
    }
    return [
      tensor(images, [count, side, side, channels], "uint8"),
      tensor(labels, [count, 1], "uint8"),
    ] as const;
  });
}

function readBatch(
  file: Uint8Array,
  name: string,
  labelsName: string,
): { readonly planes: Uint8Array; readonly labels: readonly number[] } {
  const batch = unpickle(file, name);
  if (batch instanceof Map) {
    const data = batch.get("data");
    const labels = batch.get(labelsName);
    const isList = Array.isArray(labels) && labels.every((label) => typeof label === "number");
    if (data instanceof PickledArray && data.data instanceof Uint8Array && data.type === "u1" && isList) {
      if (data.data.length === labels.length * pixels * channels) return { planes: data.data, labels };
    }
  }
  throw new FileError(name, "", `it has no images with ${labelsName}`);
}

/** A plane for each channel becomes a triple for each pixel. */
function interleave(planes: Uint8Array, target: Uint8Array): void {
  const count = planes.length / (pixels * channels);
  for (let image = 0; image < count; image++) {
    const start = image * pixels * channels;
    for (let pixel = 0; pixel < pixels; pixel++) {
      for (let channel = 0; channel < channels; channel++) {
        target[start + pixel * channels + channel] = planes[start + channel * pixels + pixel];
      }
    }
  }
}
