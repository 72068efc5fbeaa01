import { bytesPerElement } from "../../dtype.ts";
import type { Storage } from "../../graph/cell.ts";
import type { TensorType } from "../../graph/node.ts";
import { sizeOf } from "../../shape.ts";
import type { Allocator, Block } from "./memory/allocator.ts";

/** The memory of a Variable: a block of the linear memory, until it is released. */
export class CpuStorage implements Storage {
  readonly type: TensorType;
  readonly backend = "cpu";
  readonly length: number;
  /** Whether nothing has been written, and all of it is 0. */
  isBlank: boolean;
  private block: Block | null;

  constructor(type: TensorType, allocator: Allocator) {
    this.type = type;
    this.length = sizeOf(type.shape);
    this.block = allocator.allocate(this.length * bytesPerElement(type.dtype));
    this.isBlank = this.block.isBlank;
  }

  get held(): Block {
    if (this.block === null) throw new Error("the storage of a Variable is used after its release");
    return this.block;
  }

  /** Gives the block back to `allocator`, and says how long it was. */
  release(allocator: Allocator): number {
    const { held } = this;
    this.block = null;
    allocator.release(held);
    return held.byteLength;
  }
}

/** `storage` as one of this backend's. */
export function ownStorage(storage: Storage): CpuStorage {
  if (storage instanceof CpuStorage) return storage;
  throw new Error("the storage belongs to another backend");
}

/** Where it lies, for a program that may write it. */
export function addressOf(storage: Storage): number {
  const own = ownStorage(storage);
  own.isBlank = false;
  return own.held.address;
}
