import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { setSeed, type Tensor, tensor } from "@strata/core";
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { Dense } from "../../layers/core/dense.ts";
import { Flatten } from "../../layers/reshaping/flatten.ts";
import { Sequential } from "../../models/sequential.ts";
import { setOutput } from "../../utilities/output.ts";
import { loadData } from "../datasets/mnist.ts";
import { encodeImage, saveImage } from "../images/convert-image.ts";
import { loadImage } from "../images/load-image.ts";
import type { DirectoryDataset } from "./directory-dataset.ts";
import { imageDatasetFromDirectory } from "./images.ts";

const folder = mkdtempSync(join(tmpdir(), "strata-images-"));

beforeAll(() => setOutput({ isTerminal: false, columns: 80, write: () => {} }));

afterAll(() => {
  setOutput(null);
  rmSync(folder, { recursive: true });
});

function write(path: string, content: Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

/** A PNG file of rows that are written as they are given. */
function png(
  [width, height]: readonly [number, number],
  depth: number,
  colourType: number,
  rows: readonly (readonly number[])[],
  chunks: readonly (readonly [string, readonly number[]])[] = [],
): Buffer {
  const chunk = (name: string, content: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(name), content]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(content.length);
    ends.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    ...chunks.map(([name, content]) => chunk(name, Uint8Array.from(content))),
    chunk("IDAT", deflateSync(Buffer.from(rows.flatMap((row) => [0, ...row])))),
    chunk("IEND", new Uint8Array()),
  ]);
}

describe("PNG files of all kinds", () => {
  const read = async (file: Uint8Array, colorMode: "grayscale" | "rgb" | "rgba") => [
    ...(await loadImage(file, { colorMode })).dataSync(),
  ];

  it("have greys of 1, 2, 4 and 16 bits", async () => {
    expect(
      await read(
        png([9, 2], 1, 0, [
          [0b10100000, 0x80],
          [0b01111111, 0],
        ]),
        "grayscale",
      ),
    ).toEqual([...[255, 0, 255, 0, 0, 0, 0, 0, 255], ...[0, 255, 255, 255, 255, 255, 255, 255, 0]]);
    expect(await read(png([3, 1], 2, 0, [[0b00011000]]), "grayscale")).toEqual([0, 85, 170]);
    expect(await read(png([3, 1], 4, 0, [[0x0f, 0x10]]), "grayscale")).toEqual([0, 255, 17]);
    expect(await read(png([2, 1], 16, 0, [[0x12, 0x34, 0xff, 0x00]]), "grayscale")).toEqual([0x12, 0xff]);
  });

  it("have palettes, and opacity", async () => {
    const palette = ["PLTE", [1, 2, 3, 40, 50, 60, 7, 8, 9]] as const;
    expect(await read(png([3, 1], 2, 3, [[0b00011000]], [palette]), "rgb")).toEqual([
      1, 2, 3, 40, 50, 60, 7, 8, 9,
    ]);
    const seen = png([3, 1], 8, 3, [[2, 0, 1]], [palette, ["tRNS", [0, 128]]]);
    expect(await read(seen, "rgba")).toEqual([7, 8, 9, 255, 1, 2, 3, 0, 40, 50, 60, 128]);
    expect(await read(png([2, 1], 8, 4, [[9, 100, 8, 0]]), "rgba")).toEqual([9, 9, 9, 100, 8, 8, 8, 0]);
    expect(await read(png([1, 1], 8, 6, [[1, 2, 3, 4]]), "rgb")).toEqual([1, 2, 3]);
    // One colour of an image is transparent.
    const keyed = png(
      [2, 2],
      8,
      2,
      [
        [1, 2, 3, 4, 5, 6],
        [4, 5, 6, 4, 5, 7],
      ],
      [["tRNS", [0, 4, 0, 5, 0, 6]]],
    );
    expect(await read(keyed, "rgba")).toEqual([1, 2, 3, 255, 4, 5, 6, 0, 4, 5, 6, 0, 4, 5, 7, 255]);
    expect(await read(png([2, 1], 8, 0, [[7, 9]], [["tRNS", [0, 7]]]), "rgba")).toEqual([
      7, 7, 7, 0, 9, 9, 9, 255,
    ]);
  });
});

