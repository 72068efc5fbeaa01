/** The memory of Variables' values: memory for cells, and what becomes of it when nobody refers to them any more. */

import { platform } from "#platform";
import { bytesPerElement } from "../dtype.ts";
import type { Cell, CellMemory, Storage } from "../graph/cell.ts";
import { sizeOf } from "../shape.ts";
import { backendNamed, currentBackend } from "./backends.ts";

/**
 * After so many bytes of new memory garbage is collected: all that the engine sees of it is some small objects, so that
 * it would not think it due.
 */
const mostBytesUncollected = 2 ** 30;

let bytesUncollected = 0;

const shortageListeners: (() => void)[] = [];

interface Watched {
  readonly cell: WeakRef<Cell>;
  readonly memory: CellMemory;
}

/** All cells that have memory, so that what lost its cell is found at once, and not only by the finalizer. */
const watched = new Set<Watched>();

/** Frees the memory of Variables that nothing refers to any more. */
const forgottenCells = new FinalizationRegistry<Watched>(forget);

/**
 * The cell's memory on the current backend: allocated if there is none, moved if it is on another. It is freed when the cell
 * is gone.
 *
 * @throws RangeError if there is no room for it, even after all that nobody refers to was freed.
 */
export function storageOf(cell: Cell): Storage {
  const backend = currentBackend();
  const { storage } = cell.memory;
  if (storage?.backend === backend.name) return storage;
  if (storage === null) {
    bytesUncollected += bytesOf(cell.type);
    if (bytesUncollected > mostBytesUncollected) collect();
  }
  const place = withRoom(() => backend.allocate(cell.type));
  if (storage === null) watch(cell);
  else {
    const previous = backendNamed(storage.backend);
    backend.write(place, previous.read(storage));
    previous.release(storage);
  }
  cell.memory.storage = place;
  return place;
}

function watch(cell: Cell): void {
  const entry = { cell: new WeakRef(cell), memory: cell.memory };
  watched.add(entry);
  forgottenCells.register(cell, entry, cell);
}

/** Frees the cell's memory now. */
export function releaseCell(cell: Cell): void {
  releaseMemory(cell.memory);
}

/** Before garbage is collected because memory is short, `listener` lets go of what it holds only to be quick. */
export function whenShort(listener: () => void): void {
  shortageListeners.push(listener);
}

/** Runs `body`, and once more after a collection of garbage if there was no room. */
export function withRoom<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (!isOutOfMemory(error) || !reclaim()) throw error;
    return body();
  }
}

/** Frees the memory of all cells that nobody refers to, and lets go of what only serves speed; false if nothing was freed. */
function reclaim(): boolean {
  for (const listener of shortageListeners) listener();
  return collect();
}

/** Frees the memory of all cells that nobody refers to; false if there was none. */
function collect(): boolean {
  platform.collectGarbage();
  bytesUncollected = 0;
  let freed = false;
  for (const entry of watched) {
    if (entry.cell.deref() !== undefined) continue;
    forget(entry);
    freed = true;
  }
  return freed;
}

function forget(entry: Watched): void {
  watched.delete(entry);
  releaseMemory(entry.memory);
}

function releaseMemory(memory: CellMemory): void {
  if (memory.storage) backendNamed(memory.storage.backend).release(memory.storage);
  memory.storage = null;
}

export function isOutOfMemory(error: unknown): error is RangeError {
  return error instanceof RangeError && !/call stack/.test(error.message);
}

function bytesOf({ shape, dtype }: Cell["type"]): number {
  return sizeOf(shape) * bytesPerElement(dtype);
}
