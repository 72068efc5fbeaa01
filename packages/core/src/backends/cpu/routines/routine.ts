import type { Routine, View } from "../../../compiler/program.ts";
import type { Expression, I32, ValueType } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function.ts";
import type { LibraryName } from "./library.ts";

/** Where a routine's code goes, and what it may ask for. */
export interface RoutineContext {
  readonly f: FunctionBuilder;
  /** Memory for the routine's own use while it runs, of the size that it asked for. */
  readonly workspace: I32;
  /** The address of a view's first element. */
  address(view: View): I32;
  /** Calls one of the functions that the routine named. */
  call(name: LibraryName, ...values: Expression<ValueType>[]): void;
}

/** How one primitive is carried out by hand-written code. */
export interface RoutineLowering {
  /** The library functions that `emit` calls for this step. */
  functions(routine: Routine): readonly LibraryName[];
  /** The bytes of working memory that this step needs. */
  workspaceBytes?(routine: Routine): number;
  /** Emits the calls that compute the output. */
  emit(routine: Routine, context: RoutineContext): void;
}
