import type { Program } from "../../../compiler/program.ts";
import type { TypedArray } from "../../../dtype.ts";
import type { Backend } from "../../backend.ts";
import { type HeapBindings, interpretProgram } from "./interpret-program.ts";

export interface ProgramResult {
  readonly outputs: readonly TypedArray[];
  /** The values of the cells afterwards. */
  readonly cells: readonly TypedArray[];
}

const nothing: HeapBindings = { inputs: [], cells: [], scalars: [], constants: [] };

/** The results of the interpreter for a program. The bindings are left as they are. */
export function expectedResult(program: Program, bindings: Partial<HeapBindings>): ProgramResult {
  const cells = (bindings.cells ?? []).map((values) => values.slice());
  return { outputs: interpretProgram(program, { ...nothing, ...bindings, cells }), cells };
}

/** The results of a backend for it. */
export function actualResult(
  backend: Backend,
  program: Program,
  bindings: Partial<HeapBindings>,
): ProgramResult {
  const { inputs, cells, scalars, constants } = { ...nothing, ...bindings };
  const types = program.buffers.flatMap(({ role, dtype, length }) =>
    role.kind === "cell" ? [{ slot: role.slot, type: { dtype, shape: [length] } }] : [],
  );
  const storages = cells.map((values, slot) => {
    const found = types.find((entry) => entry.slot === slot);
    if (found === undefined) throw new Error(`no buffer names cell ${slot}`);
    const storage = backend.allocate(found.type);
    backend.write(storage, values);
    return storage;
  });
  const executable = backend.prepare(program, constants);
  const outputs = executable.run({ inputs, cells: storages, scalars });
  const result = { outputs, cells: storages.map((storage) => backend.read(storage)) };
  executable.dispose();
  for (const storage of storages) backend.release(storage);
  return result;
}

/** The first element that differs by more than `tolerance`, relative above 1; null where there is none. */
export function firstDifference(
  actual: readonly TypedArray[],
  expected: readonly TypedArray[],
  tolerance = 0,
): string | null {
  for (const [array, values] of expected.entries()) {
    for (let position = 0; position < values.length; position++) {
      const [got, wanted] = [actual[array][position], values[position]];
      if (Object.is(got, wanted) || got === wanted) continue;
      const error = Math.abs(got - wanted) / Math.max(1, Math.abs(wanted));
      if (!(error <= tolerance)) return `array ${array}, element ${position}: ${got}, not ${wanted}`;
    }
  }
  return null;
}
