import { allSteps, type Program, type ProgramBuffer, type Step } from "../../compiler/program.ts";
import { bytesPerElement, type TypedArray } from "../../dtype.ts";
import { formatShape, sizeOf } from "../../shape.ts";
import type { Bindings, Executable } from "../backend.ts";
import { compileModule } from "./assembler/compile.ts";
import type { CodeOptions } from "./codegen/kernel.ts";
import type { WorkspaceBytes } from "./codegen/program-layout.ts";
import {
  encodeProgram,
  type Linkage,
  libraryFunctionsOf,
  libraryModule,
  markName,
  workspaceBytesOf,
} from "./codegen/program-module.ts";
import { isWorthThreads } from "./codegen/shared-steps.ts";
import type { Allocator, Block } from "./memory/allocator.ts";
import { alignUp, slackBytes } from "./memory/allocator.ts";
import type { LinearMemory } from "./memory/linear-memory.ts";
import type { ScratchRegion } from "./memory/scratch.ts";
import { readValues, writeValues } from "./memory/transfer.ts";
import type { Library } from "./routines/library.ts";
import { costOf } from "./step-cost.ts";
import type { Stopwatch } from "./stopwatch.ts";
import { addressOf } from "./storage.ts";
import { checkName } from "./threads/sharing.ts";
import type { SharingChoice } from "./threads/sharing-choice.ts";
import type { ThreadPool } from "./threads/thread-pool.ts";

/** The parts that all programs of a backend share. */
export interface Machine {
  readonly memory: LinearMemory;
  readonly allocator: Allocator;
  readonly scratch: ScratchRegion;
  readonly library: Library;
  readonly linkage: Linkage;
  readonly options: CodeOptions;
  readonly pool: ThreadPool;
  /** Takes the time of each step, while somebody wants to know. */
  stopwatch: Stopwatch | null;
}

/** A buffer filled from the heap before each run, and where it lies in the scratch region. */
interface InputPlace {
  readonly slot: number;
  readonly index: number;
  readonly buffer: ProgramBuffer;
  readonly byteOffset: number;
}

/** A buffer that lies in a Variable's memory. */
interface CellPlace {
  readonly slot: number;
  readonly index: number;
  readonly elementBytes: number;
}

function bytesOf(buffer: ProgramBuffer): number {
  return buffer.length * bytesPerElement(buffer.dtype);
}

/** The name of a step in a profile. Routines of one name differ much by the shapes of their operands. */
function titleOf(step: Step): string {
  if (step.kind !== "routine") return "name" in step ? step.name : step.kind;
  return [step.name, ...step.inputs.map(({ shape }) => formatShape(shape))].join(" ");
}

/** A program compiled to WebAssembly. */
export class CpuExecutable implements Executable {
  private readonly machine: Machine;
  private readonly program: Program;
  /** The tables and the constants. */
  private readonly block: Block;
  private readonly pointerTable: number;
  private readonly scalarTable: number;
  private readonly inputs: readonly InputPlace[];
  private readonly cells: readonly CellPlace[];
  /** Bytes of the scratch region that a run needs. */
  private readonly scratchBytes: number;
  private readonly workspaceOffset: number;
  private readonly workspace: WorkspaceBytes;
  private readonly runSteps: () => void;
  /** Whether steps are shared with other threads; null if none is worth it. */
  private choice: SharingChoice | null = null;
  private runMarkedSteps: (() => void) | null = null;
  /** The numbers by which other threads know this program's modules. */
  private readonly introduced: number[] = [];
  private scratchAddress = 0;
  private disposed = false;
  /** Bytes of the WebAssembly that it was compiled to. */
  codeBytes = 0;

