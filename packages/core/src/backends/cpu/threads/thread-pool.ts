import { platform as ownPlatform } from "#platform";
import type { Platform, Thread } from "../../../platform/platform.ts";
import type { Allocator } from "../memory/allocator.ts";
import type { LinearMemory } from "../memory/linear-memory.ts";
import { controlBlockBytes, offsets } from "./control-block.ts";
import { type HelperMessage, type HelperStart, helperThread, type SharedFunction } from "./helper-thread.ts";
import type { SharingOptions } from "./sharing.ts";

/** Longer than the way from one shared step of a program to the next, and from one run of a program to the next. */
const spinMilliseconds = 1;

/** The threads that help with a backend's programs. They start while the first program that shares steps is compiled. */
export class ThreadPool {
  /** How many threads compute, the one that runs the programs among them. */
  readonly threads: number;
  private readonly memory: LinearMemory;
  private readonly controlBlock: number;
  private readonly platform: Platform;
  private helpers: readonly Thread[] | null = null;
  private programs = 0;

  /** With a memory that is not shared there is one thread. */
  constructor(memory: LinearMemory, allocator: Allocator, threads: number, platform: Platform = ownPlatform) {
    this.threads = memory.shared ? threads : 1;
    this.memory = memory;
    this.platform = platform;
    const bytes = controlBlockBytes(this.threads);
    this.controlBlock = allocator.allocate(bytes).address;
    memory.uint8.fill(0, this.controlBlock, this.controlBlock + bytes);
  }

  /** A number for one more program that shares steps, and what its code has to know. */
  register(): SharingOptions {
    this.helpers ??= this.startHelpers();
    this.programs++;
    return {
      controlBlock: this.controlBlock,
      program: this.programs,
      threads: this.threads,
      maySleep: this.platform.mainThreadMaySleep,
    };
  }

  /** Tells all threads of a program; whoever has not heard of it yet does not help with it. */
  introduce(program: number, module: WebAssembly.Module, functions: readonly SharedFunction[]): void {
    this.send({ kind: "program", program, module, functions });
  }

  forget(program: number): void {
    this.send({ kind: "forget", program });
  }

  private send(message: HelperMessage): void {
    const { helpers, memory } = this;
    if (helpers === null || helpers.length === 0) return;
    // Counted before it is sent: who reads it first and finds it uncounted would wait for another one.
    Atomics.add(memory.int32, this.word("messages"), 1);
    for (const helper of helpers) helper.send(message);
    // A number that no ticket has: no offer, but a reason to wake up and look.
    Atomics.add(memory.int32, this.word("offer"), 1);
    Atomics.notify(memory.int32, this.word("offer"));
  }

  private startHelpers(): readonly Thread[] {
    const started: Thread[] = [];
    for (let thread = 1; thread < this.threads; thread++) {
      const start: HelperStart = {
        memory: this.memory.memory,
        controlBlock: this.controlBlock,
        offsets,
        thread,
        spinMilliseconds,
      };
      const helper = this.platform.startThread(helperThread.toString(), start);
      if (helper === null) break;
      started.push(helper);
    }
    return started;
  }

  private word(name: keyof typeof offsets): number {
    return (this.controlBlock + offsets[name]) / 4;
  }
}
