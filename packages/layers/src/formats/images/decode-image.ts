import { FileError } from "@strata/core/internal/files";
import { canDraw, decodeByBrowser } from "../../data/images/canvas.ts";
import type { RawImage } from "../../data/images/raw-image.ts";

type Decoder = (bytes: Uint8Array, name: string) => RawImage | Promise<RawImage>;

interface Format {
  readonly name: string;
  /** How files of the format begin. */
  readonly signature: readonly number[];
  load(): Promise<Decoder>;
}

const formats: readonly Format[] = [
  {
    name: "PNG",
    signature: [0x89, 0x50, 0x4e, 0x47],
    load: async () => (await import("./png.ts")).decodePng,
  },
  { name: "JPEG", signature: [0xff, 0xd8, 0xff], load: async () => (await import("./jpeg.ts")).decodeJpeg },
  {
    name: "GIF",
    signature: [0x47, 0x49, 0x46, 0x38],
    load: async () => (await import("./gif.ts")).decodeGif,
  },
  { name: "BMP", signature: [0x42, 0x4d], load: async () => (await import("./bmp.ts")).decodeBmp },
];

/**
 * The image in a file: PNG, JPEG, GIF (its first picture) or BMP, told by how it begins. Browsers decode it themselves, and all
 * formats that they know.
 *
 * @param name The file, for messages.
 * @throws FileError if it is none of these, or damaged.
 */
export async function decodeImage(bytes: Uint8Array, name: string): Promise<RawImage> {
  const format = formats.find(({ signature }) => signature.every((byte, index) => bytes[index] === byte));
  try {
    if (canDraw()) return await decodeByBrowser(bytes);
    if (format !== undefined) return await (await decoderOf(format))(bytes, name);
  } catch (cause) {
    if (cause instanceof FileError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FileError(name, "", `it cannot be decoded as ${format?.name ?? "an image"}: ${reason}`, {
      cause,
    });
  }
  throw new FileError(
    name,
    "start",
    `it is no image; accepted are ${formats.map((each) => each.name).join(", ")}`,
  );
}

const loaded = new Map<Format, Promise<Decoder>>();

/** The decoder of a format, which is loaded with the first of its files. */
function decoderOf(format: Format): Promise<Decoder> {
  const found = loaded.get(format) ?? format.load();
  loaded.set(format, found);
  return found;
}
