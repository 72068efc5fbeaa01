/**
 * The one path from a lazy graph to values: captures what is needed together with all pending assignments, looks
 * the structure up among the compiled programs, and runs it.
 */
import type { ProgramCache } from "./compiler/cache.ts";
import { type Capture, type CaptureOptions, capture } from "./compiler/capture.ts";
import { compile } from "./compiler/compile.ts";
import type { Program } from "./compiler/program.ts";
import type { TypedArray } from "./dtype.ts";
import { EvaluationError } from "./errors.ts";
import {
  type BackendName,
  type BackendOptions,
  checkBackendChoice,
  chooseBackend,
  currentBackend,
  getBackend,
} from "./evaluate/backends.ts";
import { canWait, captureLazy, knownValue, placeOf, placesFor, readCell } from "./evaluate/first-values.ts";
import { History } from "./evaluate/history.ts";
import { PendingAssignments } from "./evaluate/pending.ts";
import { lazyProgramFor, type Prepared, prepare } from "./evaluate/programs.ts";
import { noteComputation, sharedNodes, teachPrograms } from "./evaluate/shared-values.ts";
import { hasStack, requireStack } from "./evaluate/stack.ts";
import { releaseCell, whenShort, withRoom } from "./evaluate/storage.ts";
import { Cell, Transaction } from "./graph/cell.ts";
import type { GraphNode } from "./graph/node.ts";
import { topologicalOrder } from "./graph/order.ts";
import { onTurnEnd, resetAfterTurn } from "./graph/turn-end.ts";
import { build } from "./primitives/apply.ts";

export {
  type BackendName,
  type BackendOptions,
  currentBackend,
  getBackend,
  memoryUse,
} from "./evaluate/backends.ts";
export type { Prepared } from "./evaluate/programs.ts";

/** Uncomputed graphs deeper than this are computed even if nobody asks, so that they do not grow without bound. */
const deepestGraph = 10_000;

const pending = new PendingAssignments();
const history = new History();

onTurnEnd(() => {
  pending.isBeingComputed = false;
});

whenShort(() => {
  history.dropAll();
  // Variables that nobody refers to may be waiting for their first values.
  if (!pending.isBeingComputed) flush();
});

/**
 * Chooses the backend that computes from now on. Variables move to it when they are next used.
 *
 * @param name `"cpu"`, the default, or `"reference"`: a slow interpreter in float64 arithmetic, for tests, and for
 *   engines without WebAssembly, where it is the default.
 * @param options How many threads the cpu backend computes on, as `setBackend("cpu", { threads: 1 })`; to be given before
 *   it has computed anything.
 * @throws RangeError for another name, and for a number of threads that comes too late.
 *
 * @example
 * ```ts
 * import { getBackend, setBackend } from "@strata/core";
 *
 * setBackend("reference"); // a plain interpreter in float64, to compare with
 * console.log(getBackend()); // "reference"
 * setBackend("cpu");
 * ```
 */
export function setBackend(name: BackendName, options: BackendOptions = {}): void {
  checkBackendChoice(name, options);
  flush();
  chooseBackend(name, options);
}

/** Makes sure that the nodes have values. Computes all pending assignments in the same program. */
export function compute(nodes: readonly GraphNode[]): void {
  let isComputed = true;
  for (let index = 0; index < nodes.length; index++) {
    rejectTraced(nodes[index]);
    if (nodes[index].value === null) isComputed = false;
  }
  if (isComputed) return;
  const wanted = new Set<GraphNode>();
  for (const node of nodes) {
    if (node.value === null) wanted.add(node);
  }
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
  if (!pending.isEmpty) run([]);
}

/** The values of a node, computed if they are not there. They must not be changed. */
export function valuesOf(node: GraphNode): TypedArray {
  if (node.value === null) compute([node]);
  if (node.value === null) throw new EvaluationError(`node ${node.id} was not computed`);
  return node.value;
}

/** A cell that is to hold what `initial` computes: when it is needed, if that can wait, and else with the next read. */
export function createCell(name: string, initial: GraphNode): Cell {
  const cell = new Cell(name, initial);
  if (canWait(initial)) {
    cell.promise({ node: initial, backend: getBackend() });
    return cell;
  }
  placeOf(cell);
  schedule(cell, initial, new Transaction());
  if (pending.hasMuchNew) flush();
  return cell;
}

/**
 * Notes that `cell` is to hold what `node` computes.
 *
 * @param transaction What other assignments it is carried out with, or not at all.
 */
