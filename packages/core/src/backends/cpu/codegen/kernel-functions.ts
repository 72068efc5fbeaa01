/** The functions of a program's kernels: kernels that differ in nothing but where their data lie share one. */
import type { Instruction, Kernel, Stage, Step, View } from "../../../compiler/program.ts";
import type { I32 } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { addKernel, type CodeOptions, type KernelCode } from "./kernel.ts";
import { bufferAddress, overlap, type ProgramLayout, scalarValue } from "./program-layout.ts";

/** The code of one kernel of a program. */
export interface KernelFunction {
  /** Into how many units of one outer dimension it is cut, which threads may share. */
  readonly units: number;
  /** Emits the call that computes the units from `begin` to before `end`. */
  invoke(f: FunctionBuilder, begin: I32, end: I32): void;
}

/** Adds the functions of the kernels among `steps` to the module. */
export function addKernels(
  module: ModuleBuilder,
  steps: readonly Step[],
  layout: ProgramLayout,
  options: CodeOptions,
): ReadonlyMap<Step, KernelFunction> {
  const codes = new Map<string, KernelCode>();
  const functions = new Map<Step, KernelFunction>();
  for (const step of steps) {
    if (step.kind !== "kernel") continue;
    const { key, kernel, buffers, scalars, overlaps } = abstract(step, layout);
    let code = codes.get(key);
    if (code === undefined) {
      const operands = {
        dtypes: buffers.map((buffer) => layout.buffers[buffer].dtype),
        scalarCount: scalars.length,
        overlap: overlaps,
      };
      code = addKernel(module, `kernel_${codes.size}`, kernel, operands, options);
      codes.set(key, code);
    }
    const { f: target, units } = code;
    functions.set(step, {
      units,
      invoke(f, begin, end) {
        const addresses = buffers.map((buffer) => bufferAddress(layout, buffer));
        const numbers = scalars.map((slot) => scalarValue(layout, slot));
        f.invoke(target, begin, end, ...addresses, ...numbers);
      },
    });
  }
  return functions;
}

interface AbstractKernel {
  /** Equal for kernels of the same code. */
  readonly key: string;
  /** The kernel over the numbers of its own buffers and scalars, in the order in which it names them. */
  readonly kernel: Kernel;
  /** The program's buffer of each number. */
  readonly buffers: readonly number[];
  readonly scalars: readonly number[];
  overlaps(left: number, right: number): boolean;
}

function abstract(kernel: Kernel, layout: ProgramLayout): AbstractKernel {
  const buffers = new Numbering();
  const scalars = new Numbering();
  const words: string[] = [`${kernel.outer};${kernel.inner};${kernel.vectorAxis};${kernel.registers}`];
  const rename = (view: View): View => ({ ...view, buffer: buffers.of(view.buffer) });
  const renameInstruction = (step: Instruction): Instruction => {
    if (step.kind === "load") return { ...step, view: rename(step.view) };
    return step.kind === "scalar" ? { ...step, slot: scalars.of(step.slot) } : step;
  };
  const stages = kernel.stages.map((stage): Stage => {
    const renamed = {
      ...stage,
      instructions: stage.instructions.map(renameInstruction),
      stores: stage.stores.map(({ value, view }) => ({ value, view: rename(view) })),
    };
    describeStage(renamed, words);
    return renamed;
  });
  const { items } = buffers;
  words.push(items.map((buffer) => layout.buffers[buffer].dtype).join());
  // Only what is written can change what lies elsewhere.
  const written = new Set(stages.flatMap(({ stores }) => stores.map(({ view }) => view.buffer)));
  const overlaps = (left: number, right: number): boolean => overlap(layout, items[left], items[right]);
  for (const one of written) {
    items.forEach((_, other) => {
      if (one !== other && overlaps(one, other)) words.push(`${one}~${other}`);
    });
  }
  return {
    key: words.join(";"),
    kernel: { ...kernel, stages },
    buffers: items,
    scalars: scalars.items,
    overlaps,
  };
}

/** Numbers things in the order in which they come. */
class Numbering {
  readonly items: number[] = [];
  private readonly numbers = new Map<number, number>();

  of(item: number): number {
    const known = this.numbers.get(item);
    if (known !== undefined) return known;
    const number = this.items.push(item) - 1;
    this.numbers.set(item, number);
    return number;
  }
}

function describeStage({ scope, instructions, stores, reductions, registers }: Stage, words: string[]): void {
  words.push(scope);
  for (const step of instructions) words.push(`${describeInstruction(step)}:${step.dtype}`);
  for (const { value, view } of stores) words.push(`${value}>${describeView(view)}`);
  for (const { value, accumulation, register } of reductions)
    words.push(`${accumulation} ${value}>${register}`);
  for (const { value, register } of registers) words.push(`${value}>${register}`);
}

function describeInstruction(step: Instruction): string {
  switch (step.kind) {
    case "load":
      return describeView(step.view);
    case "literal":
      return `literal ${exactly(step.value)}`;
    case "scalar":
      return `scalar ${step.slot}`;
    case "affine":
      return `affine ${exactly(step.start)} ${step.steps.map(exactly)}`;
    case "apply":
      return `${step.primitive.name} ${step.operands}`;
    case "register":
      return `register ${step.register}`;
  }
}

function describeView({ buffer, offset, strides }: View): string {
  return `[${buffer} ${offset} ${strides}]`;
}

/** −0 is another constant than 0. */
function exactly(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
