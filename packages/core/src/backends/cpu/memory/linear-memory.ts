import { platform as ownPlatform } from "#platform";
import type { Platform } from "../../../platform/platform.ts";
import type { MemoryImport } from "../assembler/module.ts";

/** The size of a WebAssembly page in bytes. */
export const pageBytes = 65536;

/** The most pages that 32-bit addresses reach: 4 GiB. */
const maximumPages = 65536;

/** From here on a memory gains more by large pages than asking for them takes; NumPy's arrays have the same limit. */
const leastBytesInLargePages = 4 * 2 ** 20;

export interface LinearMemoryOptions {
  /** Whether other threads are to see the memory, if the engine can reserve room for one that never moves. */
  readonly shared?: boolean;
  readonly maximumPages?: number;
}

/**
 * One WebAssembly.Memory, and typed windows on it. Growing detaches an unshared memory's windows, so they are asked
 * for here each time and never kept.
 */
export class LinearMemory {
  readonly memory: WebAssembly.Memory;
  readonly shared: boolean;
  readonly maximumPages: number;
  private buffer: ArrayBufferLike;
  private uint8Window: Uint8Array;
  private uint16Window: Uint16Array;
  private int32Window: Int32Array;
  private float32Window: Float32Array;
  private float64Window: Float64Array;
  private readonly platform: Platform;
  private readonly growthListeners: (() => void)[] = [];

  constructor(options: LinearMemoryOptions = {}, platform: Platform = ownPlatform) {
    this.platform = platform;
    this.maximumPages = options.maximumPages ?? maximumPages;
    const descriptor = { initial: 1, maximum: this.maximumPages };
    const sharedMemory = options.shared ? trySharedMemory(descriptor) : null;
    this.shared = sharedMemory !== null;
    this.memory = sharedMemory ?? new WebAssembly.Memory(descriptor);
    this.buffer = this.memory.buffer;
    this.uint8Window = new Uint8Array(this.buffer);
    this.uint16Window = new Uint16Array(this.buffer);
    this.int32Window = new Int32Array(this.buffer);
    this.float32Window = new Float32Array(this.buffer);
    this.float64Window = new Float64Array(this.buffer);
  }

  /** The declaration in modules that use this memory. */
  get importType(): MemoryImport {
    return { initial: 1, maximum: this.maximumPages, shared: this.shared };
  }

  get byteLength(): number {
    return this.memory.buffer.byteLength;
  }

  /** Adds at least `bytes`; a RangeError says how much was asked for where the engine has no more. */
  grow(bytes: number): void {
    const pages = Math.ceil(bytes / pageBytes);
    try {
      this.memory.grow(pages);
    } catch (cause) {
      const held = Math.round(this.byteLength / 2 ** 20);
      throw new RangeError(
        `out of memory: ${Math.ceil(bytes / 2 ** 20)} MiB more were asked for, ${held} MiB are held, ` +
          `and the limit is ${this.maximumPages / 16} MiB`,
        { cause },
      );
    }
    if (this.byteLength >= leastBytesInLargePages) this.platform.preferLargePages(this.memory.buffer);
    this.announceGrowth();
  }

  /** Tells the listeners again: after an exception not all of them may have heard of it. */
  announceGrowth(): void {
    for (const listener of this.growthListeners) listener();
  }

  /** `listener` is called when the memory has grown, and the process may have it elsewhere. */
  whenGrown(listener: () => void): void {
    this.growthListeners.push(listener);
  }

  get uint8(): Uint8Array {
    this.refresh();
    return this.uint8Window;
  }

  get uint16(): Uint16Array {
    this.refresh();
    return this.uint16Window;
  }

  get int32(): Int32Array {
    this.refresh();
    return this.int32Window;
  }

  get float32(): Float32Array {
    this.refresh();
    return this.float32Window;
  }

  get float64(): Float64Array {
    this.refresh();
    return this.float64Window;
  }

  private refresh(): void {
    const { buffer } = this.memory;
    if (buffer === this.buffer) return;
    this.buffer = buffer;
    this.uint8Window = new Uint8Array(buffer);
    this.uint16Window = new Uint16Array(buffer);
    this.int32Window = new Int32Array(buffer);
    this.float32Window = new Float32Array(buffer);
    this.float64Window = new Float64Array(buffer);
  }
}

function trySharedMemory(descriptor: WebAssembly.MemoryDescriptor): WebAssembly.Memory | null {
  try {
    return new WebAssembly.Memory({ ...descriptor, shared: true });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
