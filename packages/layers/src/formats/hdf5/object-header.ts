import { type ByteReader, noAddress } from "./byte-reader.ts";

/** The kinds of messages of an object header that are read. */
export const messageTypes = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;

/** A message of an object header. */
export interface HeaderMessage {
  readonly type: number;
  readonly body: ByteReader;
}

/** A header that goes on in more blocks is refused. */
const mostBlocks = 4096;

/** The messages of the object header at an address (HDF5 file format specification, IV.A). */
export function readObjectHeader(file: ByteReader, address: number, place: string): readonly HeaderMessage[] {
  const start = file.part(place, address, Math.min(64, Math.max(0, file.bytes.length - address)));
  return start.bytes[0] === 1
    ? readVersion1(file, start, address, place)
    : readVersion2(file, start, address, place);
}

function readVersion1(file: ByteReader, start: ByteReader, address: number, place: string): HeaderMessage[] {
  start.skip(8);
  const size = start.u32();
  return readBlocks(file, place, file.part(place, address + 16, size), (block, messages) => {
    while (block.left >= 8) {
      const type = block.u16();
      const length = block.u16();
      const flags = block.u8();
      block.skip(3);
      addMessage(messages, type, flags, block, length, place);
    }
  });
}

function readVersion2(file: ByteReader, start: ByteReader, address: number, place: string): HeaderMessage[] {
  start.expect("OHDR");
  if (start.u8() !== 2) start.fail("its header has an unknown version; accepted are 1 and 2");
  const flags = start.u8();
  if (flags & 0x20) start.skip(16);
  if (flags & 0x10) start.skip(4);
  const size = start.unsigned(1 << (flags & 3));
  const hasOrder = (flags & 4) !== 0;
  return readBlocks(
    file,
    place,
    file.part(place, address + start.position, size),
    (block, messages, isFirst) => {
      if (!isFirst) block.expect("OCHK");
      // Blocks that continue a header end with a checksum; that of the first block follows it.
      const end = isFirst ? 0 : 4;
      while (block.left - end >= (hasOrder ? 6 : 4)) {
        const type = block.u8();
        const length = block.u16();
        const messageFlags = block.u8();
        if (hasOrder) block.skip(2);
        addMessage(messages, type, messageFlags, block, length, place);
      }
    },
  );
}

function readBlocks(
  file: ByteReader,
  place: string,
  first: ByteReader,
  read: (block: ByteReader, messages: HeaderMessage[], isFirst: boolean) => void,
): HeaderMessage[] {
  const messages: HeaderMessage[] = [];
  read(first, messages, true);
  const seen = new Set<number>();
  for (let index = 0; index < messages.length; index++) {
    const { type, body } = messages[index];
    if (type !== messageTypes.continuation) continue;
    const [offset, length] = [body.address(), body.u64()];
    if (seen.has(offset) || seen.size >= mostBlocks) body.fail("its header continues in a circle");
    seen.add(offset);
    read(file.part(place, offset, length), messages, false);
  }
  return messages;
}

function addMessage(
  messages: HeaderMessage[],
  type: number,
  flags: number,
  block: ByteReader,
  length: number,
  place: string,
): void {
  const body = block.part(place, block.position, length);
  block.skip(length);
  if (flags & 2 && isRead(type))
    body.fail("its header shares a message with another object, which is not supported");
  if (isRead(type)) messages.push({ type, body });
}

const read = new Set<number>(Object.values(messageTypes));

function isRead(type: number): boolean {
  return read.has(type);
}

/** Throws if a message says that there is more in a heap of the newer format, which is not read. */
export function checkNotDense({ type, body }: HeaderMessage, what: string): void {
  body.skip(1);
  const flags = body.u8();
  if (flags & 1) body.skip(type === messageTypes.linkInfo ? 8 : 2);
  if (body.address() === noAddress) return;
  body.fail(
    `${what} are kept in a fractal heap, as with libver="latest", which is not supported; write the file with the default libver`,
  );
}
