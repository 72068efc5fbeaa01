/** An image as it was decoded, row after row. */
export interface RawImage {
  readonly width: number;
  readonly height: number;
  /** Of a pixel: grey; grey and opacity; red, green and blue; or these and opacity. */
  readonly channels: 1 | 2 | 3 | 4;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** How the colours of an image are given: as grey, as red, green and blue, or as these and opacity. */
export type ColorMode = "grayscale" | "rgb" | "rgba";

/** The number of channels of each way. */
export const channelsOf = { grayscale: 1, rgb: 3, rgba: 4 } as const satisfies Readonly<
  Record<ColorMode, number>
>;

/** The pixels of an image with other channels. Opacity is left out, and what has none is opaque. */
export function withChannels(image: RawImage, colorMode: ColorMode): Uint8Array | Uint8ClampedArray {
  const { width, height, channels, data } = image;
  const wanted = channelsOf[colorMode];
  if (channels === wanted) return data;
  const count = width * height;
  const converted = new Uint8Array(count * wanted);
  const hasColors = channels >= 3;
  const hasOpacity = channels === 2 || channels === 4;
  for (let pixel = 0; pixel < count; pixel++) {
    const from = pixel * channels;
    const to = pixel * wanted;
    if (wanted === 1) {
      converted[to] = hasColors ? luma(data[from], data[from + 1], data[from + 2]) : data[from];
      continue;
    }
    converted[to] = data[from];
    converted[to + 1] = data[hasColors ? from + 1 : from];
    converted[to + 2] = data[hasColors ? from + 2 : from];
    if (wanted === 4) converted[to + 3] = hasOpacity ? data[from + channels - 1] : 255;
  }
  return converted;
}

/** How bright a colour is, by ITU-R BT.601, to 16 bits as Pillow computes it. */
function luma(red: number, green: number, blue: number): number {
  return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
}
