import { platform as ownPlatform } from "#platform";
import { EvaluationError } from "../../../errors.ts";
import type { Platform, Thread } from "../../../platform/platform.ts";
import type { Allocator } from "../memory/allocator.ts";
import type { LinearMemory } from "../memory/linear-memory.ts";
import { controlBlockBytes, nothingLeft, offsets, states, ticketBytes } from "./control-block.ts";
import { type HelperMessage, type HelperStart, helperThread, type SharedFunction } from "./helper-thread.ts";
import type { SharingOptions } from "./sharing.ts";
import { SharingChoice, type Way } from "./sharing-choice.ts";
import type { WantedThreads } from "./wanted-threads.ts";

/** Between two looks whether a thread is done with what it should not do any more. */
const settlingMilliseconds = 0.05;

/** Longer than the way from one shared step of a program to the next, and from one run of a program to the next. */
const spinMilliseconds = 1;

/** Sixty-four looks take a thousandth of this. */
const awayMilliseconds = 0.2;

/** The threads that help with a backend's programs. They start while the first program that shares steps is compiled. */
export class ThreadPool {
  /** How many threads compute, the one that runs the programs among them. */
  readonly threads: number;
  private readonly memory: LinearMemory;
  private readonly controlBlock: number;
  private readonly platform: Platform;
  private readonly helpers: Thread[] = [];
  private whyNoMore: string | null = null;
  /** What was better for the program that last chose. */
  private preferred: Way = "shared";
  private programs = 0;
  private messages = 0;

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
    this.startHelpers();
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
    this.send({ kind: "program", count: this.nextCount(), program, module, functions });
  }

  forget(program: number): void {
    this.send({ kind: "forget", count: this.nextCount(), program });
  }

  /**
   * To be called after an exception, which may have ended a program in the middle of an offer: when this returns, no
   * thread computes for it any more.
   */
  settle(): void {
    const { helpers, memory, controlBlock, threads } = this;
    if (helpers.length === 0) return;
    Atomics.add(memory.int32, this.word("offer"), 1);
    const tickets = new BigInt64Array(memory.memory.buffer, controlBlock + offsets.tickets);
    for (let thread = 0; thread < threads; thread++) {
      Atomics.store(tickets, (thread * ticketBytes) / tickets.BYTES_PER_ELEMENT, BigInt(nothingLeft));
    }
    helpers.forEach((helper, index) => {
      const word = this.stateAddress(index + 1) / 4;
      while (Atomics.load(memory.int32, word) === states.helping && helper.isAlive()) {
        if (this.platform.mainThreadMaySleep) {
          Atomics.wait(memory.int32, word, states.helping, settlingMilliseconds);
        }
      }
      // What has failed or is gone is not to be blamed for the next offer.
      Atomics.compareExchange(memory.int32, word, states.failed, states.idle);
      if (!helper.isAlive()) Atomics.store(memory.int32, word, states.idle);
    });
  }

  /** Throws if a thread will never be done with what it claimed. Programs that wait for long ask this. */
  check(): void {
    const lost = this.helpers.some((helper, index) => {
      const state = Atomics.load(this.memory.int32, this.stateAddress(index + 1) / 4);
      return state === states.failed || (state === states.helping && !helper.isAlive());
    });
    if (!lost) return;
    throw new EvaluationError(
      "cpu: a thread ended before it was done with its part of a program, which has no result therefore; " +
        "a Variable that the program was assigning may hold a part of the new value",
    );
  }

  /** What a program begins with, before it knows which way takes less time. */
  newChoice(): SharingChoice {
    return new SharingChoice(this.preferred);
  }

  /** Runs a program in the way that was chosen, and takes in how long it took. */
  run(choice: SharingChoice, runSteps: () => void): void {
    const isAlone = choice.way === "alone" || this.alive.count === 1;
    Atomics.store(this.memory.int32, this.word("alone"), isAlone ? 1 : 0);
    const begun = performance.now();
    runSteps();
    choice.note(performance.now() - begun);
    this.preferred = choice.better;
  }

  /** How many threads there are, as far as it is known: those that help start late, and may be refused then. */
  get alive(): WantedThreads {
    if (this.whyNoMore === null) return { count: this.threads, reason: null };
    return { count: 1 + this.helpers.filter((helper) => helper.isAlive()).length, reason: this.whyNoMore };
  }

  private nextCount(): number {
    this.messages = (this.messages + 1) | 0;
    return this.messages;
  }

  private send(message: HelperMessage): void {
    const { helpers, memory } = this;
    if (helpers.length === 0) return;
    for (const helper of helpers) helper.send(message);
    // Told only now: if an exception ends the sending, nobody waits for what was not sent.
    Atomics.store(memory.int32, this.word("messages"), message.count);
    // A number that no ticket has: no offer, but a reason to wake up and look.
    Atomics.add(memory.int32, this.word("offer"), 1);
    Atomics.notify(memory.int32, this.word("offer"));
  }

  /** Starts those that are missing: all of them, but for an exception the last time. */
  private startHelpers(): void {
    while (this.whyNoMore === null && this.helpers.length + 1 < this.threads) {
      const thread = this.helpers.length + 1;
      const start: HelperStart = {
        memory: this.memory.memory,
        controlBlock: this.controlBlock,
        offsets,
        state: this.stateAddress(thread),
        states,
        thread,
        spinMilliseconds,
        awayMilliseconds,
      };
      const helper = this.platform.startThread(helperThread.toString(), start, (reason) => {
        this.whyNoMore = reason;
      });
      if ("unavailable" in helper) this.whyNoMore = helper.unavailable;
      else this.helpers.push(helper);
    }
  }

  private stateAddress(thread: number): number {
    return this.controlBlock + offsets.states + thread * ticketBytes;
  }

  private word(name: keyof typeof offsets): number {
    return (this.controlBlock + offsets[name]) / 4;
  }
}
