import type { I32 } from "../assembler/expression.ts";
import type { FunctionBuilder, FunctionReference } from "../assembler/function.ts";
import { i32, i64 } from "../assembler/instructions.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { offsets } from "./control-block.ts";

/** What the code of a program knows of the threads. */
export interface SharingOptions {
  /** The address of the control block. */
  readonly controlBlock: number;
  /** The number by which the other threads know the program. */
  readonly program: number;
  /** Whether the thread that runs programs may sleep: a page's own may not. */
  readonly maySleep: boolean;
}

/** The name under which a module exports what the other threads run. */
export const helpName = "help";

/** How often the thread that runs the program looks whether the last units are done, before it sleeps between looks. */
const looksBeforeSleep = 20_000;
const sleepNanoseconds = 50_000n;

/**
 * Adds the two functions by which a program's steps are shared.
 *
 * - `help(offer, thread)` computes units of the offer of this number until none is left to claim;
 * - `share(step, units, portion)` offers a step, helps with it, and returns when all of it is done.
 *
 * `perform(step, begin, end, thread)` computes the units from `begin` to before `end` of a step.
 */
export function addSharing(
  module: ModuleBuilder,
  perform: FunctionReference,
  options: SharingOptions,
): FunctionReference {
  const help = addHelp(module, perform, options);
  const f = module.function("share", { parameters: ["i32", "i32", "i32"] }, false);
  const [step, units, portion] = [0, 1, 2].map((position) => f.parameter(position, "i32"));
  const word = wordsOf(options);
  f.run(i32.store(word("program"), i32.constant(options.program)));
  f.run(i32.store(word("step"), step));
  f.run(i32.store(word("units"), units));
  f.run(i32.store(word("portion"), portion));
  f.run(i32.atomic.store(word("done"), i32.constant(0)));
  const offer = f.let(i32.add(i32.load(word("offer")), i32.constant(1)));
  f.run(i64.atomic.store(word("ticket"), ticketOf(offer)));
  f.if(i32.atomic.load(word("sleepers")), () => {
    f.drop(i32.atomic.notify(word("offer"), i32.constant(0x7fff_ffff)));
  });
  f.invoke(help, offer, i32.constant(0));
  waitUntilDone(f, units, options);
  f.run(i64.atomic.store(word("ticket"), ticketOf(i32.add(offer, i32.constant(1)))));
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
    f.let(i32.load(word(name))),
  );
  const [ticket, begin, end] = [f.local("i64"), f.local("i32"), f.local("i32")];
  f.loop((again) => {
    f.set(ticket, i64.atomic.load(word("ticket")));
    f.if(i32.ne(i32.wrap_i64(i64.shr_u(ticket, i64.constant(32n))), offer), () => f.return());
    f.set(begin, i32.wrap_i64(ticket));
    f.if(i32.ge_s(begin, units), () => f.return());
    const claimed = i64.add(ticket, i64.extend_i32_u(portion));
    f.branchIf(again, i64.ne(i64.atomic.rmw_cmpxchg(word("ticket"), ticket, claimed), ticket));
    f.set(end, i32.add(begin, portion));
    f.if(i32.gt_s(end, units), () => f.set(end, units));
    f.invoke(perform, step, begin, end, thread);
    f.drop(i32.atomic.rmw_add(word("done"), i32.sub(end, begin)));
    f.branch(again);
  });
  return f;
}

/** Claimed units are being computed by threads that are awake: this takes no longer than one of their portions. */
function waitUntilDone(f: FunctionBuilder, units: I32, options: SharingOptions): void {
  const done = wordsOf(options)("done");
  const seen = f.local("i32");
  const looks = f.let(i32.constant(0));
  f.block((end) => {
    f.loop((again) => {
      f.set(seen, i32.atomic.load(done));
      f.branchIf(end, i32.eq(seen, units));
      if (options.maySleep) {
        f.set(looks, i32.add(looks, i32.constant(1)));
        f.branchIf(again, i32.lt_s(looks, i32.constant(looksBeforeSleep)));
        f.drop(i32.atomic.wait32(done, seen, i64.constant(sleepNanoseconds)));
      }
      f.branch(again);
    });
  });
}

function ticketOf(offer: I32) {
  return i64.shl(i64.extend_i32_u(offer), i64.constant(32n));
}

function wordsOf({ controlBlock }: SharingOptions) {
  return (name: keyof typeof offsets): I32 => i32.constant(controlBlock + offsets[name]);
}
