/**
 * The one path from a lazy graph to values: captures what is needed together with all pending assignments, looks
 * the structure up among the compiled programs, and runs it. Nothing else knows backends.
 */
import type { Backend, Executable, MemoryUse, StepTime } from "./backends/backend.ts";
import { createCpuBackend } from "./backends/cpu/cpu-backend.ts";
import { printProfile } from "./backends/print-profile.ts";
import { createReferenceBackend } from "./backends/reference/reference-backend.ts";
import { ProgramCache } from "./compiler/cache.ts";
import { type Capture, type CaptureOptions, capture } from "./compiler/capture.ts";
import { compile } from "./compiler/compile.ts";
import type { Program } from "./compiler/program.ts";
import type { TypedArray } from "./dtype.ts";
import { EvaluationError, listAlternatives } from "./errors.ts";
import type { Cell, Storage } from "./graph/cell.ts";
import { GraphNode, nodesCreated } from "./graph/node.ts";
import { topologicalOrder } from "./graph/order.ts";
import { History } from "./history.ts";
import { build } from "./primitives/apply.ts";
import { uniformValue } from "./primitives/uniform-value.ts";

const factories = { cpu: createCpuBackend, reference: createReferenceBackend };

/**
 * The backends there are.
 *
 * @useDeclaredType
 */
export type BackendName = keyof typeof factories;

/** A program together with its code on a backend. */
export interface Prepared {
  readonly program: Program;
  readonly executable: Executable;
}

/** Programs kept for graphs of the same structure. A training loop needs a handful. */
const mostPrograms = 256;

/** A loop that only assigns, and never reads, computes what is pending after this many nodes. */
const mostPendingNodes = 1_000;

/** Uncomputed graphs deeper than this are computed even if nobody asks, so that they do not grow without bound. */
const deepestGraph = 10_000;

const instances = new Map<string, Backend>();
const caches = new Map<string, ProgramCache<Prepared>>();
const pendingCells = new Set<Cell>();
const passingReadings = new Map<Cell, GraphNode>();
const history = new History();
let chosen: BackendName = "cpu";
let nodesAtLastFlush = 0;
/** Of the cell whose turn it was when a loop last computed what was pending without being asked. */
let pacemaker: Cell["memory"] | null = null;

/** Frees the memory of Variables that nothing refers to any more. */
const forgottenCells = new FinalizationRegistry<Cell["memory"]>((memory) => {
  if (memory.storage) instance(memory.storage.backend).release(memory.storage);
});

/**
 * Chooses the backend that computes from now on. Variables move to it when they are next used.
 *
 * @param name `"cpu"`, the default, or `"reference"`: a slow interpreter in float64 arithmetic, for tests.
 * @throws RangeError for another name.
 */
export function setBackend(name: BackendName): void {
  if (!Object.hasOwn(factories, name)) {
    throw new RangeError(
      `setBackend: there is no backend ${JSON.stringify(name)}; accepted are ${listAlternatives(Object.keys(factories))}`,
    );
  }
  flush();
  chosen = name;
}

/** The name of the backend that computes. */
export function getBackend(): BackendName {
  return chosen;
}

/** Says in a few lines which backend computes, what it uses of the machine, and what would make it faster. */
export function describeBackend(): string {
  return currentBackend().describe().join("\n");
}

/**
 * Runs a function, and says where the time went of the programs that it ran: for each fused kernel and each routine
 * the time of all calls, and the rates at which it computed and moved data. What took longest comes first. The
 * function must read what it computes, or call what `jit` made: what is not computed takes no time.
 *
 * @param body What to run; once more before it, if its programs are to be compiled already.
 *
 * @example
 * ```ts
 * import { profile, uniform } from "@strata/core";
 *
 * const x = uniform([256, 256]);
 * const [slowest] = profile(() => x.matmul(x).sum().item());
 * console.log(slowest.calls); // 1
 * ```
 */
export function profile(body: () => void): StepTime[] {
  return currentBackend().profile(body);
}

/**
 * A profile as a table for people. With STRATA_DEBUG=time in the environment, one of the whole process is printed when
 * it ends, with no change to the program.
 *
 * @param times What {@link profile} returned.
 *
 * @example
 * ```ts
 * import { describeProfile, profile, uniform } from "@strata/core";
 *
 * const x = uniform([256, 256]);
 * console.log(describeProfile(profile(() => x.matmul(x).sum().item())).includes("matmul")); // true
 * ```
 */
export function describeProfile(times: readonly StepTime[]): string {
  return printProfile(times);
}

/** The bytes that the backend holds: counted, not estimated. */
export function memoryUse(): MemoryUse {
  return currentBackend().memoryUse();
}

export function currentBackend(): Backend {
  return instance(chosen);
}

