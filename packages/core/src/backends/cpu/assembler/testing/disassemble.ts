/** The instructions of a function's code. Binary format: WebAssembly core specification 3.0, chapter 5. */
import type { FunctionBuilder } from "../function.ts";

/** The type that an instruction works on; rare ones run where `any_true` has found a lane that needs them. */
export type InstructionKind = "vector" | "scalar float" | "rare" | "other";

/** The kinds of the function's instructions, in order. */
export function disassemble(f: FunctionBuilder): InstructionKind[] {
  const reader = new Reader(f.encode().view());
  for (let runs = reader.unsigned(); runs > 0; runs--) {
    reader.unsigned();
    reader.skip(1);
  }
  const kinds: InstructionKind[] = [];
  /** For each block around the next instruction whether it is for rare lanes. */
  const blocks: boolean[] = [];
  let followsTest = false;
  while (!reader.isAtEnd) {
    const { kind, opcode, number } = nextInstruction(reader);
    const isRare = blocks.at(-1) ?? false;
    kinds.push(isRare ? "rare" : kind);
    if (opcode === block || opcode === loop) blocks.push(isRare);
    if (opcode === when) blocks.push(isRare || followsTest);
    if (opcode === end) blocks.pop();
    followsTest = opcode === vectorPrefix && number === anyTrue;
  }
  return kinds;
}

const [block, loop, when, end, vectorPrefix, anyTrue] = [0x02, 0x03, 0x04, 0x0b, 0xfd, 83];

class Reader {
  private readonly bytes: Uint8Array;
  private position = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.position >= this.bytes.length;
  }

  skip(count: number): void {
    this.position += count;
  }

  byte(): number {
    return this.bytes[this.position++];
  }

  /** A number in LEB128; of a signed one only the end is found. */
  unsigned(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }
}

interface DecodedInstruction {
  readonly kind: Exclude<InstructionKind, "rare">;
  readonly opcode: number;
  /** The bytes after a prefix. */
  readonly number: number;
}

function nextInstruction(reader: Reader): DecodedInstruction {
  const opcode = reader.byte();
  if (opcode === vectorPrefix) {
    const number = reader.unsigned();
    skipVectorImmediates(reader, number);
    return { kind: "vector", opcode, number };
  }
  if (opcode === 0xfc) {
    const number = reader.unsigned();
    // Copies name two memories, fills one; conversions name nothing.
    reader.skip(number === 10 ? 2 : number === 11 ? 1 : 0);
    return { kind: number < 8 ? "scalar float" : "other", opcode, number };
  }
  skipImmediates(reader, opcode);
  return { kind: isFloatOpcode(opcode) ? "scalar float" : "other", opcode, number: 0 };
}

/** Loads, stores, constants, comparisons, arithmetic and conversions of f32 and f64. */
function isFloatOpcode(opcode: number): boolean {
  return (
    [0x2a, 0x2b, 0x38, 0x39, 0x43, 0x44].includes(opcode) ||
    (opcode >= 0x5b && opcode <= 0x66) ||
    (opcode >= 0x8b && opcode <= 0xa6) ||
    (opcode >= 0xa8 && opcode <= 0xbf)
  );
}

function skipImmediates(reader: Reader, opcode: number): void {
  const isBranchOrVariable = (opcode >= 0x0c && opcode <= 0x10) || (opcode >= 0x20 && opcode <= 0x24);
  if (opcode >= 0x02 && opcode <= 0x04) reader.skip(1);
  else if (isBranchOrVariable || opcode === 0x41 || opcode === 0x42) reader.unsigned();
  else if (opcode >= 0x28 && opcode <= 0x3e) skipAddress(reader);
  else if (opcode === 0x43) reader.skip(4);
  else if (opcode === 0x44) reader.skip(8);
}

function skipVectorImmediates(reader: Reader, number: number): void {
  const isLaneAccess = number >= 84 && number <= 91;
  if (number <= 11 || isLaneAccess || number === 92 || number === 93) skipAddress(reader);
  if (number === 12 || number === 13) reader.skip(16);
  if (isLaneAccess || (number >= 21 && number <= 34)) reader.skip(1);
}

/** Alignment and offset. */
function skipAddress(reader: Reader): void {
  reader.unsigned();
  reader.unsigned();
}
