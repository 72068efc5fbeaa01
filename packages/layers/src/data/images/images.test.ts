import { resize, type Tensor, tensor, zeros } from "@strata/core";
import { describe, expect, it } from "vitest";
import { encodeImage, imageToTensor, tensorToImage } from "./convert-image.ts";
import { fittedImage } from "./fit-image.ts";
import { loadImage } from "./load-image.ts";
import { imageInterpolations, resampled } from "./resample.ts";

const noise = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index * index * 37 + 11) % 256);

function distance(one: ArrayLike<number>, other: ArrayLike<number>): number {
  expect(one.length).toBe(other.length);
  return Array.from(one).reduce((most, value, index) => Math.max(most, Math.abs(value - other[index])), 0);
}

describe("an image in another size", () => {
  const image = { data: noise(7 * 5 * 3), height: 7, width: 5, channels: 3 };
  const whole = { top: 0, left: 0, height: 7, width: 5 };

  it.each(["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"] as const)(
    "has the pixels of core's resize: %s",
    (interpolation) => {
      const x = tensor(Float32Array.from(image.data), [1, 7, 5, 3]);
      for (const [height, width] of [
        [3, 9],
        [14, 2],
        [7, 5],
      ] as const) {
        for (const antialias of [false, true]) {
          const expected = resize(x, [height, width], { interpolation, antialias }).dataSync();
          const found = resampled(image, whole, height, width, interpolation, antialias);
          expect(distance(found, expected)).toBeLessThan(1e-3);
        }
      }
    },
  );

  it("is a mean by area, and by TensorFlow's further kernels", () => {
    const row = { data: [0, 10, 20, 60], height: 1, width: 4, channels: 1 };
    const of = (width: number, interpolation: "area" | "gaussian" | "mitchellcubic", from = 4) => [
      ...resampled(row, { top: 0, left: 0, height: 1, width: from }, 1, width, interpolation, false),
    ];
    expect(of(2, "area")).toEqual([5, 40]);
    expect(distance(of(2, "area", 3), [10 / 3, 50 / 3])).toBeLessThan(1e-5);
    expect(of(6, "area", 3)).toEqual([0, 0, 10, 10, 20, 20]);
    // Between two pixels at a distance of a half each, and two of one and a half, which weigh −1/16 of them.
    const near = 7 / 6 / 8 - 2 / 4 + 8 / 9;
    const far = (-7 / 18) * 3.375 + 2 * 2.25 - 5 + 16 / 9;
    const mitchell = (near * (10 + 20) + far * (0 + 60)) / (2 * near + 2 * far);
    expect(of(1, "mitchellcubic")[0]).toBeCloseTo(mitchell, 4);
    // In the place of the middle one of three pixels, with its neighbours at a distance of one.
    const side = Math.exp(-2);
    expect(of(1, "gaussian", 3)[0]).toBeCloseTo((10 + side * 20) / (1 + 2 * side), 4);
  });

  it("keeps what is even, in every way", () => {
    const even = { data: new Uint8Array(6 * 6).fill(77), height: 6, width: 6, channels: 1 };
    for (const interpolation of imageInterpolations) {
      const found = resampled(even, { top: 1, left: 2, height: 5, width: 3 }, 4, 7, interpolation, false);
      expect(distance(found, new Float32Array(28).fill(77))).toBeLessThan(1e-4);
    }
  });

  it("keeps its proportions, cut or filled up in the middle", () => {
    const wide = { data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), height: 2, width: 4, channels: 1 };
    const fitted = (proportions: "cropped" | "padded" | "changed", size: readonly [number, number]) => [
      ...fittedImage(wide, { size, interpolation: "nearest", antialias: false, proportions }),
    ];
    expect(fitted("cropped", [2, 2])).toEqual([2, 3, 6, 7]);
    expect(fitted("padded", [4, 4])).toEqual([0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0]);
    expect(fitted("padded", [2, 8])).toEqual([0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 5, 6, 7, 8, 0, 0]);
    expect(fitted("changed", [1, 2])).toEqual([6, 8]);
    // A line of pixels stays one.
    expect(fitted("padded", [1, 1])).toEqual([7]);
  });
});

