import type { Allocator, Block } from "./allocator.ts";

/**
 * The one region in which all programs compute, in turn. What it holds does not outlive a run, so it is given up where
 * there is no room for something else, and taken anew by the next run.
 */
export class ScratchRegion {
  private readonly allocator: Allocator;
  private block: Block | null = null;

  constructor(allocator: Allocator) {
    this.allocator = allocator;
    allocator.whenShort(() => this.giveUp());
  }

  get byteLength(): number {
    return this.block?.byteLength ?? 0;
  }

  /** The address of at least `bytes`. It changes when the region has to grow. */
  require(bytes: number): number {
    if (this.block === null || this.block.byteLength < bytes) {
      this.giveUp();
      this.block = this.allocator.allocate(bytes);
    }
    return this.block.address;
  }

  private giveUp(): void {
    const { block } = this;
    this.block = null;
    if (block !== null) this.allocator.release(block);
  }
}
