import { checkCount, checkFunction } from "./arguments.ts";
import type { Executable } from "./backends/backend.ts";
import { Call, TracedGraph } from "./call-history.ts";
import { ProgramCache } from "./compiler/cache.ts";
import type { Program } from "./compiler/program.ts";
import type { TypedArray } from "./dtype.ts";
import { EvaluationError } from "./errors.ts";
import {
  compute,
  contentsOf,
  getBackend,
  type Prepared,
  prepareTraced,
  runTraced,
  valuesOf,
} from "./evaluate.ts";
import type { Cell } from "./graph/cell.ts";
import { dataNode, GraphNode, lastNumber } from "./graph/node.ts";
import { isInlined, newTrace, type Trace, withTrace } from "./graph/trace.ts";
import {
  checkNoPromise,
  describe,
  type JitArgument,
  type JitResult,
  mapTensors,
  type StructureRole,
  type TensorsOf,
  tensorOf,
} from "./structure.ts";
import { formOf, isOfForm, type StructureForm } from "./structure-form.ts";
import { Tensor } from "./tensor.ts";

/** One signature of a traced function, compiled. */
interface Specialization {
  /** Its signature, in which all numbers are alike. */
  readonly form: string;
  readonly prepared: Prepared;
  /** Whether others, of other numbers, use the same program. */
  readonly isShared: boolean;
  /** Inputs of the program besides the arguments. */
  readonly inputs: readonly TypedArray[];
  readonly scalars: readonly number[];
  readonly cells: readonly Cell[];
  readonly cellsRead: ReadonlySet<Cell>;
  readonly updated: readonly Cell[];
  readonly graph: TracedGraph;
  /** The result of the function, with a tensor that means nothing in the place of each tensor. */
  readonly result: unknown;
}

/** A call's form, for which no signature has to be written again. */
interface RecentCall {
  readonly backend: string;
  readonly form: StructureForm;
  readonly specialization: Specialization;
}

/** More signatures than any program means to have. */
const mostSpecializations = 128;

/** Programs that several numbers share: one for each way in which the function decides by them. */
const mostSharedPrograms = 32;
const mostSharedBytes = 16 * 2 ** 20;

const argumentRole: StructureRole = { operation: "jit", what: "argument", holds: "values" };
const formRole: StructureRole = { ...argumentRole, ignoresNumbers: true };
const resultRole: StructureRole = { operation: "jit", what: "the result", holds: "values" };

const compiledFunctions = new WeakMap<object, Specializations>();

/** The programs of a function made by `jit`, by signature. */
export function programsOf(compiled: object): Map<string, Program> {
  return compiledFunctions.get(compiled)?.programs() ?? new Map<string, Program>();
}

// What it holds must not reach the function, which may reach its own compiled form.
const forgottenPrograms = new FinalizationRegistry<Set<Executable>>((executables) => {
  for (const executable of executables) executable.dispose();
});

/** The programs of one function; the one not used for longest goes first. */
class Specializations {
  /** All that has to be disposed of. */
  readonly executables = new Set<Executable>();
  /** In order of use. */
  private readonly bySignature = new Map<string, Specialization>();
  private last: string | null = null;
  /** The arguments of the last call and its backend: the next call often has the like. */
  private recent: RecentCall | null = null;
  private readonly shared = new Map<string, ProgramCache<Prepared>>();

  /** That of the last call, if `inputs` are of the same form; their tensors are added to `tensors`. */
  again(inputs: readonly unknown[], tensors: Tensor[]): Specialization | null {
    const { recent } = this;
    if (recent === null || recent.backend !== getBackend()) return null;
    return isOfForm(inputs, recent.form, tensors) ? recent.specialization : null;
  }

  noteCall(inputs: readonly unknown[], tensors: readonly Tensor[], specialization: Specialization): void {
    this.recent = { backend: getBackend(), form: formOf(inputs, tensors), specialization };
  }

