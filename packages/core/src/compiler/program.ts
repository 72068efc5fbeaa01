/**
 * The compiler's result for a backend: buffers, and steps over them. Programs hold no pointers and no values of a
 * user's; one program serves every graph of the same structure.
 */
import type { DType } from "../dtype.ts";
import type { Attributes } from "../graph/attributes.ts";
import type { TensorType } from "../graph/node.ts";
import type { Accumulation, ElementwisePrimitive, Layout, Primitive } from "../primitives/primitive.ts";
import type { Shape } from "../shape.ts";

/** The source of a buffer's memory. */
export type BufferRole =
  /** Filled from the JavaScript heap before each run. */
  | { readonly kind: "input"; readonly slot: number }
  /** A Variable's own memory: read, and written in place where the program updates it. */
  | { readonly kind: "cell"; readonly slot: number }
  /** Values written once, when the program is made ready to run. */
  | { readonly kind: "constant"; readonly slot: number }
  /** Within the program's scratch space, at this byte offset (a multiple of 64). */
  | { readonly kind: "scratch"; readonly byteOffset: number }
  /**
   * An entry of another buffer, from element `first` on; `stride` elements further in each iteration of the loop that
   * lists it. It starts where it falls.
   */
  | { readonly kind: "window"; readonly of: number; readonly first: number; readonly stride: number };

/** A run of elements of one dtype in a backend's memory. Every buffer starts at a multiple of 64 bytes. */
export interface ProgramBuffer {
  readonly dtype: DType;
  /** Length in elements. */
  readonly length: number;
  readonly role: BufferRole;
}

/** A buffer seen through a layout. In a kernel the strides run over its outer, then its inner dimensions. */
export interface View extends Layout {
  /** Index into the program's buffers. */
  readonly buffer: number;
}

/**
 * One value of a stage, named by its position in the stage's list; operands name earlier positions. Every
 * operand of an elementwise instruction is a value of one element: broadcasting has become strides of 0.
 */
export type Instruction =
  | { readonly kind: "load"; readonly view: View; readonly dtype: DType }
  | { readonly kind: "literal"; readonly value: number; readonly dtype: DType }
  /** A number handed over with each run, so that a changed constant is no new program. */
  | { readonly kind: "scalar"; readonly slot: number; readonly dtype: DType }
  /** `start + Σ i·step` over the outer, then the inner dimensions. */
  | {
      readonly kind: "affine";
      readonly start: number;
      readonly steps: readonly number[];
      readonly dtype: DType;
    }
  | {
      readonly kind: "apply";
      readonly primitive: ElementwisePrimitive;
      readonly attributes: Attributes;
      readonly operands: readonly number[];
      readonly dtype: DType;
    }
  /** The value that an earlier stage left for this row. */
  | { readonly kind: "register"; readonly register: number; readonly dtype: DType };

/** Writes a value of the stage: at every point it visits. */
export interface StageStore {
  readonly value: number;
  readonly view: View;
}

/** Combines a value over the inner dimensions into a register of the row. Its dtype is one that arithmetic is done in. */
export interface StageReduction {
  readonly value: number;
  readonly accumulation: Accumulation;
  readonly register: number;
}

/** Keeps a row's value for later stages. */
export interface StageRegister {
  readonly value: number;
  readonly register: number;
}

/**
 * Straight-line code that runs for every element of a row ("element") or once for the row ("row").
 * The strides of views run over outer and inner dimensions in both; in a "row" stage the inner ones are 0.
 */
export interface Stage {
  readonly scope: "element" | "row";
  readonly instructions: readonly Instruction[];
  readonly stores: readonly StageStore[];
  /** Only in an "element" stage. */
  readonly reductions: readonly StageReduction[];
  /** Only in a "row" stage. */
  readonly registers: readonly StageRegister[];
}

/**
 * A fused loop. For each point of the outer dimensions (a "row") its stages run in order; an "element" stage loops
 * over the inner dimensions. Rows are independent of each other and may run in any order, or at once.
 *
 * - an elementwise chain has no inner dimensions and one "row" stage;
 * - a softmax over the last axis has three "element" stages: the maximum, the sum, the quotient;
 * - a sum over the first axis has the others as outer dimensions.
 */
export interface Kernel {
  readonly kind: "kernel";
  /** The names of the source ops, for people. */
  readonly name: string;
  readonly outer: Shape;
  readonly inner: Shape;
  /** Along which dimension neighbours share a vector: the last outer or the last inner one. */
  readonly vectorAxis: "outer" | "inner";
  readonly stages: readonly Stage[];
  /** The dtype of each register. */
  readonly registers: readonly DType[];
}

/** An input or the output of a routine: a view with a shape of its own. */
export interface Operand extends View, TensorType {}

/** One primitive that the backend carries out by hand-written code. The output is contiguous. */
export interface Routine {
  readonly kind: "routine";
  readonly name: string;
  readonly primitive: Primitive;
  readonly attributes: Attributes;
  readonly inputs: readonly Operand[];
  readonly output: Operand;
}

/** Copies a whole buffer onto another of the same dtype and length: what an update in place could not do. */
export interface Copy {
  readonly kind: "copy";
  readonly from: number;
  readonly to: number;
}

/** Repeats steps, a number of times or while a value is true. */
export interface Loop {
  readonly kind: "loop";
  /** How often; null: until the test fails. */
  readonly count: number | null;
  /** Run before each iteration where there is no count; it goes on if the first element of `buffer` is not 0. */
  readonly test: { readonly steps: readonly Step[]; readonly buffer: number } | null;
  /** The buffers that move with each iteration. */
  readonly windows: readonly number[];
  readonly steps: readonly Step[];
}

/** Runs one of two lists of steps. */
export interface Branch {
  readonly kind: "branch";
  /** The buffer whose first element decides. */
  readonly predicate: number;
  readonly whenTrue: readonly Step[];
  readonly whenFalse: readonly Step[];
}

export type Step = Kernel | Routine | Copy | Loop | Branch;

/** The steps within a step, if it is one that runs others. */
export function innerSteps(step: Step): readonly Step[] {
  if (step.kind === "loop") return [...(step.test?.steps ?? []), ...step.steps];
  return step.kind === "branch" ? [...step.whenTrue, ...step.whenFalse] : [];
}

/** All steps, and those within them. */
export function allSteps(steps: readonly Step[]): Step[] {
  return steps.flatMap((step) => [step, ...allSteps(innerSteps(step))]);
}

/** A compiled graph, ready for a backend. */
export interface Program {
  readonly buffers: readonly ProgramBuffer[];
  readonly steps: readonly Step[];
  /** The buffers that hold the results when the last step is done, contiguous from offset 0. */
  readonly outputs: readonly { readonly buffer: number; readonly type: TensorType }[];
  /** How many numbers each run hands over for `scalar` instructions. */
  readonly scalarCount: number;
  readonly scratchBytes: number;
}
