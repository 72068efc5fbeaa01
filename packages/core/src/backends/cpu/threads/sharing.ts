import type { I32 } from "../assembler/expression.ts";
import type { FunctionBuilder, FunctionReference } from "../assembler/function.ts";
import { i32, i64 } from "../assembler/instructions.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { countTo, minimum } from "../routines/count.ts";
import { offsets, ticketBytes } from "./control-block.ts";

/** The knowledge that the code of a program has of the threads. */
export interface SharingOptions {
  /** The address of the control block. */
  readonly controlBlock: number;
  /** The number by which the other threads know the program. */
  readonly program: number;
  /** How many threads there may be, the one that runs the program among them. */
  readonly threads: number;
  /** Whether the thread that runs programs may sleep: a page's own may not. */
  readonly maySleep: boolean;
}

/** The name under which a module exports what the other threads run. */
export const helpName = "help";

/**
 * How often the thread that runs the program looks whether the last units are done, before it sleeps between looks: half
 * a millisecond. Once it sleeps it comes late, the others fall asleep over that, and it waits for them in turn: a step of
 * an LSTM took 16 ms or 28 with 20 µs, and 14 with this.
 */
const looksBeforeSleep = 500_000;
const sleepNanoseconds = 50_000n;

/** After this many looks the thread checks that those for whom it waits are still there; a power of two. */
const looksBetweenChecks = { spinning: 2 ** 20, sleeping: 2 ** 8 };

/** The name under which modules import the function that throws where a thread will never be done. */
export const checkName = "check";

export function importCheck(module: ModuleBuilder): FunctionReference {
  return module.importFunction("env", checkName);
}

/**
 * Adds the two functions by which a program's steps are shared.
 *
 * - `help(offer, thread)` computes units of the offer of this number until none is left to claim;
 * - `share(step, units, portion, wakes)` offers a step, helps with it, and returns when all of it is done. Threads that
 *   sleep are woken only if `wakes` is not 0; where all of them sleep then, nothing is offered, nor if the control block
 *   says so.
 *
 * `perform(step, begin, end, thread)` computes the units from `begin` to before `end` of a step; `check` was made by
 * `importCheck`.
 */
export function addSharing(
  module: ModuleBuilder,
  perform: FunctionReference,
  check: FunctionReference,
  options: SharingOptions,
): FunctionReference {
  const help = addHelp(module, perform, options);
  const f = module.function("share", { parameters: ["i32", "i32", "i32", "i32"] }, false);
  const [step, units, portion, wakes] = [0, 1, 2, 3].map((position) => f.parameter(position, "i32"));
  const word = wordsOf(options);
  const allSleep = i32.ge_s(i32.atomic.load(word("sleepers")), i32.constant(options.threads - 1));
  const offersNothing = i32.or(i32.atomic.load(word("alone")), i32.and(allSleep, i32.eqz(wakes)));
  f.if(offersNothing, () => {
    f.invoke(perform, step, i32.constant(0), units, i32.constant(0));
    f.return();
  });
  const offer = f.let(i32.add(i32.atomic.load(word("offer")), i32.constant(1)));
  const own = f.let(unitsOfThread(units, options));
  const ticket = f.let(i64.shl(i64.extend_i32_u(offer), i64.constant(32n)));
  for (let thread = 0; thread < options.threads; thread++) {
    const first = i32.mul(own, i32.constant(thread));
    f.run(
      i64.atomic.store(
        ticketAddress(i32.constant(thread), options),
        i64.add(ticket, i64.extend_i32_u(first)),
      ),
    );
  }
  f.run(i32.atomic.store(word("program"), i32.constant(options.program)));
  f.run(i32.atomic.store(word("step"), step));
  f.run(i32.atomic.store(word("units"), units));
  f.run(i32.atomic.store(word("portion"), portion));
  f.run(i32.atomic.store(word("done"), i32.constant(0)));
  f.run(i32.atomic.store(word("offer"), offer));
  f.if(i32.and(wakes, i32.gt_s(i32.atomic.load(word("sleepers")), i32.constant(0))), () => {
    f.drop(i32.atomic.notify(word("offer"), i32.constant(0x7fff_ffff)));
  });
  f.invoke(help, offer, i32.constant(0));
  waitUntilDone(f, units, check, options);
  return f;
}

