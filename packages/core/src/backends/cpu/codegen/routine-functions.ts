/**
 * The functions of a program's routines: routines that differ in nothing but where their data lie share one. Each has functions of
 * its own, for engines take time and memory for the product of a function's variables and its blocks.
 */
import type { Operand, Routine, Step } from "../../../compiler/program.ts";
import { attributesText } from "../../../graph/attributes.ts";
import type { I32 } from "../assembler/expression.ts";
import type { FunctionBuilder, FunctionReference } from "../assembler/function.ts";
import { i32 } from "../assembler/instructions.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import type { LibraryName } from "../routines/library.ts";
import type { RoutineContext } from "../routines/routine.ts";
import { type ProgramLayout, viewAddress } from "./program-layout.ts";
import type { Linkage } from "./program-module.ts";
import { piecesOf } from "./shared-steps.ts";

/** The code of one routine of a program. */
export interface RoutineFunction {
  /** Into how many pieces it is cut, which threads may share. */
  readonly pieces: number;
  /** Emits the call that computes the pieces from `begin` to before `end` with the working memory of `thread`. */
  invoke(f: FunctionBuilder, begin: I32, end: I32, thread: I32): void;
  /** Emits the call for what one thread does before. */
  prepare(f: FunctionBuilder): void;
  /** Emits the call for what one thread does afterwards. */
  finish(f: FunctionBuilder): void;
}

interface RoutineCode {
  readonly compute: FunctionReference;
  readonly prepare: FunctionReference | null;
  readonly finish: FunctionReference | null;
}

export interface RoutineLinkage {
  readonly layout: ProgramLayout;
  readonly linkage: Linkage;
  readonly imported: ReadonlyMap<LibraryName, FunctionReference>;
}

/** Adds the functions of the routines among `steps` to the module. */
export function addRoutines(
  module: ModuleBuilder,
  steps: readonly Step[],
  linked: RoutineLinkage,
): ReadonlyMap<Step, RoutineFunction> {
  const { layout, linkage } = linked;
  const codes = new Map<string, RoutineCode>();
  const functions = new Map<Step, RoutineFunction>();
  for (const step of steps) {
    if (step.kind !== "routine") continue;
    const key = describe(step);
    let code = codes.get(key);
    if (code === undefined) {
      code = addRoutine(module, `routine_${codes.size}`, step, linked);
      codes.set(key, code);
    }
    const { compute, prepare, finish } = code;
    const addresses = () => operandsOf(step).map((operand) => viewAddress(layout, operand));
    functions.set(step, {
      pieces: piecesOf(step, linkage),
      invoke: (f, begin, end, thread) => f.invoke(compute, ...addresses(), begin, end, thread),
      prepare: (f) => prepare && f.invoke(prepare, ...addresses()),
      finish: (f) => finish && f.invoke(finish, ...addresses()),
    });
  }
  return functions;
}

function addRoutine(
  module: ModuleBuilder,
  name: string,
  given: Routine,
  { layout, linkage, imported }: RoutineLinkage,
): RoutineCode {
  // An object an operand: two that are one here may be two in a routine that shares the code.
  const step = {
    ...given,
    inputs: given.inputs.map((input) => ({ ...input })),
    output: { ...given.output },
  };
  const operands = operandsOf(step);
  const routine = linkage.routineOf(step.primitive.name);
  const add = (
    title: string,
    own: readonly "i32"[],
    emit: (f: FunctionBuilder, context: (begin: I32, end: I32, thread: I32) => RoutineContext) => void,
  ): FunctionReference => {
    const parameters = [...operands.map(() => "i32" as const), ...own];
    const f = module.function(title, { parameters }, false);
    emit(f, (begin, end, thread) => {
      const { shared, own: ownOffset } = layout.workspace;
      const start = f.let(i32.load(i32.constant(layout.workspacePointer)));
      const offset = i32.add(i32.constant(shared), i32.mul(thread, i32.constant(ownOffset)));
      return {
        f,
        workspace: i32.add(start, offset),
        shared: start,
        begin,
        end,
        providers: linkage.providers,
        address(view) {
          const position = operands.findIndex((operand) => Object.is(operand, view));
          if (position === -1) throw new Error(`${step.primitive.name}: the view is none of its operands`);
          return f.parameter(position, "i32");
        },
        call(library, ...values) {
          const target = imported.get(library);
          if (target === undefined) throw new Error(`${step.primitive.name}: ${library} was not asked for`);
          f.invoke(target, ...values);
        },
      };
    });
    return f;
  };
  const none = i32.constant(0);
  const { prepare, finish } = routine;
  return {
    prepare:
      prepare === undefined
        ? null
        : add(`${name}_prepare`, [], (_f, context) => prepare(step, context(none, none, none))),
    compute: add(name, ["i32", "i32", "i32"], (f, context) => {
      const [begin, end, thread] = [0, 1, 2].map((each) => f.parameter(operands.length + each, "i32"));
      routine.emit(step, context(begin, end, thread));
    }),
    finish:
      finish === undefined
        ? null
        : add(`${name}_finish`, [], (_f, context) => finish(step, context(none, none, none))),
  };
}

function operandsOf({ inputs, output }: Routine): readonly Operand[] {
  return [...inputs, output];
}

/** Equal for routines of the same code: addresses are handed over. */
function describe(step: Routine): string {
  const operands = operandsOf(step).map(({ dtype, shape, strides }) => `${dtype}[${shape}](${strides})`);
  return `${step.primitive.name}${attributesText(step.attributes)}${operands.join(">")}`;
}
