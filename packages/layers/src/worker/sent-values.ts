/** Arguments and results on their way from thread to thread. Tensors go as arrays; what gives elements one by one stays, and is asked. */
import { type DType, type Tensor, type TypedArray, tensor } from "@strata/core";
import { isTensorValue } from "../layer/structure.ts";
import { isPlainObject } from "../schema/configurable.ts";
import type { BatchSource } from "../training/batch.ts";
import { type ElementsLike, isElementsLike } from "../training/element-batches.ts";
import { isBatchSource } from "../training/options.ts";
import type { Line } from "./line.ts";

/** A tensor as it is sent. */
export interface SentTensor {
  readonly tensor: TypedArray;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** A source of elements that stays where it is, by its number there. */
interface SentElements {
  readonly elements: number;
  readonly size: number | null;
}

/** Sources of elements that another thread asks for. */
export type Elements = ElementsLike | BatchSource;

/** A value in the form in which it is sent; sources of elements are added to `sources`. */
export async function sentValue(value: unknown, sources: Elements[]): Promise<unknown> {
  if (isTensorValue(value)) return sentTensor(value);
  if (isElements(value)) {
    const size = isBatchSource(value) ? value.count : "size" in value ? value.size : null;
    sources.push(value);
    return {
      elements: sources.length - 1,
      size: typeof size === "number" && Number.isFinite(size) ? size : null,
    };
  }
  if (Array.isArray(value)) {
    return typeof value[0] === "number" ? value : Promise.all(value.map((each) => sentValue(each, sources)));
  }
  if (!isPlainObject(value)) return value;
  const entries = Object.entries(value).map(
    async ([name, each]) => [name, await sentValue(each, sources)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** The value that was sent; sources of elements are asked over the line. */
export function receivedValue(sent: unknown, line: Line | null): unknown {
  if (isSentTensor(sent)) return tensorOf(sent);
  if (isSentElements(sent) && line !== null) return elementsOver(line, sent);
  if (Array.isArray(sent))
    return typeof sent[0] === "number" ? sent : sent.map((each) => receivedValue(each, line));
  if (!isPlainObject(sent)) return sent;
  return Object.fromEntries(Object.entries(sent).map(([name, each]) => [name, receivedValue(each, line)]));
}

/** A tensor in the form in which it is sent. */
export async function sentTensor(value: Pick<Tensor, "data" | "shape" | "dtype">): Promise<SentTensor> {
  return { tensor: await value.data(), shape: [...value.shape], dtype: value.dtype };
}

/** The tensor that was sent. */
export function tensorOf({ tensor: values, shape, dtype }: SentTensor): Tensor {
  return tensor(values, shape, dtype);
}

/** Whether a value is a tensor that was sent. */
export function isSentTensor(value: unknown): value is SentTensor {
  return isPlainObject(value) && "tensor" in value && "dtype" in value && ArrayBuffer.isView(value.tensor);
}

function isElements(value: unknown): value is Elements {
  return isBatchSource(value) || isElementsLike(value);
}

function isSentElements(value: unknown): value is SentElements {
  return isPlainObject(value) && "elements" in value && "size" in value;
}

/** Elements of another thread, which are asked for one by one in each pass. */
function elementsOver(line: Line, { elements, size }: SentElements): ElementsLike {
  const pass = async function* (round: number): AsyncGenerator<unknown> {
    const number = await line.ask("beginElements", { elements, round });
    try {
      for (;;) {
        const next = receivedValue(await line.ask("nextElement", number), null);
        if (!Array.isArray(next)) return;
        yield next[0];
      }
    } finally {
      await line.ask("endElements", number);
    }
  };
  return Object.assign(pass, size === null ? {} : { size });
}

/** The answers to those who ask for the elements of sources. */
export function answersWithElements(sources: readonly Elements[]) {
  const begun = new Map<number, Iterator<unknown> | AsyncIterator<unknown>>();
  let count = 0;
  return {
    beginElements(value: unknown): number {
      if (!isBegin(value))
        throw new TypeError("inWorker: the worker asks for elements in a form that is not known");
      begun.set(count, iteratorOf(sources[value.elements], value.round));
      return count++;
    },
    /** The next element in an array; null after the last. */
    async nextElement(number: unknown): Promise<unknown> {
      const next = await begun.get(Number(number))?.next();
      return next === undefined || next.done === true ? null : [await sentValue(next.value, [])];
    },
    async endElements(number: unknown): Promise<void> {
      const iterator = begun.get(Number(number));
      begun.delete(Number(number));
      await iterator?.return?.();
    },
  };
}

function isBegin(value: unknown): value is { readonly elements: number; readonly round: number } {
  return isPlainObject(value) && typeof value.elements === "number" && typeof value.round === "number";
}

function iteratorOf(source: Elements, round: number): Iterator<unknown> | AsyncIterator<unknown> {
  if (isBatchSource(source)) return elementsOf(source, round);
  const pass = typeof source === "function" ? source(round) : "pass" in source ? source.pass(round) : source;
  return Symbol.asyncIterator in pass ? pass[Symbol.asyncIterator]() : pass[Symbol.iterator]();
}

async function* elementsOf(source: BatchSource, round: number): AsyncGenerator<unknown> {
  const batches = source.pass(round, 0);
  for (;;) {
    const { done, value } = await batches.next();
    if (done === true) return;
    yield value.sampleWeight === null ? [value.x, value.y] : [value.x, value.y, value.sampleWeight];
  }
}