function addHelp(
  module: ModuleBuilder,
  perform: FunctionReference,
  options: SharingOptions,
): FunctionReference {
  const f = module.function(helpName, { parameters: ["i32", "i32"] });
  const [offer, thread] = [f.parameter(0, "i32"), f.parameter(1, "i32")];
  const word = wordsOf(options);
  const [step, units, portion] = (["step", "units", "portion"] as const).map((name) =>
    f.let(i32.atomic.load(word(name))),
  );
  const own = f.let(unitsOfThread(units, options));
  const [begin, end, count] = [f.local("i32"), f.local("i32"), f.let(i32.constant(0))];
  const ticket = f.local("i64");
  const owner = f.let(thread);
  countTo(f, options.threads, () => {
    const address = f.let(ticketAddress(owner, options));
    f.set(owner, i32.add(owner, i32.constant(1)));
    const limit = minimum(f, i32.mul(own, owner), units);
    f.block((nothingLeft) => {
      f.loop((again) => {
        f.set(ticket, i64.atomic.load(address));
        f.branchIf(nothingLeft, i32.ne(i32.wrap_i64(i64.shr_u(ticket, i64.constant(32n))), offer));
        f.set(begin, i32.wrap_i64(ticket));
        f.branchIf(nothingLeft, i32.ge_s(begin, limit));
        const claimed = i64.add(ticket, i64.extend_i32_u(portion));
        f.branchIf(again, i64.ne(i64.atomic.rmw_cmpxchg(address, ticket, claimed), ticket));
        f.set(end, minimum(f, i32.add(begin, portion), limit));
        f.invoke(perform, step, begin, end, thread);
        f.set(count, i32.add(count, i32.sub(end, begin)));
        f.branch(again);
      });
    });
    f.if(i32.eq(owner, i32.constant(options.threads)), () => f.set(owner, i32.constant(0)));
  });
  f.if(count, () => f.drop(i32.atomic.rmw_add(word("done"), count)));
  return f;
}

/** Claimed units are being computed by threads that are awake: this takes no longer than one of their portions. */
function waitUntilDone(
  f: FunctionBuilder,
  units: I32,
  check: FunctionReference,
  options: SharingOptions,
): void {
  const { maySleep } = options;
  const between = maySleep ? looksBetweenChecks.sleeping : looksBetweenChecks.spinning;
  const done = wordsOf(options)("done");
  const seen = f.local("i32");
  const looks = f.let(i32.constant(0));
  f.block((end) => {
    f.loop((again) => {
      f.set(seen, i32.atomic.load(done));
      f.branchIf(end, i32.eq(seen, units));
      f.set(looks, i32.add(looks, i32.constant(1)));
      f.branchIf(again, i32.lt_u(looks, i32.constant(looksBeforeSleep)));
      if (maySleep) f.drop(i32.atomic.wait32(done, seen, i64.constant(sleepNanoseconds)));
      f.branchIf(again, i32.and(looks, i32.constant(between - 1)));
      f.invoke(check);
      f.branch(again);
    });
  });
}

/** How many units each thread has as its own; the last ones may have fewer. */
function unitsOfThread(units: I32, { threads }: SharingOptions): I32 {
  return i32.div_u(i32.add(units, i32.constant(threads - 1)), i32.constant(threads));
}

function ticketAddress(thread: I32, { controlBlock }: SharingOptions): I32 {
  return i32.add(i32.constant(controlBlock + offsets.tickets), i32.mul(thread, i32.constant(ticketBytes)));
}

function wordsOf({ controlBlock }: SharingOptions) {
  return (name: keyof typeof offsets): I32 => i32.constant(controlBlock + offsets[name]);
}
