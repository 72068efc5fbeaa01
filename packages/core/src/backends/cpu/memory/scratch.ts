import type { Allocator, Block } from "./allocator.ts";

/** The one region in which all programs compute, in turn. What it holds does not outlive a run. */
export class ScratchRegion {
  private readonly allocator: Allocator;
  private block: Block | null = null;

  constructor(allocator: Allocator) {
    this.allocator = allocator;
  }

  get byteLength(): number {
    return this.block?.byteLength ?? 0;
  }

  /** The address of at least `bytes`. It changes when the region has to grow. */
  require(bytes: number): number {
    if (this.block === null || this.block.byteLength < bytes) {
      if (this.block !== null) this.allocator.release(this.block);
      this.block = null;
      this.block = this.allocator.allocate(bytes);
    }
    return this.block.address;
  }
}
