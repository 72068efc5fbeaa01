/** Images by what browsers have for them. */
export type * from "./global-types.ts";

import type { RawImage } from "./raw-image.ts";

/** An image that a browser can draw. */
export type DrawnSource =
  | ImageBitmap
  | HTMLImageElement
  | HTMLVideoElement
  | HTMLCanvasElement
  | OffscreenCanvas;

/** Whether the machine decodes and draws images, as browsers do. */
export function canDraw(): boolean {
  return typeof createImageBitmap === "function" && typeof OffscreenCanvas === "function";
}

/** The image in a file of any format that the browser knows, its colours as they stand in it. */
export async function decodeByBrowser(bytes: Uint8Array): Promise<RawImage> {
  const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]), {
    colorSpaceConversion: "none",
    premultiplyAlpha: "none",
  });
  try {
    return pixelsOf(bitmap);
  } finally {
    bitmap.close();
  }
}

/** The pixels of what a browser can draw: red, green, blue and opacity. */
export function pixelsOf(source: DrawnSource): RawImage {
  const { width, height } = sizeOfDrawn(source);
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("the browser does not draw on canvases");
  context.drawImage(source, 0, 0);
  return { width, height, channels: 4, data: context.getImageData(0, 0, width, height).data };
}

function sizeOfDrawn(source: DrawnSource): { readonly width: number; readonly height: number } {
  if ("videoWidth" in source) return { width: source.videoWidth, height: source.videoHeight };
  if ("naturalWidth" in source) return { width: source.naturalWidth, height: source.naturalHeight };
  return source;
}

/** The file of an image: red, green, blue and opacity. */
export async function encodeByBrowser(
  { width, height, data }: RawImage,
  type: "image/png" | "image/jpeg",
): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("the browser does not draw on canvases");
  context.putImageData(new ImageData(new Uint8ClampedArray(data), width, height), 0, 0);
  return new Uint8Array(await (await canvas.convertToBlob({ type, quality: 0.9 })).arrayBuffer());
}