export function schedule(cell: Cell, node: GraphNode, transaction: Transaction): void {
  pending.add(cell, node, transaction);
}

/** The node for what the cell holds now, or will when pending assignments are computed; everyone shares it. */
export function reading(cell: Cell): GraphNode {
  flushIfMuch(cell);
  pending.noteReading(cell);
  return cell.read(build.stopGradient);
}

/**
 * A node for what the Variable holds, for an assignment alone. Nothing that a user can hold may be made from it:
 * then what lies in memory is overwritten without a copy, unless the assignment is replaced before it is computed.
 */
export function passingReading(cell: Cell): GraphNode {
  flushIfMuch(cell);
  pending.notePassing(cell);
  return cell.readInPassing(build.stopGradient);
}

function flushIfMuch(cell: Cell): void {
  if (cell.pending !== null && !cell.isPendingRead && pending.isMuchAt(cell)) flush();
}

/** Frees the cell's memory now; what has been read from it before and is not computed yet cannot be computed any more. */
export function disposeCell(cell: Cell): void {
  // Other assignments may be waiting for what it holds.
  if (cell.isPendingRead || cell.isContentsRead) flush();
  pending.remove(cell);
  cell.dispose();
  releaseCell(cell);
}

/** The bindings of a run of a program. */
interface TracedRun {
  readonly inputs: readonly TypedArray[];
  readonly scalars: readonly number[];
  readonly cells: readonly Cell[];
  /** Those that it reads. */
  readonly cellsRead: ReadonlySet<Cell>;
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
  options: Omit<CaptureOptions, "fixesValues" | "readPart" | "handsOverLiterals">,
  lastOutside: number,
  shared: ProgramCache<Prepared> | null,
): Omit<TracedRun, "updated"> & { readonly prepared: Prepared } {
  const captured = capture({
    ...options,
    fixesValues: shared === null ? true : ({ id }) => id <= lastOutside,
    handsOverLiterals: shared !== null && currentBackend().fusesKernels,
  });
  const { inputs, scalars, cells, cellsRead } = captured;
  const known = shared?.get(captured.key);
  const prepared = known ?? withRoom(() => prepare(captured));
  if (!known) shared?.set(captured.key, prepared);
  return { prepared, inputs, scalars, cells, cellsRead };
}

/** Runs a traced function's program. */
export function runTraced(
  { executable }: Prepared,
  { inputs, scalars, cells, cellsRead, updated }: TracedRun,
): TypedArray[] {
  flush();
  for (const cell of cells) cell.rejectUnreadable();
  const storages = placesFor({ cells, cellsRead });
  for (const cell of updated) cell.keepContents(() => readCell(cell));
  const results = withRoom(() => executable.run({ inputs, cells: storages, scalars }));
  for (const cell of updated) cell.overwrite();
  return results;
}

/** A copy of what the Variable holds now. */
export function contentsOf(cell: Cell): TypedArray {
  if (cell.pending !== null) flush();
  cell.rejectUnreadable();
  return readCell(cell);
}

/** What the Variable holds, if that is known without computing anything. It must not be changed. */
export function knownContents(cell: Cell): TypedArray | null {
  cell.rejectUnreadable();
  return cell.pending === null ? readCell(cell) : cell.pending.value;
}

/** The program that would compute the node, and pending assignments not. */
export function programFor(node: GraphNode): Program {
  const { fusesKernels } = currentBackend();
  return compile(captureLazy([node], []).flatten(), { fusesKernels });
}

/** Computes `outputs` and what is pending, in one program. */
function run(outputs: readonly GraphNode[]): void {
  requireStack();
  const cells = pending.all;
  resetAfterTurn();
  pending.isBeingComputed = true;
  try {
    carryOut(outputs, cells);
  } catch (error) {
    // With little stack left it says nothing of what was to be computed; all of it can be tried again.
    if (cells.length === 0 || !hasStack()) throw error;
    carryOutApart(outputs, cells, error);
  } finally {
    pending.isBeingComputed = false;
  }
}

