/** Batches from iterables, generator functions and datasets. */
import { describeValue } from "@strata/core/internal";
import type { ElementSource } from "../data/dataset.ts";
import type { Pass } from "../data/passes.ts";
import { isTensorValue } from "../layer/structure.ts";
import type { Batch, BatchSource } from "./batch.ts";

/**
 * Elements that are batches: the inputs, `[x, y]`, or `[x, y, sampleWeight]`. A dataset, an iterable, or a function that
 * gives one for each pass.
 */
export type ElementsLike = ElementSource<unknown> | Pass<unknown> | ((round: number) => Pass<unknown>);

/** Whether a value gives elements one by one, and is not data at hand. */
export function isElementsLike(value: unknown): value is ElementsLike {
  if (typeof value === "function") return true;
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value) || ArrayBuffer.isView(value) || isTensorValue(value)) return false;
  return Symbol.asyncIterator in value || Symbol.iterator in value;
}

/** The parts of an element, as {@link Batch} has them. */
export interface ElementParts {
  readonly x: unknown;
  readonly y?: unknown;
  readonly sampleWeight?: unknown;
}

/** Batches that are made of elements when they are wanted. */
export class ElementBatches implements BatchSource {
  readonly count: number | null;
  private readonly operation: string;
  private readonly elements: ElementsLike;
  private readonly read: (parts: ElementParts) => Batch;

  /**
   * @param operation Who asks, for messages.
   * @param read Checks an element and makes a batch of it.
   */
  constructor(operation: string, elements: ElementsLike, read: (parts: ElementParts) => Batch) {
    this.operation = operation;
    this.elements = elements;
    this.read = read;
    const size = "size" in elements && typeof elements.size === "number" ? elements.size : null;
    this.count = size === null || Number.isFinite(size) ? size : null;
  }

  async *pass(round: number, start: number): AsyncGenerator<Batch> {
    let index = 0;
    for await (const element of this.begin(round)) {
      if (index++ >= start) yield this.read(this.partsOf(element));
    }
  }

  private begin(round: number): Pass<unknown> {
    const { elements, operation } = this;
    if (typeof elements !== "function") return "pass" in elements ? elements.pass(round) : elements;
    const begun: unknown = elements(round);
    if (isElementsLike(begun) && typeof begun !== "function" && !("pass" in begun)) return begun;
    if (Array.isArray(begun)) return begun;
    throw new RangeError(
      `${operation}: the function of the data gives ${describeValue(begun)}; it must give an iterable of batches`,
    );
  }

  private partsOf(element: unknown): ElementParts {
    if (!Array.isArray(element)) return { x: element };
    if (element.length > 0 && element.length <= 3) {
      const [x, y, sampleWeight]: readonly unknown[] = element;
      return { x, y, sampleWeight };
    }
    throw new RangeError(
      `${this.operation}: a batch is an array of ${element.length}; it must be [x], [x, y] or [x, y, sampleWeight]`,
    );
  }
}