  constructor(machine: Machine, program: Program, constants: readonly TypedArray[]) {
    this.machine = machine;
    this.program = program;
    const { buffers } = program;
    this.cells = buffers.flatMap(({ role, dtype }, index) =>
      role.kind === "cell" ? [{ slot: role.slot, index, elementBytes: bytesPerElement(dtype) }] : [],
    );

    let end = alignUp(program.scratchBytes + slackBytes);
    this.inputs = buffers.flatMap((buffer, index) => {
      if (buffer.role.kind !== "input") return [];
      const byteOffset = end;
      end = alignUp(end + bytesOf(buffer) + slackBytes);
      return [{ slot: buffer.role.slot, index, buffer, byteOffset }];
    });
    this.workspaceOffset = end;
    this.workspace = workspaceBytesOf(program, machine.linkage);
    this.scratchBytes = end + this.workspace.shared + this.workspace.own * machine.pool.threads;

    const scalarOffset = alignUp((buffers.length + 1) * 4);
    let constantsEnd = alignUp(scalarOffset + program.scalarCount * 8);
    const constantOffsets = buffers.map((buffer) => {
      const offset = constantsEnd;
      if (buffer.role.kind === "constant") constantsEnd = alignUp(offset + bytesOf(buffer) + slackBytes);
      return offset;
    });
    this.block = machine.allocator.allocate(constantsEnd);
    this.pointerTable = this.block.address;
    this.scalarTable = this.block.address + scalarOffset;
    try {
      buffers.forEach(({ role, dtype }, index) => {
        if (role.kind !== "constant") return;
        const address = this.block.address + constantOffsets[index];
        writeValues(machine.memory, address, dtype, constants[role.slot]);
        this.setPointer(index, address);
      });
      this.runSteps = this.compile(null);
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** Bytes held for tables and constants. */
  get byteLength(): number {
    return this.disposed ? 0 : this.block.byteLength;
  }

  run({ inputs, cells, cellOffsets, scalars }: Bindings): TypedArray[] {
    if (this.disposed) throw new Error("this program was disposed of");
    const { memory, scratch } = this.machine;
    const scratchAddress = scratch.require(this.scratchBytes);
    if (scratchAddress !== this.scratchAddress) this.moveScratch(scratchAddress);
    for (const { slot, index, elementBytes } of this.cells) {
      this.setPointer(index, addressOf(cells[slot]) + (cellOffsets?.[slot] ?? 0) * elementBytes);
    }
    for (const { slot, buffer, byteOffset } of this.inputs) {
      writeValues(memory, scratchAddress + byteOffset, buffer.dtype, inputs[slot]);
    }
    if (scalars.length > 0) memory.float64.set(scalars, this.scalarTable / 8);
    if (this.machine.stopwatch) this.runTimed(this.machine.stopwatch);
    else if (this.choice) this.machine.pool.run(this.choice, this.runSteps);
    else this.runSteps();
    return this.program.outputs.map(({ buffer, type }) =>
      readValues(memory, this.pointerTo(buffer), type.dtype, sizeOf(type.shape)),
    );
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.machine.allocator.release(this.block);
    for (const program of this.introduced) this.machine.pool.forget(program);
  }

  private runTimed(stopwatch: Stopwatch): void {
    const { program, machine } = this;
    if (this.runMarkedSteps === null) {
      const timed = allSteps(program.steps).map((step) => ({
        name: titleOf(step),
        ...costOf(step, program, machine.linkage.routineOf),
      }));
      this.runMarkedSteps = this.compile((index) => machine.stopwatch?.mark(timed[index]));
    }
    stopwatch.start();
    this.runMarkedSteps();
  }

  /** `mark` hears of each step done. */
  private compile(mark: ((index: number) => void) | null): () => void {
    const { program, machine } = this;
    const layout = {
      buffers: program.buffers,
      pointerTable: this.pointerTable,
      scalarTable: this.scalarTable,
      workspacePointer: this.pointerTable + program.buffers.length * 4,
      workspace: this.workspace,
    };
    const shares = machine.pool.threads > 1 && isWorthThreads(program, machine.linkage);
    const sharing = shares ? machine.pool.register() : null;
    const { bytes, sharesSteps } = encodeProgram(program, {
      layout,
      linkage: machine.linkage,
      code: machine.options,
      marksSteps: mark !== null,
      sharing,
    });
    this.codeBytes += bytes.byteLength;
    const module = compileModule(bytes);
    const functions = libraryFunctionsOf(program, machine.linkage).map((name) => machine.library.get(name));
    const library: WebAssembly.ModuleImports = {};
    for (const { reference, callable } of functions) library[reference.name] = callable;
    const { run } = new WebAssembly.Instance(module, {
      env: {
        memory: machine.memory.memory,
        ...(mark && { [markName]: mark }),
        ...(sharing && { [checkName]: () => machine.pool.check() }),
      },
      [libraryModule]: library,
    }).exports;
    if (sharing && sharesSteps) {
      this.introduced.push(sharing.program);
      this.choice ??= machine.pool.newChoice();
      machine.pool.introduce(
        sharing.program,
        module,
        functions.map(({ shared }) => shared),
      );
    }
    if (typeof run !== "function") throw new Error("the program's module exports no function `run`");
    return () => void run();
  }

  private moveScratch(address: number): void {
    this.program.buffers.forEach(({ role }, index) => {
      if (role.kind === "scratch") this.setPointer(index, address + role.byteOffset);
    });
    for (const { index, byteOffset } of this.inputs) this.setPointer(index, address + byteOffset);
    this.setPointer(this.program.buffers.length, address + this.workspaceOffset);
    // Last: an exception may end this at any place.
    this.scratchAddress = address;
  }

  private setPointer(index: number, address: number): void {
    this.machine.memory.int32[this.pointerTable / 4 + index] = address;
  }

  private pointerTo(index: number): number {
    // Addresses from 2³¹ on read as negative int32.
    return this.machine.memory.int32[this.pointerTable / 4 + index] >>> 0;
  }
}
