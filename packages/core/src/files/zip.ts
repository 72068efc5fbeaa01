/** Zip archives, by PKWARE's APPNOTE 6.3: stored and deflated entries, with the sizes of zip64. */

import { FileError } from "./file-error.ts";
import { checkEntryName } from "./file-names.ts";
import { memoryFile } from "./memory-file.ts";
import { OpenFile } from "./open-file.ts";

/** The limits of an archive; larger ones are refused before anything is allocated. */
export interface ZipLimits {
  /** Of the entries' own bytes, in all. Default: 1 GiB and 32 times the length of the archive. */
  readonly maxBytes?: number;
  /** Default: 100,000. */
  readonly maxEntries?: number;
}

/** An archive whose list of entries has been read and checked. */
export interface ZipArchive {
  /** The names of the files in it, in the order of its list. */
  readonly names: readonly string[];
  has(name: string): boolean;
  /** The size of a file in it, in bytes. */
  sizeOf(name: string): number;
  /**
   * The bytes of a file in it, which must not be changed.
   *
   * @throws FileError if there is none of that name, or it is damaged.
   */
  read(name: string): Promise<Uint8Array>;
  /** As {@link ZipArchive.read}, in memory of the caller's own. */
  readOwn(name: string): Promise<Uint8Array>;
  /**
   * A file in it, of which any part can be read: where it is stored as it is, without reading the others, and without a check of its
   * checksum. Closing it leaves the archive open.
   */
  open(name: string): Promise<OpenFile>;
}

/** A file to be put into an archive. */
export interface ZipContent {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** How an archive is written. */
export interface ZipOptions {
  /** From 0, stored as it is, to 9, compressed best; browsers know one level above 0. Default: 0. */
  readonly level?: number;
  /** The date of all entries. Default: now. */
  readonly date?: Date;
}

interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly checksum: number;
  readonly packedSize: number;
  readonly size: number;
  /** The beginning of its local header. */
  readonly offset: number;
}

const endSignature = 0x06054b50;
const endLength = 22;
const end64Signature = 0x06064b50;
const end64Length = 56;
const locatorSignature = 0x07064b50;
const locatorLength = 20;
const entrySignature = 0x02014b50;
const entryLength = 46;
const localSignature = 0x04034b50;
const localLength = 30;
const zip64Extra = 1;
/** A field of 32 bits with this value stands in the extra field of zip64. */
const elsewhere32 = 0xffffffff;
const elsewhere16 = 0xffff;
const stored = 0;
const deflated = 8;
const isEncrypted = 1;
const hasUnicodeName = 1 << 11;
/** Deflate makes at most so many bytes of one. */
const largestRatio = 1032;

/** Reads the list of an archive; its files are read when they are asked for. */
export async function readZip(file: OpenFile, limits: ZipLimits = {}): Promise<ZipArchive> {
  const { maxEntries = 100_000, maxBytes = 2 ** 30 + 32 * file.size } = limits;
  const directory = await findDirectory(file);
  if (directory.entries > maxEntries) {
    throw new FileError(file.name, "end", `it has ${directory.entries} entries; accepted are ${maxEntries}`);
  }
  const entries = await readDirectory(file, directory);
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > maxBytes) {
    throw new FileError(
      file.name,
      "directory",
      `its entries would take ${total} bytes; accepted are ${maxBytes}`,
    );
  }
  const files = new Map<string, ZipEntry>();
  for (const entry of entries) {
    if (!entry.name.endsWith("/")) files.set(entry.name, entry);
  }
  const find = (name: string): ZipEntry => {
    const entry = files.get(name);
    if (entry !== undefined) return entry;
    throw new FileError(file.name, "directory", `there is no entry "${name}"`);
  };
  return {
    names: [...files.keys()],
    has: (name) => files.has(name),
    sizeOf: (name) => find(name).size,
    read: async (name) => readEntry(file, find(name)),
    readOwn: async (name) =>
      readEntry(file, find(name), async (at, length) => new Uint8Array(await file.readBuffer(at, length))),
    open: async (name) => openEntry(file, find(name)),
  };
}

interface Directory {
  readonly offset: number;
  readonly length: number;
  readonly entries: number;
}