  get(signature: string): Specialization | undefined {
    const known = this.bySignature.get(signature);
    if (known && signature !== this.last) {
      this.bySignature.delete(signature);
      this.bySignature.set(signature, known);
      this.last = signature;
    }
    return known;
  }

  add(signature: string, added: Specialization): void {
    this.bySignature.set(signature, added);
    this.executables.add(added.prepared.executable);
    this.last = signature;
    if (this.bySignature.size <= mostSpecializations) return;
    const [[oldest, { prepared, isShared }]] = this.bySignature;
    this.bySignature.delete(oldest);
    if (!isShared) this.dispose(prepared);
  }

  /** The keeper of the program that other numbers share; null for the first, whose program is made for its own. */
  sharedBy(form: string): ProgramCache<Prepared> | null {
    if (![...this.bySignature.values()].some((each) => each.form === form)) return null;
    const known = this.shared.get(getBackend());
    const programs =
      known ??
      new ProgramCache<Prepared>({
        mostEntries: mostSharedPrograms,
        mostBytes: mostSharedBytes,
        bytesOf: ({ executable }) => executable.byteLength,
        onEvict: (prepared) => this.forget(prepared),
      });
    this.shared.set(getBackend(), programs);
    return programs;
  }

  programs(): Map<string, Program> {
    return new Map([...this.bySignature].map(([signature, { prepared }]) => [signature, prepared.program]));
  }

  private forget(prepared: Prepared): void {
    this.recent = null;
    for (const [signature, each] of this.bySignature) {
      if (each.prepared === prepared) this.bySignature.delete(signature);
    }
    this.dispose(prepared);
  }

  private dispose({ executable }: Prepared): void {
    executable.dispose();
    this.executables.delete(executable);
  }
}

/**
 * Compiles a function of tensors into one program, which later calls run without building a graph.
 *
 * The function is run once for each signature — the shapes and dtypes of its tensor arguments, the values of its
 * plain ones — to see what it does. Variables that it reads are inputs of the program, Variables that it assigns are
 * updated in place, and random draws are new in every call. Other tensors that it uses from outside are constants.
 *
 * Results have gradients by the arguments and the Variables that they were computed from, until those are assigned; the
 * gradients are computed from a graph that is built anew for them. Within another function that is traced, and within
 * `grad`, `vmap` and the other transformations, the function is a part of what calls it. For numbers that differ from
 * call to call the function is run again, and its program used again; a scalar tensor saves that, too.
 *
 * @param f The function. It takes and returns tensors, plain values, and arrays and plain objects of them. Where it is
 *   called with Variables or typed arrays, it gets tensors of what they hold. Functions among the arguments are told
 *   apart by identity.
 * @returns A function of the same arguments.
 * @throws EvaluationError, at the first call, if the function reads a tensor's values.
 * @throws TypeError, at the call, if it returns a promise, or something else than tensors and plain values is given or
 *   returned.
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
export function jit<A extends readonly unknown[], R extends JitResult>(
  f: (...inputs: A) => R,
): (...inputs: { readonly [K in keyof A]: JitArgument<A[K]> }) => TensorsOf<R>;
export function jit(f: (...inputs: readonly unknown[]) => unknown): (...inputs: never) => unknown {
  checkCount("jit", arguments, 1);
  checkFunction("jit", "the argument", f);
  const specializations = new Specializations();
  const compiled = (...inputs: readonly unknown[]): unknown => {
    if (isInlined()) return callInline(f, inputs);
    const alike: Tensor[] = [];
    const again = specializations.again(inputs, alike);
    if (again) return call(again, alike.map(nodeOfTensor));
    const tensors: Tensor[] = [];
    const signature = `${getBackend()}:${describeArguments(inputs, tensors, argumentRole)}`;
    const given = tensors.map(nodeOfTensor);
    compute(given);
    let specialization = specializations.get(signature);
    if (!specialization) {
      const form = `${getBackend()}:${describeArguments(inputs, [], formRole)}`;
      const programs = form === signature ? null : specializations.sharedBy(form);
      specialization = specialize(f, inputs, tensors, form, programs);
      specializations.add(signature, specialization);
    }
    specializations.noteCall(inputs, tensors, specialization);
    return call(specialization, given);
  };
  Object.defineProperty(compiled, "name", { value: f.name === "" ? "jit" : `jit(${f.name})` });
  compiledFunctions.set(compiled, specializations);
  forgottenPrograms.register(compiled, specializations.executables);
  return compiled;
}

function nodeOfTensor({ node }: Tensor): GraphNode {
  return node;
}

function describeArguments(inputs: readonly unknown[], tensors: Tensor[], role: StructureRole): string {
  let signature = "";
  for (let index = 0; index < inputs.length; index++) {
    signature += `${describe(inputs[index], tensors, role, index)},`;
  }
  return signature;
}

/** The function is a part of what is being traced or transformed; it gets and gives what it would by itself. */
function callInline(f: (...inputs: readonly unknown[]) => unknown, inputs: readonly unknown[]): unknown {
  describeArguments(inputs, [], argumentRole);
  const result = f(...inputs.map((input) => mapTensors(input, (leaf) => tensorOf(leaf, "jit"))));
  checkNoPromise("jit", f.name || "the function", result);
  describe(result, [], resultRole);
  return mapTensors(result, (leaf) => tensorOf(leaf, "jit"));
}

