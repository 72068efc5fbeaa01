/** Declares tests for the cases of a file, and notes for the table of the whole run which of them are excused. */
import { describe, it } from "vitest";
import type { KerasCase, Tolerance } from "./keras-cases.node.ts";

/** A case that is held to less than the others, and why. */
export interface Excuse {
  /** The reason. */
  readonly why: string;
  /** The tolerance that its values keep. Default: that of all. */
  readonly tolerance?: Tolerance;
}

declare module "vitest" {
  interface TaskMeta {
    /** The case that the test is about: the row of the table where it counts, and why it is held to less, if it is. */
    kerasCase?: { readonly row: string; readonly id: string; readonly excuse: string | null };
  }
}

/** Keras adds x/σ and −mean/σ + beta, which nearly cancel here, in float32: its own values are off by as much. */
const cancelling = {
  why: "Keras's float32 sums nearly cancel; computed in float64, ours are off by less than 1e-6",
  tolerance: { absolute: 3e-5, relative: 1e-4 },
};

/** Of Flatten, Keras states the input's dtype for symbolic tensors, which is not the dtype of real results. */
const otherThanReal = {
  why: "the dtype that Keras states for symbolic tensors is not that of its own results; ours is",
};

/** The excused cases, by row of the table. Fewer than one in a hundred may be. */
export const excuses: Readonly<Record<string, Readonly<Record<string, Excuse>>>> = {
  "layers/fuzz": { "fuzz/GroupNormalization/00": cancelling, "fuzz/LayerNormalization/04": cancelling },
  dtype_policies: {
    "Flatten/bfloat16": otherThanReal,
    "Flatten/float16": otherThanReal,
    "Flatten/float64": otherThanReal,
  },
};

/**
 * Declares a test for each case.
 *
 * @param row The row of the table where the cases count: the name of the file, perhaps with a kind.
 * @param cases The cases.
 * @param run Throws unless the case holds. It is given the excuse of an excused case, else null.
 */
export function testKerasCases<Case extends Pick<KerasCase, "id">>(
  row: string,
  cases: readonly Case[],
  run: (test: Case, excuse: Excuse | null) => void | Promise<void>,
): void {
  describe(`as in Keras: ${row}`, () => {
    for (const test of cases) {
      const excuse = excuses[row]?.[test.id] ?? null;
      const kerasCase = { row, id: test.id, excuse: excuse?.why ?? null };
      it(test.id, { meta: { kerasCase } }, () => run(test, excuse));
    }
  });
}
