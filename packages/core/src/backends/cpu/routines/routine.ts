import type { Routine, View } from "../../../compiler/program.ts";
import type { Expression, I32, ValueType } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function.ts";
import type { LibraryName } from "./library.ts";

/** What a routine may count on, where there is one. */
export interface Providers {
  /** Whether the library functions `blas_…` are there. Asking loads the system's BLAS. */
  hasBlas(): boolean;
}

/** Where a routine's code goes, and what it may ask for. */
export interface RoutineContext {
  readonly f: FunctionBuilder;
  /** Memory for the routine's own use while it runs, of the size that it asked for. */
  readonly workspace: I32;
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
  /** The bytes of working memory that this step needs. */
  workspaceBytes?(routine: Routine): number;
  /** How many additions and multiplications the step takes, for profiles. */
  operations?(routine: Routine): number;
  /** Emits the calls that compute the output. */
  emit(routine: Routine, context: RoutineContext): void;
}