/** Computes what can be computed: first `outputs`, then one transaction after the other. The others are undone. */
function carryOutApart(outputs: readonly GraphNode[], cells: readonly Cell[], error: unknown): void {
  pending.keepPassing();
  const outcome = outputs.length === 0 ? null : attempt(() => carryOut(outputs, []));
  const transactions = new Map<Transaction | null, Cell[]>();
  for (const cell of cells) {
    const members = transactions.get(cell.transaction);
    if (members) members.push(cell);
    else transactions.set(cell.transaction, [cell]);
  }
  for (const [transaction, members] of transactions) {
    const isAlone = outputs.length === 0 && transactions.size === 1;
    const failure = isAlone ? { error } : attempt(() => carryOut([], members));
    if (failure === null) continue;
    const isReported = outcome !== null && dependsOn(outputs, members);
    transaction?.fail(failure.error, isReported);
    for (const cell of members) {
      cell.undo(failure.error);
      if (cell.pending === null) pending.remove(cell);
    }
  }
  if (outcome) throw outcome.error;
}

function attempt(body: () => void): { readonly error: unknown } | null {
  try {
    body();
    return null;
  } catch (error) {
    return { error };
  }
}

function dependsOn(nodes: readonly GraphNode[], cells: readonly Cell[]): boolean {
  const found = new Set(topologicalOrder(nodes, ({ value }) => value !== null));
  return cells.some((cell) => cell.pending !== null && found.has(cell.pending));
}

/** Computes `outputs` and what is pending for `cells`; when it throws, nothing has changed. */
function carryOut(outputs: readonly GraphNode[], cells: readonly Cell[]): void {
  let work = workOf(outputs, cells);
  const shared = sharedNodes(work.captured?.nodes ?? [], work.roots);
  if (shared.length > 0) {
    teachPrograms(shared);
    if (work.roots.some((root) => !shared.includes(root))) {
      execute(captureLazy(shared, []), shared);
      work = workOf(outputs, cells);
    }
  }
  for (const cell of cells) cell.keepContents(() => readCell(cell));
  const isOverwriting = cells.some(({ hasValue }) => hasValue);
  // The nodes for what is pending turn into nodes for the cells.
  const origins: (GraphNode | Cell)[] = cells.filter(({ isPendingRead }) => isPendingRead);
  if (work.captured) for (const each of execute(work.captured, work.outputs)) origins.push(each);
  // Only now: the program may have read what is replaced.
  for (const { cell, contents } of work.known) currentBackend().write(placeOf(cell), contents);
  if (isOverwriting) history.dropAll();
  for (const cell of cells) {
    cell.settle();
    pending.remove(cell);
  }
  // What has settled has no past, and would keep its Variable alive.
  const results = work.outputs.filter(({ source }) => source.kind === "operation");
  if (results.length > 0) history.add({ results, origins });
  pending.noteFlush();
}

interface Work {
  /** The values still to be computed. */
  readonly outputs: readonly GraphNode[];
  /** Everything that has to be computed. */
  readonly roots: readonly GraphNode[];
  /** Its graph, unless there is nothing to compute. */
  readonly captured: Capture | null;
  /** Cells that need no program: their values are on the heap already, or one number everywhere. */
  readonly known: readonly { readonly cell: Cell; readonly contents: TypedArray | number }[];
}

function workOf(wanted: readonly GraphNode[], cells: readonly Cell[]): Work {
  const outputs = wanted.filter(({ value }) => value === null);
  const updates: { readonly cell: Cell; readonly value: GraphNode }[] = [];
  const known: { readonly cell: Cell; readonly contents: TypedArray | number }[] = [];
  for (const cell of cells) {
    if (cell.pending === null) continue;
    const contents = knownValue(cell.pending);
    if (contents === null) updates.push({ cell, value: cell.pending });
    else known.push({ cell, contents });
  }
  const roots = [...outputs, ...updates.map(({ value }) => value)];
  return { outputs, roots, known, captured: roots.length > 0 ? captureLazy(outputs, updates) : null };
}

/** Runs the program of a captured graph, which gives `outputs` their values, and says what it began with. */
function execute(captured: Capture, outputs: readonly GraphNode[]): (GraphNode | Cell)[] {
  const program = lazyProgramFor(captured);
  const { results, kept } = program.run(captured, placesFor(captured));
  const { nodes, cells } = captured;
  const computed = [...outputs, ...kept.map((position) => nodes[position])];
  const origins = [...cells, ...noteComputation(nodes, computed, program)];
  computed.forEach((node, index) => {
    node.value = results[index];
  });
  return origins;
}

function rejectTraced(node: GraphNode): void {
  if (node.trace === null) return;
  throw new EvaluationError(
    `${node.trace.operation}: a value was read while "${node.trace.name}" was being traced, when there are no values yet; ` +
      "return the tensor from the function and read it outside, or use where() in place of a decision in JavaScript",
  );
}
