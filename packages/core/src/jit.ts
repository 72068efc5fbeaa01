import { checkFunction } from "./arguments.ts";
import type { Program } from "./compiler/program.ts";
import type { TypedArray } from "./dtype.ts";
import { EvaluationError } from "./errors.ts";
import { compute, getBackend, type Prepared, prepareTraced, runTraced, valuesOf } from "./evaluate.ts";
import type { Cell } from "./graph/cell.ts";
import { dataNode, GraphNode, nodesCreated, type TensorType } from "./graph/node.ts";
import { activeTrace, newTrace, type Trace, withTrace } from "./graph/trace.ts";
import { describe, type JitResult, type JitValue, mapTensors } from "./structure.ts";
import { Tensor } from "./tensor.ts";

/** One signature of a traced function, compiled. */
interface Specialization {
  readonly prepared: Prepared;
  readonly cells: readonly Cell[];
  readonly updated: readonly Cell[];
  readonly outputs: readonly TensorType[];
  /** Puts result tensors into the shape that the function returned. */
  readonly rebuild: (results: readonly Tensor[]) => JitValue;
}

/** More signatures than any program means to have; an argument that is a plain number changes each time. */
const mostSpecializations = 128;

const compiledFunctions = new WeakMap<object, ReadonlyMap<string, Specialization>>();

/** The programs of a function made by `jit`, by signature. */
export function programsOf(compiled: object): Map<string, Program> {
  const specializations = compiledFunctions.get(compiled) ?? new Map<string, Specialization>();
  return new Map([...specializations].map(([signature, { prepared }]) => [signature, prepared.program]));
}

const forgottenPrograms = new FinalizationRegistry<Map<string, Specialization>>((specializations) => {
  for (const { prepared } of specializations.values()) prepared.executable.dispose();
});

/**
 * Compiles a function of tensors into one program, which later calls run without building a graph.
 *
 * The function is run once for each signature — the shapes and dtypes of its tensor arguments, the values of its
 * plain ones — to see what it does. Variables that it reads are inputs of the program, Variables that it assigns are
 * updated in place, and random draws are new in every call. Other tensors that it uses from outside are constants.
 *
 * @param f The function. Arguments and results are tensors, plain values, and arrays and objects of them.
 * @returns A function of the same arguments.
 * @throws EvaluationError, at the first call, if the function reads a tensor's values.
 *
 * @example
 * ```ts
 * import { jit, type Tensor, tensor, variable } from "@strata/core";
 *
 * const total = variable(0);
 * const addAll = jit((x: Tensor) => total.assignAdd(x.sum()).value);
 * addAll(tensor([1, 2, 3]));
 * console.log(addAll(tensor([4, 5, 6])).item()); // 21
 * ```
 */
export function jit<A extends readonly JitValue[], R extends JitResult>(
  f: (...inputs: A) => R,
): (...inputs: A) => R {
  checkFunction("jit", "the argument", f);
  const specializations = new Map<string, Specialization>();
  const compiled = (...inputs: A): R => {
    // Within another trace the function is a part of what is being traced.
    if (activeTrace()) return f(...inputs);
    const tensors: Tensor[] = [];
    const signature = `${getBackend()}:${describe(inputs, tensors)}`;
    compute(tensors.map(({ node }) => node));
    let specialization = specializations.get(signature);
    if (!specialization) {
      specialization = specialize(f, inputs, tensors);
      const [oldest] = specializations.keys();
      if (specializations.size >= mostSpecializations) {
        specializations.get(oldest)?.prepared.executable.dispose();
        specializations.delete(oldest);
      }
      specializations.set(signature, specialization);
    }
    return call(specialization, tensors) as R;
  };
  compiledFunctions.set(compiled, specializations);
  forgottenPrograms.register(compiled, specializations);
  return compiled;
}

function call(
  { prepared, cells, updated, outputs, rebuild }: Specialization,
  inputs: readonly Tensor[],
): JitValue {
  const values: TypedArray[] = inputs.map(({ node }) => valuesOf(node));
  const results = runTraced(prepared, values, cells, updated);
  return rebuild(results.map((result, index) => new Tensor(dataNode(result, outputs[index]))));
}

function specialize<A extends readonly JitValue[]>(
  f: (...inputs: A) => JitResult,
  inputs: A,
  tensors: readonly Tensor[],
): Specialization {
  const trace = newTrace("jit", f.name || "anonymous function");
  const lastOutside = nodesCreated();
  const parameters = tensors.map(
    ({ node: { shape, dtype } }, index) =>
      new GraphNode({ kind: "parameter", index }, { shape, dtype }, [], trace),
  );
  let next = 0;
  const symbolic = mapTensors(inputs, () => new Tensor(parameters[next++])) as A;
  const result = withTrace(trace, () => f(...symbolic));
  const results: Tensor[] = [];
  withTrace(trace, () => describe(result, results));
  const outputs = results.map(({ node }) => node);
  const updates = [...trace.assignments].map(([cell, value]) => ({ cell, value }));
  computeConstants([...outputs, ...updates.map(({ value }) => value)], lastOutside, trace);
  const { prepared, cells } = prepareTraced({ outputs, updates, parameters });
  return {
    prepared,
    cells,
    updated: updates.map(({ cell }) => cell),
    outputs: outputs.map(({ shape, dtype }) => ({ shape, dtype })),
    rebuild: (values) => {
      let position = 0;
      return mapTensors(result, () => values[position++]);
    },
  };
}

/** Computes the tensors from outside that the traced function uses: they are constants of its program. */
function computeConstants(roots: readonly GraphNode[], lastOutside: number, trace: Trace): void {
  const outside: GraphNode[] = [];
  const visited = new Set<GraphNode>();
  const stack = [...roots];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (visited.has(node)) continue;
    visited.add(node);
    if (node.trace !== null && node.trace !== trace) {
      throw new EvaluationError(
        `jit: "${trace.name}" uses a tensor that was made while "${node.trace.name}" was being traced; ` +
          "return it from there, and use the result",
      );
    }
    if (node.trace === null && node.id <= lastOutside) outside.push(node);
    else stack.push(...node.inputs);
  }
  compute(outside);
}