/** Makes sure that the nodes have values. Computes all pending assignments in the same program. */
export function compute(nodes: readonly GraphNode[]): void {
  for (const node of nodes) rejectTraced(node);
  const wanted = new Set<GraphNode>();
  for (const node of nodes) {
    if (node.value === null) wanted.add(node);
  }
  if (wanted.size === 0) return;
  const inMemory = [...wanted].filter((node) => node.source.kind === "cell");
  const outputs = [...wanted].filter((node) => node.source.kind !== "cell");
  if (outputs.length > 0) run(outputs);
  for (const node of inMemory) if (node.source.kind === "cell") node.value ??= readCell(node.source.cell);
}

/** Computes the node if so many uncomputed operations lead to it that the graph would else grow without bound. */
export function limitDepth(node: GraphNode): void {
  if (node.depth <= deepestGraph || node.value !== null || node.trace !== null) return;
  // What it depends on may have been computed since.
  for (const each of topologicalOrder([node], ({ value }) => value !== null)) each.measureDepth();
  if (node.depth > deepestGraph) compute([node]);
}

/** Computes all pending assignments. */
export function flush(): void {
  if (pendingCells.size > 0) run([]);
}

/** The values of a node, computed if they are not there. They must not be changed. */
export function valuesOf(node: GraphNode): TypedArray {
  if (node.value === null) compute([node]);
  if (node.value === null) throw new EvaluationError(`node ${node.id} was not computed`);
  return node.value;
}

/** Notes that `cell` is to hold what `node` computes. */
export function scheduleUpdate(cell: Cell, node: GraphNode): void {
  // Someone holds the value that is replaced, and may compute it when the memory has changed.
  if (cell.pending !== null && cell.reading !== null) keepPassingReadings();
  cell.pending = node;
  cell.reading = null;
  pendingCells.add(cell);
}

/** The node for what a pending assignment gives the cell, which everyone shares; null if nothing is pending. */
export function pendingReading(cell: Cell): GraphNode | null {
  if (cell.pending !== null && cell.reading === null) limitPending(cell);
  if (cell.pending !== null) cell.reading ??= build.stopGradient(cell.pending);
  return cell.pending && cell.reading;
}

/**
 * Computes what is pending if it has become much. It does so where a cell is read for the first time since it was
 * assigned: other values of the same step that were read before move to memory then, so that no graph reaches past
 * this point. And it does so where it did the last time, so that a loop compiles one such program and not one for
 * each place in its body; a loop that does not come back there waits twice as long.
 */
function limitPending(cell: Cell): void {
  const nodes = nodesCreated() - nodesAtLastFlush;
  if (nodes <= mostPendingNodes) return;
  if (pacemaker !== null && pacemaker !== cell.memory && nodes <= 2 * mostPendingNodes) return;
  pacemaker = cell.memory;
  flush();
}

/**
 * A node for what the Variable holds, for an assignment alone. Nothing that a user can hold may be made from it:
 * then what lies in memory is overwritten without a copy, unless the assignment is replaced before it is computed.
 */
export function passingReading(cell: Cell): GraphNode {
  const pending = pendingReading(cell);
  // It moves to memory when the assignment is computed, and ends the graph.
  if (pending) return pending;
  const known = cell.stored ?? passingReadings.get(cell);
  if (known) return known;
  const node = cell.reading ?? new GraphNode({ kind: "cell", cell }, cell.type, [], null);
  passingReadings.set(cell, node);
  return node;
}

/** The node of `passingReading`, if there is one, for everyone to read. */
export function takePassingReading(cell: Cell): GraphNode | undefined {
  const node = passingReadings.get(cell);
  passingReadings.delete(cell);
  return node;
}

function keepPassingReadings(): void {
  for (const [cell, node] of passingReadings) cell.stored ??= node;
  passingReadings.clear();
}

/** What the Variable holds, from the backend's memory. */
function readCell(cell: Cell): TypedArray {
  return currentBackend().read(storageOf(cell));
}

/** Keeps track of the cell, so that its memory is freed when it is gone. */
export function watchCell(cell: Cell): void {
  forgottenCells.register(cell, cell.memory);
}

/** What a program is run with. */
interface TracedRun {
  readonly inputs: readonly TypedArray[];
  readonly scalars: readonly number[];
  readonly cells: readonly Cell[];
  /** Those that it overwrites. */
  readonly updated: readonly Cell[];
}

/**
 * A program for a traced function, which takes its arguments as inputs and fixes all other values. With `shared`, where
 * programs are kept, only what was there before the trace is fixed: other values of the same structure use it too.
 *
 * @param lastOutside No node that was there before the trace has a number above it.
 */
export function prepareTraced(
  options: Omit<CaptureOptions, "fixesValues" | "handsOverLiterals">,
  lastOutside: number,
  shared: ProgramCache<Prepared> | null,
): Omit<TracedRun, "updated"> & { readonly prepared: Prepared } {
  const captured = capture({
    ...options,
    fixesValues: shared === null ? true : ({ id }) => id <= lastOutside,
    handsOverLiterals: shared !== null && currentBackend().fusesKernels,
  });
  const { inputs, scalars, cells } = captured;
  const known = shared?.get(captured.key);
  const prepared = known ?? prepare(captured);
  if (!known) shared?.set(captured.key, prepared);
  return { prepared, inputs, scalars, cells };
}

