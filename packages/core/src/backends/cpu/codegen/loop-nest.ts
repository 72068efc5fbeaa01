import type { View } from "../../../compiler/program.ts";
import { bytesPerElement, type DType } from "../../../dtype.ts";
import type { I32 } from "../assembler/expression.ts";
import type { FunctionBuilder, Local } from "../assembler/function.ts";
import { i32 } from "../assembler/instructions.ts";
import type { QuadPlace } from "./load-store.ts";
import type { LoopPlan } from "./loops.ts";
import { lanes } from "./quad.ts";

/** The quads that a round of the vectorized loop works on. */
export interface Round {
  readonly quads: number;
  /** How many lanes of the last quad exist. */
  readonly lastLanes: number;
}

/** The position of the first buffer's address among the parameters of a kernel's function. */
export const firstBuffer = 2;

interface Cursor {
  /** From index to index along each dimension, in bytes. */
  readonly steps: readonly number[];
  /** The address of the view's element in the current round of the loops entered. */
  readonly address: I32;
}

export interface LoopOptions {
  /** The views that the body reads or writes; all of them where it is left out. */
  readonly views?: ReadonlySet<string>;
  /** Cuts a loop of many rounds in strips, and says what follows each. */
  readonly strip?: { readonly rounds: number; readonly after: () => void } | null;
}

/** Emits the loops of one kernel, and keeps track of where its views stand in them. */
export class LoopNest {
  readonly plan: LoopPlan;
  /** The current round of the vectorized loop. */
  round: Round = { quads: 1, lastLanes: lanes };
  /** For each dimension the index in the current round. */
  readonly indices: I32[];
  private readonly f: FunctionBuilder;
  private readonly dtypes: readonly DType[];
  private readonly begin: Local<"i32">;
  private readonly end: Local<"i32">;
  private readonly cursors = new Map<string, Cursor>();

  /** `dtypes` are those of the buffers. */
  constructor(f: FunctionBuilder, plan: LoopPlan, dtypes: readonly DType[]) {
    this.f = f;
    this.plan = plan;
    this.dtypes = dtypes;
    this.begin = f.parameter(0, "i32");
    this.end = f.parameter(1, "i32");
    this.indices = plan.extents.map(() => i32.constant(0));
  }

  /** Runs `body`, and in it the loops, unless the function's range is empty. */
  unlessEmpty(body: () => void): void {
    this.f.if(i32.lt_s(this.begin, this.end), body);
  }

  /** Prepares the address of a view's first element. */
  openCursor(view: View): void {
    const key = keyOf(view);
    if (this.cursors.has(key)) return;
    const bytes = this.bytesOf(view);
    const steps = this.plan.project(view.strides).map((stride) => stride * bytes);
    const start = this.f.parameter(firstBuffer + view.buffer, "i32");
    const address = view.offset === 0 ? start : this.f.let(i32.add(start, i32.constant(view.offset * bytes)));
    this.cursors.set(key, { steps, address });
  }

  /** The place of the quad at position `quad` of the current round. */
  placeOf(view: View, quad: number): QuadPlace {
    const cursor = this.cursors.get(keyOf(view));
    if (cursor === undefined) throw new Error("a view is used that was not opened");
    const step = cursor.steps[this.plan.vector.dimension];
    return {
      address: cursor.address,
      displacement: quad * lanes * step,
      stride: step / this.bytesOf(view),
      count: this.lanesOf(quad),
    };
  }

  /** How many lanes of the quad at position `quad` of the current round exist. */
  lanesOf(quad: number): number {
    return quad === this.round.quads - 1 ? this.round.lastLanes : lanes;
  }

  /** Runs `body` for each index of a dimension, or for each round of the vectorized one. */
  forEach(dimension: number, body: () => void, options: LoopOptions = {}): void {
    const { vector, extents } = this.plan;
    const outerCursors = new Map(this.cursors);
    if (dimension === vector.dimension) this.forEachRound(body, options);
    else this.loop(dimension, extents[dimension], 1, body, options);
    for (const [key, cursor] of outerCursors) this.cursors.set(key, cursor);
  }

  private bytesOf({ buffer }: View): number {
    return bytesPerElement(this.dtypes[buffer]);
  }

  private forEachRound(body: () => void, options: LoopOptions): void {
    const { dimension, unroll, fullUnits, tailQuads, tailLanes } = this.plan.vector;
    const outerRound = this.round;
    if (fullUnits > 0) {
      this.round = { quads: unroll, lastLanes: lanes };
      this.loop(dimension, fullUnits, unroll * lanes, body, options);
    }
    if (tailQuads > 0) {
      // The cursors stand behind the last full round.
      this.round = { quads: tailQuads, lastLanes: tailLanes };
      this.indices[dimension] = i32.constant(fullUnits * unroll * lanes);
      if (this.isShared(dimension)) this.f.if(i32.gt_s(this.end, i32.constant(fullUnits)), body);
      else body();
    }
    this.round = outerRound;
  }

  /** Whether threads share the rounds of a dimension: the function's range says which to run. */
  private isShared(dimension: number): boolean {
    return dimension === this.plan.parallelDimension;
  }

  /** `count` rounds, each `width` elements further along `dimension`. The cursors end behind the last one. */
  private loop(
    dimension: number,
    count: number,
    width: number,
    body: () => void,
    options: LoopOptions,
  ): void {
    const { f } = this;
    const shared = this.isShared(dimension);
    const counter = f.let(shared ? this.begin : i32.constant(0));
    const moving: { local: Local<"i32">; bytes: number }[] = [];
    for (const [key, { steps, address }] of this.cursors) {
      const bytes = steps[dimension] * width;
      if (bytes === 0 || options.views?.has(key) === false) continue;
      const local = f.let(shared ? i32.add(address, i32.mul(counter, i32.constant(bytes))) : address);
      this.cursors.set(key, { steps, address: local });
      moving.push({ local, bytes });
    }
    this.indices[dimension] = width === 1 ? counter : i32.mul(counter, i32.constant(width));
    const round = (): void => {
      body();
      for (const { local, bytes } of moving) f.set(local, i32.add(local, i32.constant(bytes)));
      f.set(counter, i32.add(counter, i32.constant(1)));
    };
    const repeatUntil = (end: I32): void =>
      f.loop((again) => {
        round();
        f.branchIf(again, i32.lt_s(counter, end));
      });
    const last = i32.constant(count);
    if (shared) {
      // The range may take in the tail, which is one unit more.
      const end = f.let(this.end);
      f.if(i32.gt_s(end, last), () => f.set(end, last));
      f.if(i32.lt_s(counter, end), () => repeatUntil(end));
    } else if (count === 1) {
      round();
    } else if (options.strip) {
      const { rounds, after } = options.strip;
      const end = f.local("i32");
      f.loop((again) => {
        f.set(end, i32.add(counter, i32.constant(rounds)));
        f.if(i32.gt_s(end, last), () => f.set(end, last));
        repeatUntil(end);
        after();
        f.branchIf(again, i32.lt_s(counter, last));
      });
    } else {
      repeatUntil(last);
    }
  }
}

/** Views with the same key see the same elements in the same order. */
export function keyOf({ buffer, offset, strides }: View): string {
  return `${buffer}:${offset}:${strides.join()}`;
}