describe("an image in a file", () => {
  const x = tensor(Float32Array.from(noise(6 * 4 * 3)), [6, 4, 3]);

  it("comes back from a PNG file as it was", async () => {
    const file = await encodeImage(x, { scale: false });
    expect([...file.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
    const image = await loadImage(file);
    expect([image.dtype, image.shape, distance(image.dataSync(), x.dataSync())]).toEqual([
      "float32",
      [6, 4, 3],
      0,
    ]);
    const opaque = await loadImage(file, { colorMode: "rgba" });
    expect(
      opaque
        .slice([null, null, [3, 4]])
        .dataSync()
        .every((value) => value === 255),
    ).toBe(true);
    const grey = await loadImage(new Blob([new Uint8Array(file)]), { colorMode: "grayscale" });
    const [red, green, blue] = x.dataSync();
    expect(grey.dataSync()[0]).toBe(Math.round(0.299 * red + 0.587 * green + 0.114 * blue));
  });

  it("comes back from a JPEG file nearly as it was", async () => {
    const smooth = tensor(
      Float32Array.from({ length: 32 * 24 * 3 }, (_, at) => 5 * Math.floor(at / 72) + (at % 3) * 30),
      [32, 24, 3],
    );
    const file = await encodeImage(smooth, { scale: false, fileFormat: "jpeg" });
    expect([...file.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
    const image = await loadImage(file);
    expect(image.shape).toEqual([32, 24, 3]);
    expect(distance(image.dataSync(), smooth.dataSync())).toBeLessThan(8);
  });

  it("gets the size that is asked for", async () => {
    const file = await encodeImage(x, { scale: false });
    const nearest = await loadImage(file, { targetSize: [3, 2] });
    expect(
      distance(nearest.dataSync(), resize(x.expandDims(0), [3, 2], { interpolation: "nearest" }).dataSync()),
    ).toBe(0);
    const smooth = await loadImage(file, { targetSize: [3, 2], interpolation: "lanczos" });
    expect(smooth.dataSync().every((value) => Number.isInteger(value) && value >= 0 && value <= 255)).toBe(
      true,
    );
    const square = await loadImage(file, { targetSize: [4, 4], keepAspectRatio: true });
    expect(distance(square.dataSync(), x.slice([[1, 5]]).dataSync())).toBe(0);
  });

  it("is read from the picture that comes first in a GIF file", async () => {
    const gif =
      "4749463839610a000a00910000ffffffff00000000ff00000021f90400000000002c000000000a000a0000021" +
      "68c2d99872a1cdc33a00275ec95faa8de608c04914c01003b";
    const image = await loadImage(
      Uint8Array.from(gif.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
    );
    // The picture of "What's in a GIF" (M. Flickinger): two colours around white.
    const rows = ["1111122222", "1111122222", "1111122222", "1110000222", "1110000222"];
    const expected = [...rows, ...rows.toReversed().map((row) => [...row].reverse().join(""))].flatMap(
      (row) =>
        [...row].flatMap(
          (index) =>
            [
              [255, 255, 255],
              [255, 0, 0],
              [0, 0, 255],
            ][Number(index)],
        ),
    );
    expect([...image.dataSync()]).toEqual(expected);
  });

  it("is read from a BMP file, whose rows go upwards", async () => {
    const header = new DataView(new ArrayBuffer(54));
    header.setUint16(0, 0x424d);
    header.setUint32(2, 70, true);
    header.setUint32(10, 54, true);
    header.setUint32(14, 40, true);
    header.setInt32(18, 2, true);
    header.setInt32(22, 2, true);
    header.setUint16(26, 1, true);
    header.setUint16(28, 24, true);
    const pixels = [3, 2, 1, 6, 5, 4, 0, 0, 9, 8, 7, 12, 11, 10, 0, 0];
    const file = Uint8Array.of(...new Uint8Array(header.buffer), ...pixels);
    const image = await loadImage(file);
    expect(image.arraySync()).toEqual([
      [
        [7, 8, 9],
        [10, 11, 12],
      ],
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ]);
    await expect(loadImage(file.subarray(0, 20))).rejects.toThrow("the bytes given");
  });

  it("is refused where it is none", async () => {
    await expect(loadImage(Uint8Array.of(1, 2, 3, 4))).rejects.toThrow(
      /the bytes given.*(no image|cannot be decoded)/,
    );
    const file = await encodeImage(x);
    await expect(loadImage(file.subarray(0, 60))).rejects.toThrow(/the bytes given.*cannot be decoded/);
    await expect(encodeImage(zeros([2, 2, 2]))).rejects.toThrow(
      "encodeImage: the image is [2, 2, 2]; it must be [height, width, channels], with 1, 3 or 4 channels",
    );
    await expect(loadImage(file, { colorMode: "bgr" as "rgb" })).rejects.toThrow('colorMode is "bgr"');
  });
});

describe("images in memory", () => {
  it("become tensors, and tensors images", () => {
    const pixels = { width: 2, height: 1, data: Uint8ClampedArray.of(1, 2, 3, 4, 250, 251, 252, 253) };
    expect(imageToTensor(pixels, { colorMode: "rgba" }).arraySync()).toEqual([
      [
        [1, 2, 3, 4],
        [250, 251, 252, 253],
      ],
    ]);
    expect(imageToTensor(pixels).shape).toEqual([1, 2, 3]);
    const back = tensorToImage(imageToTensor(pixels, { colorMode: "rgba" }), { scale: false });
    expect(back).toEqual(pixels);
    // As NumPy does: towards zero, and from 0 to 255 where it is spread.
    const spread = (x: Tensor, scale: boolean) =>
      [...tensorToImage(x, { scale }).data].filter((_, at) => at % 4 === 0);
    expect(spread(tensor([[[-1], [0], [1]]]), true)).toEqual([0, 127, 255]);
    expect(spread(tensor([[[-3], [1.9], [300]]]), false)).toEqual([0, 1, 255]);
    expect(spread(tensor([[[7], [7]]]), true)).toEqual([0, 0]);
    // @ts-expect-error no image
    expect(() => imageToTensor({ width: 1 })).toThrow(TypeError);
    expect(() => imageToTensor({ width: 2, height: 2, data: new Uint8Array(4) })).toThrow("four bytes each");
  });
});