/** Runs a traced function's program. */
export function runTraced(
  { executable }: Prepared,
  { inputs, scalars, cells, updated }: TracedRun,
): TypedArray[] {
  flush();
  const storages = cells.map(storageOf);
  for (const cell of updated) {
    keepStored(cell);
    cell.reading = null;
  }
  return executable.run({ inputs, cells: storages, scalars });
}

/** A copy of what the Variable holds now. */
export function contentsOf(cell: Cell): TypedArray {
  flush();
  return readCell(cell);
}

/** The program that would compute the node, and pending assignments not. */
export function programFor(node: GraphNode): Program {
  const { fusesKernels } = currentBackend();
  return compile(captureLazy([node], []).flatten(), { fusesKernels });
}

function captureLazy(outputs: readonly GraphNode[], updates: CaptureOptions["updates"]): Capture {
  const { fusesKernels } = currentBackend();
  return capture({ outputs, updates, parameters: [], fixesValues: false, handsOverLiterals: fusesKernels });
}

function run(outputs: readonly GraphNode[]): void {
  const updates = [...pendingCells].flatMap((cell) =>
    cell.pending ? [{ cell, value: cell.pending, known: knownContents(cell.pending) }] : [],
  );
  const overwrites = updates.some(({ cell }) => cell.memory.storage !== null);
  const results = runProgram(
    outputs,
    updates.filter(({ known }) => known === null),
  );
  // Only now: the program may have read what is replaced.
  for (const { cell, known } of updates) {
    if (known === null) continue;
    keepStored(cell);
    currentBackend().write(storageOf(cell), known);
  }
  if (overwrites) history.dropAll();
  outputs.forEach((node, index) => {
    node.value = results[index];
  });
  for (const { cell } of updates) {
    pendingCells.delete(cell);
    cell.pending = null;
    cell.reading?.settle(cell);
    cell.stored = cell.reading;
  }
  // What has settled has no past, and would keep its Variable alive.
  for (const node of outputs) if (node.source.kind === "operation") history.add(node);
  for (const { cell } of updates) takePassingReading(cell)?.expire(cell.name);
  nodesAtLastFlush = nodesCreated();
}

function runProgram(outputs: readonly GraphNode[], updates: CaptureOptions["updates"]): TypedArray[] {
  if (outputs.length === 0 && updates.length === 0) return [];
  const captured = captureLazy(outputs, updates);
  const { executable } = preparedFor(captured);
  const storages = captured.cells.map(storageOf);
  for (const { cell } of updates) keepStored(cell);
  return executable.run({ inputs: captured.inputs, cells: storages, scalars: captured.scalars });
}

/** What needs no program: values that the heap has, or one number everywhere. */
function knownContents(node: GraphNode): TypedArray | number | null {
  return node.value ?? uniformValue(node);
}

/** Before the cell's storage is overwritten: gives the node that stands for its contents a copy of them. */
function keepStored(cell: Cell): void {
  if (cell.stored && cell.stored.value === null) cell.stored.value = readCell(cell);
  cell.stored = null;
}

function preparedFor(captured: Capture): Prepared {
  let cache = caches.get(chosen);
  if (!cache) {
    cache = new ProgramCache<Prepared>(mostPrograms, ({ executable }) => executable.dispose());
    caches.set(chosen, cache);
  }
  const known = cache.get(captured.key);
  if (known) return known;
  const prepared = prepare(captured);
  cache.set(captured.key, prepared);
  return prepared;
}

function prepare(captured: Capture): Prepared {
  const backend = currentBackend();
  const program = compile(captured.flatten(), { fusesKernels: backend.fusesKernels });
  return { program, executable: backend.prepare(program, captured.constants) };
}

function instance(name: string): Backend {
  const known = instances.get(name);
  if (known) return known;
  const factory = Object.entries(factories).find(([key]) => key === name)?.[1];
  if (!factory) throw new RangeError(`there is no backend ${JSON.stringify(name)}`);
  const backend = factory();
  instances.set(name, backend);
  return backend;
}

/** The cell's memory on the current backend: allocated if there is none, moved if it is on another. */
function storageOf(cell: Cell): Storage {
  const backend = currentBackend();
  const { storage } = cell.memory;
  if (storage?.backend === backend.name) return storage;
  const moved = backend.allocate(cell.type);
  if (storage) {
    const previous = instance(storage.backend);
    backend.write(moved, previous.read(storage));
    previous.release(storage);
  }
  cell.memory.storage = moved;
  return moved;
}

function rejectTraced(node: GraphNode): void {
  if (node.trace === null) return;
  throw new EvaluationError(
    `${node.trace.operation}: a value was read while "${node.trace.name}" was being traced, when there are no values yet; ` +
      "return the tensor from the function and read it outside, or use where() in place of a decision in JavaScript",
  );
}
