import { type Shape, sizeOf } from "../../../shape.ts";
import type { I32 } from "../assembler/expression.ts";
import type { FunctionBuilder, Local } from "../assembler/function.ts";
import { i32, memory } from "../assembler/instructions.ts";
import { advance, countTo, elementAddress } from "./count.ts";
import type { RoutineContext, RoutineLowering } from "./routine.ts";
import { type SortKey, withSortKey } from "./sort-keys.ts";

/** Rows up to this length are sorted by insertion. */
const longestInsertion = 32;
/** From this length on, fewer passes with more buckets pay. */
const shortestWideDigits = 4096;

/** Fewer are sorted in less time than it takes to share the work with other threads. */
const leastSharedElements = 2 ** 13;

/** How a row's keys are cut into digits. */
interface Digits {
  readonly bits: number;
  readonly count: number;
}

function digitsOf(length: number, keyBits: number): Digits {
  const bits = length < shortestWideDigits ? 8 : 11;
  return { bits, count: Math.ceil(keyBits / bits) };
}

/** Two lists of records, each a key and the position of its element; and a counter for each value of each digit. */
function workspaceOf<T extends "i32" | "i64">(length: number, key: SortKey<T>) {
  const recordBytes = 2 * key.bytes;
  const { bits, count } = digitsOf(length, key.bits);
  const counters = 2 * length * recordBytes;
  return { recordBytes, counters, bytes: counters + 4 * count * 2 ** bits };
}

/** Sorts the rows by insertion, or by their digits from the last to the first; either keeps equal elements in order. */
export const argsort: RoutineLowering = {
  functions: () => [],
  pieces: ({ output: { shape } }) => (isShared(shape) ? shape[0] : 1),
  workspaceBytes: ({ inputs: [{ dtype }], output: { shape } }) =>
    withSortKey(dtype, false, (key) => workspaceOf(shape[1], key).bytes),
  emit({ inputs: [input], attributes, output }, context) {
    const { shape } = output;
    if (sizeOf(shape) === 0) return;
    const { f, address } = context;
    const range = isShared(shape) ? {} : { begin: i32.constant(0), end: i32.constant(shape[0]) };
    const values = f.let(address(input));
    const positions = f.let(address(output));
    withSortKey(input.dtype, attributes.descending === true, (key) =>
      sortRows({ ...context, ...range }, key, shape, values, positions),
    );
  },
};

function isShared(shape: Shape): boolean {
  return sizeOf(shape) >= leastSharedElements;
}

function sortRows<T extends "i32" | "i64">(
  { f, begin, end, workspace }: RoutineContext,
  key: SortKey<T>,
  [, length]: Shape,
  values: I32,
  positions: I32,
): void {
  const { recordBytes } = workspaceOf(length, key);
  const element = f.let(elementAddress(values, begin, length * key.elementBytes));
  const result = f.let(elementAddress(positions, begin, length * 4));
  const row = f.let(begin);
  const records = f.local("i32");
  f.loopWhileBelow(row, end, 1, () => {
    f.set(records, workspace);
    if (length <= longestInsertion) insertRecords(f, key, length, element, records);
    else sortByDigits(f, key, length, element, records);
    countTo(f, length, () => {
      f.run(i32.store(result, i32.load(records, key.bytes)));
      advance(f, records, recordBytes);
      advance(f, result, 4);
    });
  });
}

/** Puts the record of each element, which moves on, where it belongs among those before it. */
function insertRecords<T extends "i32" | "i64">(
  f: FunctionBuilder,
  key: SortKey<T>,
  length: number,
  element: Local<"i32">,
  records: I32,
): void {
  const recordBytes = 2 * key.bytes;
  countTo(f, length, (position) => {
    const inserted = f.let(key.of(f, element));
    const place = f.let(elementAddress(records, position, recordBytes));
    f.block((found) => {
      f.loop((again) => {
        f.branchIf(found, i32.eq(place, records));
        const before = f.let(i32.sub(place, i32.constant(recordBytes)));
        const other = f.let(key.load(before));
        f.branchIf(found, i32.eqz(key.greater(other, inserted)));
        f.run(key.store(place, other));
        f.run(i32.store(place, i32.load(before, key.bytes), key.bytes));
        f.set(place, before);
        f.branch(again);
      });
    });
    f.run(key.store(place, inserted));
    f.run(i32.store(place, position, key.bytes));
    advance(f, element, key.elementBytes);
  });
}

/**
 * Makes the records of the elements, which move on, and a histogram of each digit in the same pass; then deals the
 * records out by one digit after the other. `records` ends at the list that is in order.
 */
function sortByDigits<T extends "i32" | "i64">(
  f: FunctionBuilder,
  key: SortKey<T>,
  length: number,
  element: Local<"i32">,
  records: Local<"i32">,
): void {
  const { recordBytes, counters } = workspaceOf(length, key);
  const { bits, count } = digitsOf(length, key.bits);
  const buckets = 2 ** bits;
  const histograms = f.let(i32.add(records, i32.constant(counters)));
  const counterOf = (digit: number, value: I32): Local<"i32"> =>
    f.let(i32.add(elementAddress(histograms, value, 4), i32.constant(digit * buckets * 4)));
  const digits = Array.from({ length: count }, (_, digit) => digit);

  f.run(memory.fill(histograms, i32.constant(0), i32.constant(count * buckets * 4)));
  const record = f.let(records);
  countTo(f, length, (position) => {
    const made = f.let(key.of(f, element));
    f.run(key.store(record, made));
    f.run(i32.store(record, position, key.bytes));
    for (const digit of digits) {
      const counter = counterOf(digit, key.digit(made, digit * bits, bits));
      f.run(i32.store(counter, i32.add(i32.load(counter), i32.constant(1))));
    }
    advance(f, record, recordBytes);
    advance(f, element, key.elementBytes);
  });

  const other = f.let(i32.add(records, i32.constant(length * recordBytes)));
  for (const digit of digits) {
    const first = counterOf(digit, key.digit(key.load(records), digit * bits, bits));
    // Where all records have the same digit, they are in order already.
    f.if(i32.ne(i32.load(first), i32.constant(length)), () => {
      const place = f.let(other);
      const counter = counterOf(digit, i32.constant(0));
      countTo(f, buckets, () => {
        const next = f.let(i32.add(place, i32.mul(i32.load(counter), i32.constant(recordBytes))));
        f.run(i32.store(counter, place));
        f.set(place, next);
        advance(f, counter, 4);
      });
      f.set(record, records);
      countTo(f, length, () => {
        const moved = f.let(key.load(record));
        const slot = counterOf(digit, key.digit(moved, digit * bits, bits));
        const to = f.let(i32.load(slot));
        f.run(key.store(to, moved));
        f.run(i32.store(to, i32.load(record, key.bytes), key.bytes));
        f.run(i32.store(slot, i32.add(to, i32.constant(recordBytes))));
        advance(f, record, recordBytes);
      });
      f.set(place, records);
      f.set(records, other);
      f.set(other, place);
    });
  }
}
