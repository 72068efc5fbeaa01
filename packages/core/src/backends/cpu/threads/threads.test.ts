import { describe, expect, it } from "vitest";
import { platform } from "#platform";
import type { Program } from "../../../compiler/program.ts";
import { isFloat, type TypedArray } from "../../../dtype.ts";
import { elementwisePrimitives } from "../../../primitives/table.ts";
import { i32 } from "../assembler/instructions.ts";
import { ModuleBuilder } from "../assembler/module.ts";
import { markName } from "../codegen/program-module.ts";
import { createCpuBackend } from "../cpu-backend.ts";
import { Allocator } from "../memory/allocator.ts";
import { LinearMemory } from "../memory/linear-memory.ts";
import { Draw, drawKernel } from "../testing/draw-kernel.ts";
import { productProgram } from "../testing/routine-program.ts";
import { actualResult, expectedResult, firstDifference } from "../testing/run-program.ts";
import { offsets, states, ticketBytes } from "./control-block.ts";
import { addSharing, checkName, importCheck, type SharingOptions } from "./sharing.ts";
import { ThreadPool } from "./thread-pool.ts";

const canShare = platform.availableThreads > 1;
const threads = 3;

describe.runIf(canShare)("threads that share the units of a step", () => {
  const memory = new LinearMemory({ shared: true });
  const allocator = new Allocator(memory);
  const pool = new ThreadPool(memory, allocator, threads);
  const mostUnits = 500;
  /** How often each unit was computed, and how many units each thread computed. */
  const unitCounts = allocator.allocate(4 * mostUnits).address;
  const threadCounts = allocator.allocate(4 * threads).address;

  /** The step in which threads that help fail. */
  const failingStep = 9;
  /** Called by the thread that runs programs, before each unit. */
  let beforeUnit: (unit: number) => void = () => undefined;

  /** A module whose step s counts its units s + 1 times, slowly. */
  function countingModule(sharing: SharingOptions): WebAssembly.Module {
    const module = new ModuleBuilder(memory.importType);
    const check = importCheck(module);
    const mark = module.importFunction("env", markName, { parameters: ["i32"] });
    const perform = module.function("perform", { parameters: ["i32", "i32", "i32", "i32"] }, false);
    const [step, begin, end, thread] = [0, 1, 2, 3].map((position) => perform.parameter(position, "i32"));
    const unit = perform.let(begin);
    const add = (table: number, index: typeof unit, value: typeof step) => {
      const address = i32.add(i32.constant(table), i32.shl(index, i32.constant(2)));
      perform.drop(i32.atomic.rmw_add(address, value));
    };
    perform.loopWhileBelow(unit, end, 1, () => {
      perform.invoke(mark, unit);
      perform.if(i32.eq(step, i32.constant(failingStep)), () => {
        // Divided by 0 unless the thread is number 0.
        perform.drop(i32.div_u(unit, i32.eqz(thread)));
      });
      const round = perform.let(i32.constant(0));
      perform.loopWhileBelow(round, i32.constant(200), 1, () => undefined);
      add(unitCounts, unit, perform.let(i32.add(step, i32.constant(1))));
      add(threadCounts, thread, perform.let(i32.constant(1)));
    });
    const share = addSharing(module, perform, check, sharing);
    const run = module.function("run", { parameters: ["i32", "i32", "i32", "i32"] });
    run.invoke(share, ...[0, 1, 2, 3].map((position) => run.parameter(position, "i32")));
    return new WebAssembly.Module(module.encode());
  }

  function counted(table: number, length: number): number[] {
    return [...memory.int32.slice(table / 4, table / 4 + length)];
  }

  function countingProgram(): (step: number, units: number, portion: number, wakes: number) => void {
    const sharing = pool.register();
    const module = countingModule(sharing);
    pool.introduce(sharing.program, module, []);
    const { run } = new WebAssembly.Instance(module, {
      env: {
        memory: memory.memory,
        [checkName]: () => pool.check(),
        [markName]: (unit: number) => beforeUnit(unit),
      },
    }).exports;
    if (typeof run !== "function") throw new Error("no function `run`");
    return (...values) => void run(...values);
  }

  function clearCounts(): void {
    memory.int32.fill(0, unitCounts / 4, unitCounts / 4 + mostUnits);
  }

  /** The first unit that was not computed as often as the step says; -1 if there is none. */
  function firstWrong(step: number, units: number): number {
    return counted(unitCounts, mostUnits).findIndex((count, unit) => count !== (unit < units ? step + 1 : 0));
  }

  it("compute each unit once, whoever comes late, and all of them help", async () => {
    const programs = [0, 1].map(countingProgram);
    const draw = new Draw(3);
    const deadline = performance.now() + 10_000;
    const everyoneHelped = () => counted(threadCounts, threads).every((count) => count > 0);
    for (let round = 0; round < 800 || (!everyoneHelped() && performance.now() < deadline); round++) {
      clearCounts();
      const [step, units, portion] = [draw.below(3), draw.below(mostUnits), 1 + draw.below(9)];
      draw.of(programs)(step, units, portion, draw.below(2));
      expect(firstWrong(step, units)).toBe(-1);
      // Lets the threads fall asleep now and then.
      if (round % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(everyoneHelped()).toBe(true);
  });

  it("compute nothing of a step any more that an exception has ended, and the next one as ever", () => {
    const programs = [0, 1].map(countingProgram);
    const draw = new Draw(4);
    for (let round = 0; round < 500; round++) {
      let left = draw.below(40);
      beforeUnit = () => {
        if (left-- === 0) throw new RangeError("as if the stack had overflowed");
      };
      try {
        draw.of(programs)(draw.below(3), mostUnits, 1 + draw.below(30), 1);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
      beforeUnit = () => undefined;
      pool.settle();
      clearCounts();
      const [step, units] = [draw.below(3), draw.below(mostUnits)];
      draw.of(programs)(step, units, 1 + draw.below(9), 1);
      expect(firstWrong(step, units)).toBe(-1);
    }
  });

  it("leave nobody waiting when one of them fails, and the others go on", () => {
    const run = countingProgram();
    const failOnce = () => {
      // A thread that knows the program takes a part of it sooner or later.
      for (const end = performance.now() + 10_000; performance.now() < end; )
        run(failingStep, mostUnits, 1, 1);
    };
    expect(failOnce).toThrow("a thread ended before it was done with its part of a program");
    for (let round = 0; round < 50; round++) {
      pool.settle();
      clearCounts();
      run(2, mostUnits, 3, 1);
      expect(firstWrong(2, mostUnits)).toBe(-1);
    }
  });
});

it.runIf(canShare)("a thread that was terminated in the middle of a step is waited for no longer", () => {
  const memory = new LinearMemory({ shared: true });
  let isAlive = true;
  const thread = { send: () => undefined, isAlive: () => isAlive };
  const pool = new ThreadPool(memory, new Allocator(memory), 2, { ...platform, startThread: () => thread });
  const { controlBlock } = pool.register();
  Atomics.store(memory.int32, (controlBlock + offsets.states + ticketBytes) / 4, states.helping);
  expect(() => pool.check()).not.toThrow();
  isAlive = false;
  expect(() => pool.check()).toThrow("a thread ended before it was done with its part of a program");
  pool.settle();
  expect(() => pool.check()).not.toThrow();
});

describe.runIf(canShare)("programs on several threads", () => {
  const backend = createCpuBackend({ threads, leastShared: { awake: 1, asleep: 1 } });
  const alone = createCpuBackend({ threads: 1 });

  it("give what the interpreter gives, for drawn kernels", () => {
    for (let seed = 1000; seed < 1050; seed++) {
      const { program, cells, scalars } = drawKernel(seed);
      const actual = actualResult(backend, program, { cells, scalars });
      const expected = expectedResult(program, { cells, scalars });
      for (const [slot, { dtype }] of program.buffers.entries()) {
        const tolerance = isFloat(dtype) ? 1e-4 : 0;
        const difference = firstDifference([actual.cells[slot]], [expected.cells[slot]], tolerance);
        expect(difference, `seed ${seed}, buffer ${slot}`).toBeNull();
      }
    }
  });

  it.each([
    { left: [300, 70], right: [70, 90] },
    { left: [70, 90], right: [90, 301] },
    { left: [9, 61, 40], right: [9, 40, 53] },
    { left: [2, 101, 67], right: [2, 67, 33] },
    { left: [1000, 513], right: [513, 1] },
  ])("multiply matrices, $left × $right", ({ left, right }) => {
    const program = productProgram(left, right);
    const draw = new Draw(left[0]);
    const cells = program.buffers.map(({ dtype, length }) => draw.values(dtype, length));
    const expected = expectedResult(program, { cells }).cells;
    for (let round = 0; round < 3; round++) {
      expect(firstDifference(actualResult(backend, program, { cells }).cells, expected, 1e-4)).toBeNull();
    }
  });

  it("give the same bits as on one thread, where kernels compute", () => {
    const length = 100_003;
    const view = (buffer: number) => ({ buffer, offset: 0, strides: [1] });
    const program: Program = {
      buffers: [0, 1].map((slot) => ({ dtype: "float32", length, role: { kind: "cell", slot } })),
      steps: [
        {
          kind: "kernel",
          name: "exp",
          outer: [length],
          inner: [],
          vectorAxis: "outer",
          registers: [],
          stages: [
            {
              scope: "row",
              instructions: [
                { kind: "load", view: view(0), dtype: "float32" },
                {
                  kind: "apply",
                  primitive: elementwisePrimitives.exp,
                  attributes: {},
                  operands: [0],
                  dtype: "float32",
                },
              ],
              stores: [{ value: 1, view: view(1) }],
              reductions: [],
              registers: [],
            },
          ],
        },
      ],
      outputs: [],
      scalarCount: 0,
      scratchBytes: 0,
    };
    const draw = new Draw(8);
    const cells = program.buffers.map(({ dtype, length }) => draw.values(dtype, length));
    const expected = actualResult(alone, program, { cells }).cells;
    for (let round = 0; round < 5; round++) {
      expect(firstDifference(actualResult(backend, program, { cells }).cells, expected)).toBeNull();
    }
  });

  it("give right values after the stack has overflowed, wherever that was", () => {
    const program = productProgram([300, 70], [70, 90]);
    const draw = new Draw(5);
    const cells = program.buffers.map(({ dtype, length }) => draw.values(dtype, length));
    const expected = expectedResult(program, { cells }).cells;
    const multiply = () => actualResult(backend, program, { cells }).cells;
    const multiplyDeep = (): readonly TypedArray[] => {
      try {
        return multiplyDeep();
      } catch {
        return multiply();
      }
    };
    const descend = (depth: number): readonly TypedArray[] =>
      depth === 0 ? multiplyDeep() : descend(depth - 1);
    for (let depth = 0; depth < 20; depth++) {
      expect(firstDifference(descend(depth), expected, 1e-4)).toBeNull();
    }
  });

  it("says how many there are", () => {
    expect(backend.describe()).toContain(`threads: ${threads}`);
    expect(alone.describe()).toContain("threads: 1");
  });
});