function call(specialization: Specialization, given: readonly GraphNode[]): unknown {
  const { prepared, cells, cellsRead, updated, graph, result } = specialization;
  compute(given);
  const states = graph.states.map(([cell]) => contentsOf(cell));
  const inputs = given.map(valuesOf);
  inputs.push(...specialization.inputs);
  const values = runTraced(prepared, {
    inputs,
    scalars: specialization.scalars,
    cells,
    cellsRead,
    updated,
  });
  const past = graph.mayHaveGradient ? new Call(graph, given, states) : null;
  let next = 0;
  return mapTensors(result, () => {
    const index = next++;
    return new Tensor(
      past?.result(index, values[index]) ?? dataNode(values[index], graph.outputs[index].type),
    );
  });
}

/** Stands for a tensor where only its place matters. */
const placeholder = new Tensor(dataNode(new Float32Array(0), { shape: [0], dtype: "float32" }));

function specialize(
  f: (...inputs: readonly unknown[]) => unknown,
  inputs: readonly unknown[],
  tensors: readonly Tensor[],
  form: string,
  programs: ProgramCache<Prepared> | null,
): Specialization {
  const trace = newTrace("jit", f.name || "anonymous function");
  const lastOutside = lastNumber();
  const parameters = tensors.map(
    ({ node: { shape, dtype } }, index) =>
      new GraphNode({ kind: "parameter", index }, { shape, dtype }, [], trace),
  );
  let next = 0;
  const symbolic = inputs.map((input) => mapTensors(input, () => new Tensor(parameters[next++])));
  const result = withTrace(trace, () => f(...symbolic));
  checkNoPromise("jit", trace.name, result);
  const results: Tensor[] = [];
  withTrace(trace, () => describe(result, results, resultRole));
  const outputs = results.map(({ node }) => node);
  const updates = [...trace.assignments].map(([cell, value]) => ({ cell, value }));
  computeConstants([...outputs, ...updates.map(({ value }) => value)], lastOutside, trace);
  const updated = updates.map(({ cell }) => cell);
  return {
    form,
    isShared: programs !== null,
    ...prepareTraced({ outputs, updates, parameters }, lastOutside, programs),
    updated,
    graph: new TracedGraph({ trace, parameters, outputs, updated, lastOutside }),
    result: mapTensors(result, () => placeholder),
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
    else for (const input of node.inputs) stack.push(input);
  }
  compute(outside);
}