describe("imageDatasetFromDirectory", () => {
  beforeAll(async () => {
    write("few/a/1.png", png([2, 1], 8, 0, [[10, 20]]));
    write("few/a/2.PNG", png([1, 1], 8, 2, [[1, 2, 3]]));
    write(
      "few/b/3.png",
      png([2, 2], 8, 6, [
        [9, 9, 9, 0, 9, 9, 9, 0],
        [9, 9, 9, 0, 9, 9, 9, 0],
      ]),
    );
    write(
      "few/b/4.jpeg",
      await encodeImage(tensor(new Float32Array(48).fill(100), [4, 4, 3]), {
        scale: false,
        fileFormat: "jpeg",
      }),
    );
    await saveImage(join(folder, "saved.jpg"), tensor([[[0]], [[1]]]));
    write("few/b/notes.txt", Uint8Array.of(1));
  });

  it("gives images of one size, and the classes of their folders", async () => {
    const data = await imageDatasetFromDirectory(join(folder, "few"), { imageSize: [1, 4], shuffle: false });
    expectTypeOf(data).toEqualTypeOf<DirectoryDataset<readonly [files: Tensor, labels: Tensor]>>();
    const [[images, labels]] = await data.toArray();
    expect([images.dtype, images.shape, labels.arraySync()]).toEqual(["float32", [4, 1, 4, 3], [0, 0, 1, 1]]);
    expect(images.slice([[0, 2]]).arraySync()).toEqual([
      [[10, 12.5, 17.5, 20].map((grey) => [grey, grey, grey])],
      [[1, 1, 1, 1].map(() => [1, 2, 3])],
    ]);
    expect(
      images
        .slice([[2, 4], null, [0, 1], [0, 1]])
        .reshape([2])
        .arraySync(),
    ).toEqual([9, 100]);
  });

  it("has channels as they are asked for, and proportions", async () => {
    const read = async (options: object) => {
      const data = await imageDatasetFromDirectory(join(folder, "few"), {
        shuffle: false,
        labels: null,
        batchSize: null,
        ...options,
      });
      const [first] = await data.take(1).toArray();
      return Array.isArray(first) ? null : first.arraySync();
    };
    expect(await read({ imageSize: 1, colorMode: "grayscale", cropToAspectRatio: true })).toEqual([[[10]]]);
    expect(await read({ imageSize: 2, colorMode: "grayscale", padToAspectRatio: true })).toEqual([
      [[10], [20]],
      [[0], [0]],
    ]);
    expect(await read({ imageSize: [1, 2], dataFormat: "channelsFirst" })).toEqual([
      [[10, 20]],
      [[10, 20]],
      [[10, 20]],
    ]);
    expect(await read({ imageSize: [1, 2], colorMode: "rgba", interpolation: "nearest" })).toEqual([
      [
        [10, 10, 10, 255],
        [20, 20, 20, 255],
      ],
    ]);
    const saved = await loadImage(join(folder, "saved.jpg"), { colorMode: "grayscale" });
    expect(saved.arraySync()).toEqual([[[0]], [[255]]]);
    await expect(read({ cropToAspectRatio: true, padToAspectRatio: true })).rejects.toThrow(
      "one of them can be",
    );
    await expect(read({ imageSize: [1, 2, 3] })).rejects.toThrow(
      "it must be a positive integer, or [height, width]",
    );
  });

  it("names the file that is no image", async () => {
    write("broken/a/nothing.jpg", new Uint8Array(10));
    const data = await imageDatasetFromDirectory(join(folder, "broken"));
    await expect(data.toArray()).rejects.toThrow(
      /nothing\.jpg, start: it is no image; accepted are PNG, JPEG, GIF, BMP/,
    );
    write("cut/a/1.png", png([2, 1], 8, 0, [[10, 20]]).subarray(0, 50));
    await expect((await imageDatasetFromDirectory(join(folder, "cut"))).toArray()).rejects.toThrow(
      /1\.png: it cannot be decoded as PNG/,
    );
    // @ts-expect-error misspelt
    await expect(imageDatasetFromDirectory(folder, { image_size: 3 })).rejects.toThrow("unknown option");
  });

  it("trains on digits in PNG files as on the same digits in memory, to the bit", async () => {
    const [[images, digits]] = await loadData();
    const count = 160;
    const [all, y] = [images.dataSync(), digits.dataSync()];
    const pixelsOf = (index: number) => all.slice(index * 784, (index + 1) * 784);
    for (let index = 0; index < count; index++) {
      const digit = tensor(pixelsOf(index), [28, 28, 1]);
      const path = `digits/${y[index]}/${String(index).padStart(3, "0")}.png`;
      write(path, await encodeImage(digit, { scale: false }));
    }
    const fromFiles = await imageDatasetFromDirectory(join(folder, "digits"), {
      colorMode: "grayscale",
      imageSize: 28,
      batchSize: 40,
      shuffle: false,
    });
    // The order of the files: digit by digit.
    const order = Array.from({ length: count }, (_, index) => index).sort(
      (one, other) => y[one] - y[other] || one - other,
    );
    const x = Float32Array.from(order.flatMap((place) => [...pixelsOf(place)]));
    const train = async (useFiles: boolean): Promise<readonly number[]> => {
      setSeed(3);
      const model = new Sequential([
        new Flatten({ inputShape: [28, 28, 1] }),
        new Dense(32, { activation: "relu" }),
        new Dense(10, { activation: "softmax" }),
      ]);
      model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
      const labels = Int32Array.from(order, (place) => y[place]);
      const options = { epochs: 2, verbose: 0 } as const;
      const { history } = useFiles
        ? await model.fit(fromFiles, null, options)
        : await model.fit(tensor(x, [count, 28, 28, 1]), labels, {
            ...options,
            batchSize: 40,
            shuffle: false,
          });
      return [...history.loss, ...history.accuracy];
    };
    expect(await train(true)).toEqual(await train(false));
  });
});
