/** WAV files: RIFF with a `fmt ` chunk that says how samples are written, and a `data` chunk with the samples. */
import { FileError } from "@strata/core/internal/files";

/** A recording. */
export interface Recording {
  /** Numbers from −1 to 1, channel by channel for each point of time. */
  readonly samples: Float32Array;
  readonly channels: number;
  /** Points of time a second. */
  readonly sampleRate: number;
}

interface SampleFormat {
  readonly bytes: number;
  read(view: DataView, offset: number): number;
}

const pcm = 1;
const float = 3;
/** The format stands in the first two bytes of an identifier that follows. */
const extensible = 0xfffe;
/** The length that programs write that do not know it beforehand. */
const unknownLength = 0xffffffff;

/** By format and bits. */
const sampleFormats: Readonly<Record<string, SampleFormat>> = {
  [`${pcm}/8`]: { bytes: 1, read: (view, offset) => (view.getUint8(offset) - 128) / 128 },
  [`${pcm}/16`]: { bytes: 2, read: (view, offset) => view.getInt16(offset, true) / 2 ** 15 },
  [`${pcm}/24`]: {
    bytes: 3,
    read: (view, offset) => ((view.getInt8(offset + 2) << 16) | view.getUint16(offset, true)) / 2 ** 23,
  },
  [`${pcm}/32`]: { bytes: 4, read: (view, offset) => view.getInt32(offset, true) / 2 ** 31 },
  [`${float}/32`]: { bytes: 4, read: (view, offset) => view.getFloat32(offset, true) },
  [`${float}/64`]: { bytes: 8, read: (view, offset) => view.getFloat64(offset, true) },
};

interface Format {
  readonly sample: SampleFormat;
  readonly channels: number;
  readonly sampleRate: number;
}

/**
 * Decodes a WAV file.
 *
 * @param name The file, for messages.
 * @throws FileError if it is none, or compressed, or cut short.
 */
export function decodeWav(bytes: Uint8Array, name: string): Recording {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const refuse = (place: string, reason: string): never => {
    throw new FileError(name, place, reason);
  };
  const tag = (offset: number): string =>
    offset + 4 > bytes.length ? "" : String.fromCharCode(...bytes.subarray(offset, offset + 4));
  if (tag(0) !== "RIFF" || tag(8) !== "WAVE")
    refuse("start", "it is no WAV file, which begins with RIFF and WAVE");
  let format: Format | null = null;
  for (let offset = 12; offset + 8 <= bytes.length; ) {
    const chunk = tag(offset);
    const start = offset + 8;
    const claimed = view.getUint32(offset + 4, true);
    const size = claimed === unknownLength ? bytes.length - start : claimed;
    if (start + size > bytes.length) {
      refuse(
        `byte ${offset}`,
        `it is cut short: ${JSON.stringify(chunk)} claims ${size} bytes, and ${bytes.length - start} follow`,
      );
    }
    if (chunk === "fmt ")
      format = readFormat(new DataView(view.buffer, view.byteOffset + start, size), refuse);
    if (chunk === "data") {
      if (format === null) return refuse(`byte ${offset}`, "its samples stand before their format");
      return readSamples(new DataView(view.buffer, view.byteOffset + start, size), format);
    }
    // Chunks begin at even places.
    offset = start + size + (size % 2);
  }
  return refuse("end", "it has no samples: there is no data chunk");
}

function readFormat(chunk: DataView, refuse: (place: string, reason: string) => never): Format {
  if (chunk.byteLength < 16)
    return refuse("fmt", `the format has ${chunk.byteLength} bytes; it has 16 at least`);
  const given = chunk.getUint16(0, true);
  const code = given === extensible && chunk.byteLength >= 26 ? chunk.getUint16(24, true) : given;
  const channels = chunk.getUint16(2, true);
  const bits = chunk.getUint16(14, true);
  const key = `${code}/${bits}`;
  if (!Object.hasOwn(sampleFormats, key)) {
    return refuse(
      "fmt",
      `its samples have the format ${code} and ${bits} bits; accepted are PCM (1) of 8, 16, 24 and 32 bits, and floats (3) of 32 and 64`,
    );
  }
  if (channels === 0) return refuse("fmt", "it has no channels");
  return { sample: sampleFormats[key], channels, sampleRate: chunk.getUint32(4, true) };
}

function readSamples(data: DataView, { sample, channels, sampleRate }: Format): Recording {
  const times = Math.floor(data.byteLength / (sample.bytes * channels));
  const samples = new Float32Array(times * channels);
  for (let index = 0; index < samples.length; index++)
    samples[index] = sample.read(data, index * sample.bytes);
  return { samples, channels, sampleRate };
}
