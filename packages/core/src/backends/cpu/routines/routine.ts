import type { Routine, View } from "../../../compiler/program.ts";
import type { Expression, F64, I32, ValueType } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function.ts";
import type { LibraryName } from "./library.ts";

/** A property that a routine may count on. */
export interface Providers {
  /** Whether the library functions `blas_…` are there. Asking loads the system's BLAS. */
  hasBlas(): boolean;
  /** The address in the process of the memory's first byte, for calls of BLAS. */
  processAddress(): F64;
  /** How many threads may compute pieces of a routine at the same time. */
  readonly threads: number;
  /** Whether the engine has fused multiply-add. */
  readonly relaxedSimd: boolean;
}

/** The emitter of a routine's code, and the things that it may ask for. */
export interface RoutineContext {
  readonly f: FunctionBuilder;
  /** Memory for the routine's own use while it runs, of the size that it asked for. */
  readonly workspace: I32;
  /** Memory that all pieces see until the routine is finished, of the size that it asked for. */
  readonly shared: I32;
  /** The pieces to compute: from `begin` to before `end`, of as many as the routine said that there are. */
  readonly begin: I32;
  readonly end: I32;
  readonly providers: Providers;
  /** The address of a view's first element. */
  address(view: View): I32;
  /** Calls one of the functions that the routine named. */
  call(name: LibraryName, ...values: Expression<ValueType>[]): void;
}

/** How one primitive is carried out by hand-written code. */
export interface RoutineLowering {
  /** The library functions that `emit` calls for this step. */
  functions(routine: Routine, providers: Providers): readonly LibraryName[];
  /**
   * Into how many pieces the step is cut, which threads may compute at the same time in any order. Absent, it is one.
   */
  pieces?(routine: Routine, providers: Providers): number;
  /** The bytes of working memory that this step needs for itself, in each thread that computes pieces of it. */
  workspaceBytes?(routine: Routine): number;
  /** The bytes of working memory that the pieces share. */
  sharedBytes?(routine: Routine, providers: Providers): number;
  /** How many additions and multiplications the step takes, for profiles. */
  operations?(routine: Routine): number;
  /** Emits what one thread does before pieces are computed. */
  prepare?(routine: Routine, context: RoutineContext): void;
  /** Emits the code that computes the pieces. */
  emit(routine: Routine, context: RoutineContext): void;
  /** Emits what one thread does once all pieces are computed. */
  finish?(routine: Routine, context: RoutineContext): void;
}
