/**
 * The oracle: a plain interpreter that keeps floats in float64 whatever their dtype, so that its results show what
 * rounding is, and what is an error. Every step is the evaluation of one row; nothing is fused.
 */
import type { Loop, Program, Routine, Step } from "../../compiler/program.ts";
import { allocateArray, isFloat, type TypedArray } from "../../dtype.ts";
import type { Storage } from "../../graph/cell.ts";
import type { TensorType } from "../../graph/node.ts";
import type { NdArray } from "../../primitives/primitive.ts";
import { sizeOf } from "../../shape.ts";
import type { Backend, Bindings, Executable } from "../backend.ts";
import { evaluatePrimitive } from "./evaluate-primitive.ts";

class ReferenceStorage implements Storage {
  readonly type: TensorType;
  readonly backend = "reference";
  values: TypedArray;

  constructor(type: TensorType) {
    this.type = type;
    this.values = widened(type, sizeOf(type.shape));
  }
}

class ReferenceExecutable implements Executable {
  readonly byteLength: number;
  private readonly program: Program;
  private readonly constants: readonly TypedArray[];

  constructor(program: Program, constants: readonly TypedArray[]) {
    this.program = program;
    this.constants = constants;
    this.byteLength = constants.reduce((bytes, { byteLength }) => bytes + byteLength, 0);
  }

  run({ inputs, cells, cellOffsets, scalars }: Bindings): TypedArray[] {
    if (scalars.length > 0) throw new Error("the reference backend takes literals in the program");
    const { buffers, steps, outputs } = this.program;
    const arrays = buffers.map(({ dtype, length, role }): TypedArray => {
      const type = { dtype, shape: [length] };
      if (role.kind === "input") return widenedCopy(type, inputs[role.slot]);
      if (role.kind === "constant") return widenedCopy(type, this.constants[role.slot]);
      if (role.kind !== "cell") return widened(type, length);
      const begin = cellOffsets?.[role.slot] ?? 0;
      return referenceStorage(cells[role.slot]).values.subarray(begin, begin + length);
    });
    runSteps(steps, arrays, buffers);
    return outputs.map(({ buffer, type }) => narrowed(type, arrays[buffer]));
  }

  dispose(): void {}
}

function runSteps(steps: readonly Step[], arrays: TypedArray[], buffers: Program["buffers"]): void {
  for (const step of steps) {
    switch (step.kind) {
      case "copy":
        arrays[step.to].set(arrays[step.from]);
        break;
      case "routine":
        runRoutine(step, arrays);
        break;
      case "loop":
        runLoop(step, arrays, buffers);
        break;
      case "branch":
        runSteps(arrays[step.predicate][0] !== 0 ? step.whenTrue : step.whenFalse, arrays, buffers);
        break;
      case "kernel":
        throw new Error("the reference backend runs no fused kernels");
    }
  }
}

function runLoop(
  { count, test, windows, steps }: Loop,
  arrays: TypedArray[],
  buffers: Program["buffers"],
): void {
  for (let iteration = 0; count === null || iteration < count; iteration++) {
    for (const window of windows) {
      const { role, length } = buffers[window];
      if (role.kind !== "window") continue;
      const first = role.first + iteration * role.stride;
      arrays[window] = arrays[role.of].subarray(first, first + length);
    }
    if (test) {
      runSteps(test.steps, arrays, buffers);
      if (arrays[test.buffer][0] === 0) break;
    }
    runSteps(steps, arrays, buffers);
  }
}

function runRoutine({ primitive, attributes, inputs, output }: Routine, arrays: readonly TypedArray[]): void {
  const array = ({ buffer, shape, dtype }: Routine["output"]): NdArray => ({
    shape,
    dtype,
    values: arrays[buffer],
  });
  const target = array(output);
  // In a loop it holds what the last iteration left.
  target.values.fill(0);
  evaluatePrimitive(primitive, inputs.map(array), attributes, target);
}

/** The array that holds a value of this type here: float64 for floats. */
function widened({ dtype }: TensorType, length: number): TypedArray {
  try {
    return allocateArray(isFloat(dtype) ? "float64" : dtype, length);
  } catch (error) {
    throw new RangeError(`out of memory: the reference cannot hold ${length} elements`, { cause: error });
  }
}

function widenedCopy(type: TensorType, values: TypedArray): TypedArray {
  const array = widened(type, values.length);
  array.set(values);
  return array;
}

function narrowed({ dtype }: TensorType, values: TypedArray): TypedArray {
  const array = allocateArray(dtype, values.length);
  array.set(values);
  return array;
}

function referenceStorage(storage: Storage): ReferenceStorage {
  if (!(storage instanceof ReferenceStorage)) throw new TypeError("the storage belongs to another backend");
  return storage;
}

/** The reference backend: float64 arithmetic, one operation after the other. Slow, and right. */
export function createReferenceBackend(): Backend {
  let storageBytes = 0;
  return {
    name: "reference",
    fusesKernels: false,
    mostBytes: Number.POSITIVE_INFINITY,
    prepare: (program, constants) => new ReferenceExecutable(program, constants),
    allocate(type) {
      const storage = new ReferenceStorage(type);
      storageBytes += storage.values.byteLength;
      return storage;
    },
    release(storage) {
      storageBytes -= referenceStorage(storage).values.byteLength;
    },
    read(storage, part) {
      const { values } = referenceStorage(storage);
      return narrowed(storage.type, part ? values.subarray(part.first, part.first + part.length) : values);
    },
    write(storage, contents) {
      const { values } = referenceStorage(storage);
      if (typeof contents === "number") values.fill(contents);
      else values.set(contents);
    },
    memoryUse: () => ({ storageBytes, scratchBytes: 0, programBytes: 0 }),
    profile(body) {
      body();
      return [];
    },
    describe: () => [
      "reference: an interpreter in float64 arithmetic, for tests; the cpu backend is the fast one",
    ],
  };
}