async function findDirectory(file: OpenFile): Promise<Directory> {
  // The record at the end is followed by a comment of at most 65,535 bytes.
  const tailLength = Math.min(file.size, endLength + 0xffff);
  const tailOffset = file.size - tailLength;
  const tail = viewOf(await file.read(tailOffset, tailLength));
  let at = tailLength - endLength;
  const isEnd = (): boolean =>
    tail.getUint32(at, true) === endSignature &&
    at + endLength + tail.getUint16(at + 20, true) === tailLength;
  while (at >= 0 && !isEnd()) at--;
  if (at < 0)
    throw new FileError(file.name, "end", "there is no list of entries; it is no zip file, or was cut");
  const found = {
    disks: tail.getUint16(at + 4, true) + tail.getUint16(at + 6, true),
    entries: tail.getUint16(at + 10, true),
    length: tail.getUint32(at + 12, true),
    offset: tail.getUint32(at + 16, true),
  };
  const isZip64 =
    found.entries === elsewhere16 || found.length === elsewhere32 || found.offset === elsewhere32;
  const endOffset = tailOffset + at;
  const directory = isZip64 ? ((await findDirectory64(file, endOffset)) ?? found) : found;
  if (found.disks !== 0 && !isZip64) throw new FileError(file.name, "end", "it is a part of several");
  // An entry takes no less than its fixed fields, so that a count cannot claim more than there is.
  const isPossible =
    directory.offset + directory.length <= endOffset && directory.entries * entryLength <= directory.length;
  if (isPossible) return directory;
  throw new FileError(
    file.name,
    "end",
    `a list of ${directory.entries} entries in ${directory.length} bytes from byte ${directory.offset} on does not fit before byte ${endOffset}`,
  );
}

async function findDirectory64(file: OpenFile, endOffset: number): Promise<Directory | null> {
  if (endOffset < locatorLength) return null;
  const locator = viewOf(await file.read(endOffset - locatorLength, locatorLength));
  if (locator.getUint32(0, true) !== locatorSignature) return null;
  const at = readCount(file, "end of zip64", locator, 8);
  if (at + end64Length > endOffset) {
    throw new FileError(file.name, "end of zip64", `it does not fit at byte ${at}`);
  }
  const record = viewOf(await file.read(at, end64Length));
  if (record.getUint32(0, true) !== end64Signature) {
    throw new FileError(file.name, "end of zip64", `there is none at byte ${at}`);
  }
  return {
    entries: readCount(file, "end of zip64", record, 32),
    length: readCount(file, "end of zip64", record, 40),
    offset: readCount(file, "end of zip64", record, 48),
  };
}

/** A number of 64 bits, which must be one that files have. */
function readCount(file: OpenFile, place: string, view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value <= BigInt(file.size) * BigInt(largestRatio) + BigInt(2 ** 32)) return Number(value);
  throw new FileError(
    file.name,
    place,
    `it claims ${value}, more than a file of ${file.size} bytes can hold`,
  );
}

async function readDirectory(file: OpenFile, directory: Directory): Promise<ZipEntry[]> {
  const bytes = await file.read(directory.offset, directory.length);
  const view = viewOf(bytes);
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let at = 0;
  for (let index = 0; index < directory.entries; index++) {
    const place = `entry ${index}`;
    const isWhole = at + entryLength <= bytes.length && view.getUint32(at, true) === entrySignature;
    if (!isWhole) throw new FileError(file.name, place, `there is none at byte ${directory.offset + at}`);
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const extraAt = at + entryLength + nameLength;
    const next = extraAt + extraLength + view.getUint16(at + 32, true);
    if (next > bytes.length) throw new FileError(file.name, place, "it is longer than the list");
    const flags = view.getUint16(at + 8, true);
    const name = decodeName(file, place, bytes.subarray(at + entryLength, extraAt));
    const sizes = readSizes(file, `${place}, "${name}"`, view, at, { at: extraAt, length: extraLength });
    const entry = {
      name,
      method: view.getUint16(at + 10, true),
      checksum: view.getUint32(at + 16, true),
      ...sizes,
    };
    checkEntry(file, `${place}, "${name}"`, entry, flags, directory.offset);
    if (names.has(name)) throw new FileError(file.name, place, `the name "${name}" is there twice`);
    names.add(name);
    entries.push(entry);
    at = next;
  }
  if (at !== directory.length) {
    throw new FileError(file.name, "directory", `${directory.length - at} bytes follow the last entry`);
  }
  checkOverlaps(file, entries, directory.offset);
  return entries;
}

function decodeName(file: OpenFile, place: string, bytes: Uint8Array): string {
  let name: string;
  try {
    // Names in another encoding are rare, and of ASCII mostly.
    name = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new FileError(file.name, place, "its name is not UTF-8");
  }
  // A folder is an entry whose name ends with a slash.
  checkEntryName(file.name, place, name.endsWith("/") ? name.slice(0, -1) : name);
  return name;
}

