import type { FileSource } from "@strata/core";
import type { RawImage } from "./raw-image.ts";

type Reader = (source: FileSource, operation: string) => Promise<RawImage>;

/** Loaded with the first image, and not looked up again for each: there may be many, and small ones. */
let reader: Promise<Reader> | null = null;

/** The image in a file. */
export async function decodedImage(source: FileSource, operation: string): Promise<RawImage> {
  reader ??= loadReader();
  return (await reader)(source, operation);
}

async function loadReader(): Promise<Reader> {
  const [{ withSource }, { decodeImage }] = await Promise.all([
    import("@strata/core/internal/files"),
    import("../../formats/images/decode-image.ts"),
  ]);
  return (source, operation) =>
    withSource(source, {}, async (file) => decodeImage(await file.readAll(), file.name), operation);
}
