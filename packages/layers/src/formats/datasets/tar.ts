import { FileError } from "@strata/core/internal/files";

const blockSize = 512;

/** The files of a tar archive (POSIX's ustar) by name. Those whose names are longer than a header's fields are passed over. */
export function readTar(bytes: Uint8Array, name: string): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (let offset = 0; offset + blockSize <= bytes.length; ) {
    const header = bytes.subarray(offset, offset + blockSize);
    if (header.every((byte) => byte === 0)) break;
    const place = `byte ${offset}`;
    checkHeader(header, name, place);
    const size = octal(header, 124, 12);
    const start = offset + blockSize;
    if (start + size > bytes.length) throw new FileError(name, place, "it is cut short");
    const isUstar = textAt(header, 257, 5) === "ustar";
    const prefix = isUstar ? textAt(header, 345, 155) : "";
    const path = prefix === "" ? textAt(header, 0, 100) : `${prefix}/${textAt(header, 0, 100)}`;
    const type = String.fromCharCode(header[156]);
    if (type === "0" || type === "\0") files.set(path, bytes.subarray(start, start + size));
    offset = start + Math.ceil(size / blockSize) * blockSize;
  }
  return files;
}

/** The sum of a header's bytes, its own field as spaces, stands in the header. */
function checkHeader(header: Uint8Array, name: string, place: string): void {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
  if (octal(header, 148, 8) !== sum) throw new FileError(name, place, "it is no tar archive, or damaged");
}

function textAt(header: Uint8Array, start: number, length: number): string {
  return new TextDecoder().decode(header.subarray(start, start + length)).split("\0", 1)[0];
}

function octal(header: Uint8Array, start: number, length: number): number {
  return Number.parseInt(textAt(header, start, length).trim() || "0", 8);
}