/** The sizes and the offset of an entry; those that 32 bits do not hold stand in the extra field, in this order. */
function readSizes(
  file: OpenFile,
  place: string,
  view: DataView,
  at: number,
  extra: { readonly at: number; readonly length: number },
): { readonly size: number; readonly packedSize: number; readonly offset: number } {
  const end = extra.at + extra.length;
  let field = extra.at;
  while (field + 4 <= end && view.getUint16(field, true) !== zip64Extra) {
    field += 4 + view.getUint16(field + 2, true);
  }
  const fieldEnd = field + 4 <= end ? field + 4 + view.getUint16(field + 2, true) : field;
  let nextAt = field + 4;
  const read = (position: number): number => {
    const value = view.getUint32(position, true);
    if (value !== elsewhere32) return value;
    if (nextAt + 8 > Math.min(fieldEnd, end)) {
      throw new FileError(file.name, place, "a size refers to a field of zip64 that is not there");
    }
    nextAt += 8;
    return readCount(file, place, view, nextAt - 8);
  };
  const size = read(at + 24);
  const packedSize = read(at + 20);
  return { size, packedSize, offset: read(at + 42) };
}

function checkEntry(
  file: OpenFile,
  place: string,
  { method, packedSize, size, offset }: ZipEntry,
  flags: number,
  directoryOffset: number,
): void {
  const refuse = (rule: string): never => {
    throw new FileError(file.name, place, rule);
  };
  if ((flags & isEncrypted) !== 0) refuse("it is encrypted");
  if (method !== stored && method !== deflated) {
    refuse(`it is compressed by method ${method}; accepted are 0, stored, and 8, deflated`);
  }
  if (offset + localLength + packedSize > directoryOffset) {
    refuse(
      `${packedSize} bytes from byte ${offset} on do not fit before the list at byte ${directoryOffset}`,
    );
  }
  if (method === stored && size !== packedSize) {
    refuse(`it is stored, and claims ${size} bytes of ${packedSize}`);
  }
  if (size > packedSize * largestRatio) {
    refuse(`it claims ${size} bytes of ${packedSize}; deflate makes at most ${largestRatio} of one`);
  }
}

/** Entries that share bytes are how a small archive holds more than any limit. */
function checkOverlaps(file: OpenFile, entries: readonly ZipEntry[], directoryOffset: number): void {
  const byOffset = [...entries].sort((left, right) => left.offset - right.offset);
  for (const [index, { name, offset, packedSize }] of byOffset.entries()) {
    const end = byOffset[index + 1]?.offset ?? directoryOffset;
    if (offset + localLength + packedSize > end) {
      throw new FileError(
        file.name,
        `"${name}"`,
        `its ${packedSize} bytes overlap with what begins at byte ${end}`,
      );
    }
  }
}

async function openEntry(file: OpenFile, entry: ZipEntry): Promise<OpenFile> {
  if (entry.method !== stored) return new OpenFile(memoryFile(file.name, await readEntry(file, entry)));
  const start = await startOfEntry(file, entry);
  return new OpenFile({
    name: file.name,
    size: entry.size,
    readInto: (offset, bytes) => file.readInto(start + offset, bytes),
    close: async () => undefined,
  });
}

/** Where the bytes of an entry begin, after its header. */
async function startOfEntry(file: OpenFile, entry: ZipEntry): Promise<number> {
  const local = viewOf(await file.read(entry.offset, localLength));
  if (local.getUint32(0, true) !== localSignature) {
    throw new FileError(file.name, `"${entry.name}"`, `there is no entry at byte ${entry.offset}`);
  }
  return entry.offset + localLength + local.getUint16(26, true) + local.getUint16(28, true);
}

async function readEntry(
  file: OpenFile,
  entry: ZipEntry,
  read = (offset: number, length: number) => file.read(offset, length),
): Promise<Uint8Array> {
  const place = `"${entry.name}"`;
  const start = await startOfEntry(file, entry);
  const packed = await read(start, entry.packedSize);
  const { fileSystem } = await import("#files");
  const bytes = entry.method === stored ? packed : await fileSystem.inflate(packed, entry.size);
  if (bytes === null || bytes.length !== entry.size) {
    throw new FileError(file.name, place, `it does not expand to the ${entry.size} bytes that it claims`);
  }
  if (fileSystem.crc32(bytes, 0) === entry.checksum) return bytes;
  throw new FileError(file.name, place, "its bytes do not have the checksum that is written with it");
}

