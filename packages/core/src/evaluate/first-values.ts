/**
 * The first values of Variables, which are computed when they are needed: a weight that is loaded before anybody reads it is
 * never drawn, and until then takes no memory.
 */
import type { StoragePart } from "../backends/backend.ts";
import { type Capture, type CaptureOptions, capture } from "../compiler/capture.ts";
import { bytesPerElement, type TypedArray } from "../dtype.ts";
import type { Cell, FirstValue, Storage } from "../graph/cell.ts";
import type { GraphNode, TensorType } from "../graph/node.ts";
import { uniformValue } from "../primitives/uniform-value.ts";
import { formatShape, sizeOf } from "../shape.ts";
import { currentBackend, onBackend } from "./backends.ts";
import { lazyProgramFor } from "./programs.ts";
import { isOutOfMemory, storageOf } from "./storage.ts";

/** A graph that waits holds no more values than this, beyond as many as it computes, and no more nodes. */
const mostBytesHeld = 4096;
const mostNodesHeld = 1000;

/**
 * Whether the value can be computed at any time, always to the same bits, and costs little to keep as a graph until then: as
 * zeros, and draws from a known state of a generator.
 */
export function canWait(value: GraphNode): boolean {
  if (value.value !== null || value.readsVariables) return false;
  const bytes = bytesOf(value);
  // That there can never be room for it is to be said where it is made.
  if (bytes > currentBackend().mostBytes) return false;
  let bytesLeft = bytes + mostBytesHeld;
  const found = new Set([value]);
  for (const node of found) {
    if (node.value !== null) bytesLeft -= node.value.byteLength;
    else if (node.source.kind === "operation") for (const input of node.inputs) found.add(input);
    else return false;
    if (bytesLeft < 0 || found.size > mostNodesHeld) return false;
  }
  return true;
}

/** The cell's memory, for what overwrites it; a RangeError that names it if there is no room. */
export function placeOf(cell: Cell): Storage {
  try {
    return storageOf(cell);
  } catch (error) {
    if (!isOutOfMemory(error)) throw error;
    const { dtype, shape } = cell.type;
    throw new RangeError(
      `variable: there is no room for "${cell.name}", ${dtype} ${formatShape(shape)}: ${error.message}`,
      { cause: error },
    );
  }
}

/** The cell's memory, with its value in it. */
export function filledPlaceOf(cell: Cell): Storage {
  const { promised } = cell;
  if (promised !== null) onBackend(promised.backend, () => computeFirst(cell, promised));
  return storageOf(cell);
}

/** The places of what a program reads and writes. */
export function placesFor({ cells, cellsRead }: Pick<Capture, "cells" | "cellsRead">): Storage[] {
  return cells.map((cell) => (cellsRead.has(cell) ? filledPlaceOf(cell) : placeOf(cell)));
}

/** The cell's value, or a part of it, from the backend's memory. */
export function readCell(cell: Cell, part?: StoragePart): TypedArray {
  return currentBackend().read(filledPlaceOf(cell), part);
}

/** What is to be computed of lazy graphs, values for Variables among it. */
export function captureLazy(outputs: readonly GraphNode[], updates: CaptureOptions["updates"]): Capture {
  const { fusesKernels } = currentBackend();
  return capture({
    outputs,
    updates,
    parameters: [],
    fixesValues: false,
    readPart: (cell, first, length) => readCell(cell, { first, length }),
    handsOverLiterals: fusesKernels,
  });
}

/** The value of a node that needs no program: it is on the heap already, or one number everywhere. */
export function knownValue(node: GraphNode): TypedArray | number | null {
  return node.value ?? uniformValue(node);
}

function computeFirst(cell: Cell, { node }: FirstValue): void {
  const place = placeOf(cell);
  const known = knownValue(node);
  if (known !== null) currentBackend().write(place, known);
  else {
    // In a program of its own, which serves all Variables that are drawn alike.
    const captured = captureLazy([], [{ cell, value: node }]);
    lazyProgramFor(captured).run(captured, [place]);
  }
  cell.keepPromise();
}

function bytesOf({ shape, dtype }: TensorType): number {
  return sizeOf(shape) * bytesPerElement(dtype);
}
