/** Reads TensorBoard's event files with protobuf.js and a CRC-32C of its own, which shares nothing with what writes them. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { importPeer } from "../peers.ts";

/** A value of a summary, as protobuf.js gives it. */
export interface ReadValue {
  readonly tag: string;
  readonly metadata: { readonly pluginData: { readonly pluginName: string }; readonly dataClass: string };
  readonly tensor: {
    readonly dtype: string;
    readonly tensorShape: { readonly dim?: readonly { readonly size: number }[] };
    readonly floatVal?: readonly number[];
    readonly doubleVal?: readonly number[];
    readonly stringVal?: readonly Uint8Array[];
  };
}

export interface ReadEvent {
  readonly wallTime: number;
  readonly step: number;
  readonly fileVersion?: string;
  readonly graphDef?: Uint8Array;
  readonly summary?: { readonly value: readonly ReadValue[] };
}

interface ReadShape {
  readonly dim?: readonly { readonly size: number }[];
}

export interface ReadNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr: Readonly<
    Record<string, { readonly i?: number; readonly list?: { readonly shape?: readonly ReadShape[] } }>
  >;
}

interface ProtobufType<Message> {
  decode(bytes: Uint8Array): object;
  toObject(message: object, options: object): Message;
}

interface Protobuf {
  load(file: string): Promise<{ lookupType<Message>(name: string): ProtobufType<Message> }>;
}

async function decoder<Message>(name: string): Promise<(bytes: Uint8Array) => Message> {
  const { load } = (await importPeer<{ default: Protobuf }>("protobufjs")).default;
  const type = (await load(fileURLToPath(new URL("event.proto", import.meta.url)))).lookupType<Message>(
    `tensorboard.${name}`,
  );
  return (bytes) => type.toObject(type.decode(bytes), { longs: Number, enums: String });
}

/** The events of the files in a folder, in the order of the files' names. */
export async function readEvents(folder: string): Promise<readonly ReadEvent[]> {
  const decode = await decoder<ReadEvent>("Event");
  const files = readdirSync(folder).filter((name) => name.includes("tfevents"));
  return files.sort().flatMap((name) => recordsOf(readFileSync(`${folder}/${name}`)).map(decode));
}

/** The nodes of a graph. */
export async function readGraph(bytes: Uint8Array): Promise<readonly ReadNode[]> {
  const decode = await decoder<{ node: readonly ReadNode[] }>("GraphDef");
  return decode(bytes).node;
}

/** The data of records, whose lengths and CRCs are checked. */
function recordsOf(file: Buffer): readonly Uint8Array[] {
  const records: Uint8Array[] = [];
  for (let offset = 0; offset < file.length; ) {
    const length = Number(file.readBigUInt64LE(offset));
    check(file.subarray(offset, offset + 8), file.readUInt32LE(offset + 8));
    const data = file.subarray(offset + 12, offset + 12 + length);
    check(data, file.readUInt32LE(offset + 12 + length));
    records.push(data);
    offset += 16 + length;
  }
  return records;
}

function check(bytes: Uint8Array, masked: number): void {
  // Bit by bit, with the polynomial 0x1edc6f41 in reverse order.
  let remainder = 0xffffffffn;
  for (const byte of bytes) {
    remainder ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++)
      remainder = remainder % 2n === 1n ? (remainder / 2n) ^ 0x82f63b78n : remainder / 2n;
  }
  const crc = remainder ^ 0xffffffffn;
  const turned = (crc / 2n ** 15n + crc * 2n ** 17n) % 2n ** 32n;
  const expected = Number((turned + 0xa282ead8n) % 2n ** 32n);
  if (expected !== masked) throw new Error(`a CRC is ${masked}, and ${expected} by the bytes`);
}