/** The bytes of an archive, in parts. The same files at the same date give the same bytes. */
export async function* writeZip(
  contents: Iterable<ZipContent> | AsyncIterable<ZipContent>,
  { level = 0, date = new Date() }: ZipOptions = {},
): AsyncGenerator<Uint8Array> {
  const { fileSystem } = await import("#files");
  const names = new Set<string>();
  const directory: Uint8Array[] = [];
  let offset = 0;
  for await (const { name, bytes } of contents) {
    checkEntryName("the archive", "", name);
    if (names.has(name)) throw new FileError("the archive", "", `the name "${name}" is there twice`);
    names.add(name);
    const compressed = level === 0 ? bytes : await fileSystem.deflate(bytes, level);
    const isSmaller = compressed.length < bytes.length;
    const packed = isSmaller ? compressed : bytes;
    const entry = {
      name,
      method: isSmaller ? deflated : stored,
      checksum: fileSystem.crc32(bytes, 0),
      packedSize: packed.length,
      size: bytes.length,
      offset,
    };
    const header = encodeHeader(entry, date, "local");
    yield header;
    yield packed;
    directory.push(encodeHeader(entry, date, "directory"));
    offset += header.length + packed.length;
  }
  yield* directory;
  const length = directory.reduce((sum, { length }) => sum + length, 0);
  yield encodeEnd({ offset, length, entries: directory.length });
}

/** Version 4.5 of the format has zip64, and 2.0 what else is used. */
function versionFor(isZip64: boolean): number {
  return isZip64 ? 45 : 20;
}

function encodeHeader(entry: ZipEntry, date: Date, kind: "local" | "directory"): Uint8Array {
  const name = new TextEncoder().encode(entry.name);
  if (name.length > 0xffff) {
    throw new FileError("the archive", "", `a name has ${name.length} bytes; accepted are 65,535`);
  }
  const isInDirectory = kind === "directory";
  const isLong = entry.size >= elsewhere32 || entry.packedSize >= elsewhere32;
  const isFar = isInDirectory && entry.offset >= elsewhere32;
  const large = [...(isLong ? [entry.size, entry.packedSize] : []), ...(isFar ? [entry.offset] : [])];
  const extraLength = large.length === 0 ? 0 : 4 + 8 * large.length;
  const fixedLength = isInDirectory ? entryLength : localLength;
  const bytes = new Uint8Array(fixedLength + name.length + extraLength);
  const view = viewOf(bytes);
  let at = 0;
  const put16 = (value: number): void => {
    view.setUint16(at, value, true);
    at += 2;
  };
  const put32 = (value: number): void => {
    view.setUint32(at, value, true);
    at += 4;
  };
  put32(isInDirectory ? entrySignature : localSignature);
  const version = versionFor(large.length > 0);
  if (isInDirectory) put16(version);
  put16(version);
  put16(hasUnicodeName);
  put16(entry.method);
  put16((date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1));
  put16((Math.max(0, date.getFullYear() - 1980) << 9) | ((date.getMonth() + 1) << 5) | date.getDate());
  put32(entry.checksum);
  put32(isLong ? elsewhere32 : entry.packedSize);
  put32(isLong ? elsewhere32 : entry.size);
  put16(name.length);
  put16(extraLength);
  if (isInDirectory) {
    // No comment, the first disk, no attributes.
    at += 10;
    put32(isFar ? elsewhere32 : entry.offset);
  }
  bytes.set(name, at);
  at += name.length;
  if (large.length > 0) {
    put16(zip64Extra);
    put16(8 * large.length);
    for (const value of large) {
      view.setBigUint64(at, BigInt(value), true);
      at += 8;
    }
  }
  return bytes;
}

function encodeEnd({ offset, length, entries }: Directory): Uint8Array {
  const isZip64 = offset >= elsewhere32 || length >= elsewhere32 || entries >= elsewhere16;
  const bytes = new Uint8Array((isZip64 ? end64Length + locatorLength : 0) + endLength);
  const view = viewOf(bytes);
  let at = 0;
  if (isZip64) {
    view.setUint32(0, end64Signature, true);
    view.setBigUint64(4, BigInt(end64Length - 12), true);
    view.setUint16(12, versionFor(true), true);
    view.setUint16(14, versionFor(true), true);
    for (const [index, value] of [entries, entries, length, offset].entries()) {
      view.setBigUint64(24 + 8 * index, BigInt(value), true);
    }
    view.setUint32(end64Length, locatorSignature, true);
    view.setBigUint64(end64Length + 8, BigInt(offset + length), true);
    view.setUint32(end64Length + 16, 1, true);
    at = end64Length + locatorLength;
  }
  view.setUint32(at, endSignature, true);
  view.setUint16(at + 8, Math.min(entries, elsewhere16), true);
  view.setUint16(at + 10, Math.min(entries, elsewhere16), true);
  view.setUint32(at + 12, Math.min(length, elsewhere32), true);
  view.setUint32(at + 16, Math.min(offset, elsewhere32), true);
  return bytes;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
