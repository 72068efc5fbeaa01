import type { RandomAccess } from "./open-file.ts";

/** Bytes in memory as a file. */
export function memoryFile(name: string, bytes: Uint8Array): RandomAccess {
  return {
    name,
    size: bytes.length,
    readInto: async (offset, into) => into.set(bytes.subarray(offset, offset + into.length)),
    view: (offset, length) => bytes.subarray(offset, offset + length),
    close: async () => undefined,
  };
}

/** A Blob as a file, and with it a File of a page's form. */
export function blobFile(name: string, blob: Blob): RandomAccess {
  return {
    name,
    size: blob.size,
    readInto: async (offset, into) => {
      const part = await blob.slice(offset, offset + into.length).arrayBuffer();
      into.set(new Uint8Array(part));
    },
    close: async () => undefined,
  };
}
