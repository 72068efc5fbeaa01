import { describeValue } from "@strata/core/internal";
import {
  batchPass,
  bucketPass,
  lengthOfElement,
  padElements,
  stackElements,
  unbatchPass,
} from "./batches.ts";
import { cachedPasses, filePasses } from "./cache.ts";
import { type Batched, slicer, type Unbatched } from "./elements.ts";
import {
  enumeratePass,
  filterPass,
  interleavePass,
  iteratorOf,
  joinPasses,
  mapPass,
  type Pass,
  prefetchPass,
  shardPass,
  skipPass,
  takePass,
  zipPass,
} from "./passes.ts";
import { shufflePass } from "./shuffle.ts";

/** The source of a dataset's elements. */
export interface ElementSource<Element> {
  /** The number of elements of a pass; null if it is not known, Infinity if there is no end. Default: null. */
  readonly size?: number | null;
  /**
   * The elements of a pass, from the first one on.
   *
   * @param round Which pass it is, from 0 on: each may have an order of its own.
   */
  pass(round: number): Pass<Element>;
}

/** Options of {@link Dataset.map} and {@link Dataset.filter}. */
export interface MapOptions {
  /** The number of elements that are worked on at once. Default: 1. */
  readonly parallel?: number;
}

/** Options of {@link Dataset.batch}. */
export interface BatchOptions {
  /** Whether a last batch that is not full is left out. Default: false. */
  readonly dropRemainder?: boolean;
}

/** Options of {@link Dataset.paddedBatch}. */
export interface PaddedBatchOptions extends BatchOptions {
  /** The number that fills up. Default: 0. */
  readonly paddingValue?: number;
}

/** Options of {@link Dataset.bucketByLength}. */
export interface BucketOptions<Element> extends PaddedBatchOptions {
  /** The lengths at which a new group begins, ascending. */
  readonly boundaries: readonly number[];
  /** The batch size of each group: one more than boundaries; or one for all. */
  readonly batchSizes: readonly number[] | number;
  /** The length of an element. Default: that of its first part, along the first axis. */
  readonly lengthOf?: (element: Element) => number;
}

/** Options of {@link Dataset.shuffle}. */
export interface ShuffleOptions {
  /** A seed of its own. Default: that of `setSeed`. */
  readonly seed?: number;
  /** Whether each pass has another order. Default: true. */
  readonly reshuffle?: boolean;
}

/** Options of {@link Dataset.interleave}. */
export interface InterleaveOptions {
  /** The number of datasets that are read in turn. Default: 4. */
  readonly cycle?: number;
  /** The number of elements that are read of each in its turn. Default: 1. */
  readonly block?: number;
}

/**
 * Elements one after the other, made when they are wanted: data that need not fit in memory, and the steps that
 * prepare them. Each method gives a new dataset and leaves this one as it is. `fit`, `evaluate` and `predict` take a
 * dataset of batches: `[x, y]`, `[x, y, sampleWeight]`, or the inputs alone.
 *
 * An element is a tensor, typed array, number, boolean or string, or a structure of these. Its outermost array is a
 * tuple, as `[x, y]`; arrays of numbers within it are data.
 *
 * @example
 * ```ts
 * import { Dataset } from "@strata/layers";
 *
 * const squares = Dataset.range(5).map((value) => [value, value * value] as const);
 * for await (const [x, y] of squares.filter(([x]) => x > 2)) console.log(x, y);
 * // 3 9
 * // 4 16
 * const [batch] = await squares.batch(5).toArray();
 * console.log(batch?.[1].arraySync()); // [0, 1, 4, 9, 16]
 * ```
 */
export class Dataset<Element> implements AsyncIterable<Element> {
  /** The number of elements of a pass; null if it is not known, Infinity if there is no end. */
  readonly size: number | null;
  readonly #source: ElementSource<Element>;
  #rounds = 0;

  /** @param source Where the elements come from. */
  constructor(source: ElementSource<Element>) {
    this.#source = source;
    this.size = source.size ?? null;
  }

  /**
   * The slices of data along the first axis: of a tensor, typed array or nested array, or of several that stand in an
   * object or, where they are tensors, in an array.
   *
   * @param data As many along the first axis in each.
   * @throws RangeError where they are not.
   *
   * @example
   * ```ts
   * import { tensor } from "@strata/core";
   * import { Dataset } from "@strata/layers";
   *
   * const data = Dataset.fromTensorSlices({ x: tensor([[1, 2], [3, 4]]), y: ["a", "b"] });
   * for await (const { x, y } of data) console.log(x.arraySync(), y);
   * // [1, 2] "a"
   * // [3, 4] "b"
   * ```
   */
  static fromTensorSlices<Data>(data: Data): Dataset<Unbatched<Data>>;
  static fromTensorSlices(data: unknown): Dataset<unknown> {
    const slices = slicer(data, "Dataset.fromTensorSlices", "");
    return new Dataset({
      size: slices.count,
      *pass() {
        for (let index = 0; index < slices.count; index++) yield slices.at(index);
      },
    });
  }

  /**
   * The elements of an iterable, or of a function that is called for each pass.
   *
   * @param generator A (generator) function that gives the elements of a pass, at once or one by one as promises; or an array
   * or another iterable that can be gone through again.
   */
  static fromGenerator<Element>(
    generator: Pass<Element> | ((round: number) => Pass<Element>),
  ): Dataset<Element> {
    const isFunction = typeof generator === "function";
    if (!isFunction && iterates(generator) === false) {
      throw new RangeError(
        `Dataset.fromGenerator: the generator is ${describeValue(generator)}; it must be a function or an iterable`,
      );
    }
    return new Dataset({
      size: Array.isArray(generator) ? generator.length : null,
      pass: (round) => (isFunction ? generator(round) : generator),
    });
  }

  /**
   * Whole numbers in steps: `range(3)` is 0, 1, 2.
   *
   * @param start The first number; with one argument the end, from 0 on.
   * @param end The number before which it ends.
   * @param step The distance. Default: 1.
   */
  static range(start: number, end?: number, step = 1): Dataset<number> {
    const [first, last] = end === undefined ? [0, start] : [start, end];
    if (step === 0 || [first, last, step].some((value) => typeof value !== "number" || Number.isNaN(value))) {
      throw new RangeError(
        `Dataset.range: the arguments are ${[start, end, step].map(describeValue).join(", ")}; they must be numbers, the step ` +
          "not 0",
      );
    }
    const count = Math.max(0, Math.ceil((last - first) / step));
    return new Dataset({
      size: count,
      *pass() {
        for (let index = 0; index < count; index++) yield first + index * step;
      },
    });
  }

  /**
   * The elements of several datasets that stand in the same place, together, to the end of the shortest.
   *
   * @param datasets In an array, which gives tuples, or in an object, which gives objects.
   */
  static zip<const Datasets extends Readonly<Record<string, AnyDataset>> | readonly AnyDataset[]>(
    datasets: Datasets,
  ): Dataset<{ readonly [Name in keyof Datasets]: ElementOf<Datasets[Name]> }>;
  static zip(datasets: Readonly<Record<string, AnyDataset>> | readonly AnyDataset[]): Dataset<unknown> {
    const names = Object.keys(datasets);
    const all = Object.values(datasets);
    const sizes = all.map(({ size }) => size);
    return new Dataset({
      size: sizes.includes(null) ? null : Math.min(...sizes.map(Number)),
      async *pass(round) {
        for await (const elements of zipPass(all.map((each) => each.pass(round)))) {
          if (Array.isArray(datasets)) yield elements;
          else yield Object.fromEntries(elements.map((element, index) => [names[index], element]));
        }
      },
    });
  }

  /** The elements, from the first one on, in the order of the next pass. */
  [Symbol.asyncIterator](): AsyncIterator<Element> {
    return iteratorOf(this.pass(this.#rounds++));
  }

  /**
   * The elements of a pass.
   *
   * @param round Which pass it is, from 0 on: a shuffle has the same order in the same pass.
   */
  pass(round: number): Pass<Element> {
    return this.#source.pass(round);
  }

  /** The elements of the next pass, all in memory. */
  async toArray(): Promise<Element[]> {
    const elements: Element[] = [];
    for await (const element of this) elements.push(element);
    return elements;
  }

  /**
   * Calls a function for each element of the next pass, and waits for it.
   *
   * @param f Called with the element and its index.
   */
  async forEach(f: (element: Element, index: number) => void | Promise<void>): Promise<void> {
    let index = 0;
    for await (const element of this) await f(element, index++);
  }

  /** The elements of this dataset, then those of others. */
  concatenate(...others: readonly Dataset<Element>[]): Dataset<Element> {
    const all = [this, ...others];
    const sizes = all.map(({ size }) => size);
    return new Dataset({
      size: sizes.includes(null) ? null : sizes.reduce<number>((total, size) => total + Number(size), 0),
      pass: (round) => joinPasses(all.map((each) => () => each.pass(round))),
    });
  }

  /**
   * The results of a function for each element.
   *
   * @param f Called with the element and its index; what it returns may be a promise.
   * @param options How many elements are worked on at once; they keep their order.
   */
  map<Result>(
    f: (element: Element, index: number) => Result | Promise<Result>,
    { parallel = 1 }: MapOptions = {},
  ): Dataset<Result> {
    checkCount("map", "parallel", parallel, 1);
    return new Dataset({ size: this.size, pass: (round) => mapPass(this.pass(round), f, parallel) });
  }

  /**
   * The elements for which a function holds.
   *
   * @param holds Called with the element and its index; what it returns may be a promise.
   */
  filter(holds: (element: Element, index: number) => boolean | Promise<boolean>): Dataset<Element> {
    return new Dataset({ pass: (round) => filterPass(this.pass(round), holds) });
  }

  /** The first elements. */
  take(count: number): Dataset<Element> {
    checkCount("take", "count", count, 0);
    return new Dataset({
      size: this.size === null ? null : Math.min(this.size, count),
      pass: (round) => takePass(this.pass(round), count),
    });
  }

  /** The elements without the first ones. */
  skip(count: number): Dataset<Element> {
    checkCount("skip", "count", count, 0);
    return new Dataset({
      size: this.size === null ? null : Math.max(0, this.size - count),
      pass: (round) => skipPass(this.pass(round), count),
    });
  }

  /**
   * The elements again and again.
   *
   * @param count How often. Default: without end.
   */
  repeat(count = Number.POSITIVE_INFINITY): Dataset<Element> {
    if (count !== Number.POSITIVE_INFINITY) checkCount("repeat", "count", count, 0);
    const rounds = function* (this: Dataset<Element>, round: number): Generator<() => Pass<Element>> {
      const first = Number.isFinite(count) ? round * count : 0;
      for (let each = 0; each < count; each++) yield () => this.pass(first + each);
    };
    return new Dataset({
      size: this.size === null || count === 0 ? (count === 0 ? 0 : null) : this.size * count,
      pass: (round) => joinPasses(rounds.call(this, round)),
    });
  }

  /**
   * The elements in a random order: of a buffer's elements one is drawn, and the next one takes its place. A buffer as
   * large as the dataset shuffles it fully.
   *
   * @param bufferSize The number of elements in memory.
   * @param options Seed, and whether each pass has another order.
   */
  shuffle(bufferSize: number, { seed, reshuffle = true }: ShuffleOptions = {}): Dataset<Element> {
    checkCount("shuffle", "bufferSize", bufferSize, 1);
    return new Dataset({
      size: this.size,
      pass: (round) => shufflePass(this.pass(round), bufferSize, seed ?? null, reshuffle ? round : 0),
    });
  }

  /**
   * Batches: tensors [batch, ...] in the structure of the elements; of strings arrays.
   *
   * @param size The number of elements of a batch.
   * @param options Whether a last batch that is not full is left out.
   * @throws RangeError, when it is run, if the elements of a batch have other shapes or types.
   */
  batch(size: number, options?: BatchOptions): Dataset<Batched<Element>>;
  batch(size: number, { dropRemainder = false }: BatchOptions = {}): Dataset<unknown> {
    checkCount("batch", "size", size, 1);
    return new Dataset({
      size: batchCount(this.size, size, dropRemainder),
      pass: (round) => batchPass(this.pass(round), size, dropRemainder, stackElements),
    });
  }

  /**
   * Batches of elements of one rank whose sizes differ: each axis is filled up to the longest of the batch.
   *
   * @param size The number of elements of a batch.
   * @param options The number that fills up, and whether a last batch that is not full is left out.
   */
  paddedBatch(size: number, options?: PaddedBatchOptions): Dataset<Batched<Element>>;
  paddedBatch(
    size: number,
    { dropRemainder = false, paddingValue = 0 }: PaddedBatchOptions = {},
  ): Dataset<unknown> {
    checkCount("paddedBatch", "size", size, 1);
    const pad = (elements: readonly unknown[]): unknown => padElements(elements, paddingValue);
    return new Dataset({
      size: batchCount(this.size, size, dropRemainder),
      pass: (round) => batchPass(this.pass(round), size, dropRemainder, pad),
    });
  }

  /**
   * Padded batches of elements of similar length, so that little is filled up.
   *
   * @param options The groups, their batch sizes, and how long an element is.
   */
  bucketByLength(options: BucketOptions<Element>): Dataset<Batched<Element>>;
  bucketByLength({
    boundaries,
    batchSizes,
    lengthOf = lengthOfElement,
    dropRemainder = false,
    paddingValue = 0,
  }: BucketOptions<Element>): Dataset<unknown> {
    const sizes =
      typeof batchSizes === "number"
        ? Array.from({ length: boundaries.length + 1 }, () => batchSizes)
        : batchSizes;
    if (sizes.length !== boundaries.length + 1) {
      throw new RangeError(
        `Dataset.bucketByLength: there are ${boundaries.length} boundaries and ${sizes.length} batchSizes; there must be one more ` +
          "of these",
      );
    }
    for (const size of sizes) checkCount("bucketByLength", "batchSizes", size, 1);
    const grouped = (elements: Pass<Element>): Pass<unknown> =>
      bucketPass(elements, { lengthOf, boundaries, batchSizes: sizes }, dropRemainder, paddingValue);
    return new Dataset({ pass: (round) => grouped(this.pass(round)) });
  }

  /** The elements of batches: the slices of their tensors along the first axis. */
  unbatch(): Dataset<Unbatched<Element>>;
  unbatch(): Dataset<unknown> {
    return new Dataset({ pass: (round) => unbatchPass(this.pass(round)) });
  }

  /**
   * The same elements, of which some are made before they are wanted: while a step of training runs, the next batch is
   * read.
   *
   * @param count How many. Default: 1.
   */
  prefetch(count = 1): Dataset<Element> {
    checkCount("prefetch", "count", count, 1);
    return new Dataset({ size: this.size, pass: (round) => prefetchPass(this.pass(round), count) });
  }

  /**
   * The elements of the first whole pass, kept for the later ones: in memory, or in a file, which other programs find too. The file is
   * written whole or not at all, and read wherever it is there, whatever this dataset has become since: remove it when what comes
   * before changes.
   *
   * @param path A path in Node, a `file:` URL; in browsers `opfs://folder/name`. Without it: memory.
   */
  cache(path?: string | URL): Dataset<Element> {
    const begin = (round: number): Pass<Element> => this.pass(round);
    const isPath = typeof path === "string" || path instanceof URL;
    if (path !== undefined && !isPath) {
      throw new TypeError(`Dataset.cache: path is ${describeValue(path)}; it must be a path or a URL`);
    }
    return new Dataset({
      size: this.size,
      pass: path === undefined ? cachedPasses(begin) : filePasses(begin, path),
    });
  }

  /**
   * The elements of the datasets that a function makes of each element, in turn from several.
   *
   * @param f Called with the element and its index.
   * @param options How many datasets are read in turn, and how many elements from each.
   */
  interleave<Result>(
    f: (element: Element, index: number) => Dataset<Result> | Promise<Dataset<Result>>,
    { cycle = 4, block = 1 }: InterleaveOptions = {},
  ): Dataset<Result> {
    checkCount("interleave", "cycle", cycle, 1);
    checkCount("interleave", "block", block, 1);
    const begun = async function* (
      elements: Pass<Element>,
      round: number,
    ): AsyncGenerator<() => Pass<Result>> {
      for await (const dataset of mapPass(elements, f, 1)) yield () => dataset.pass(round);
    };
    return new Dataset({
      pass: (round) => interleavePass(begun(this.pass(round), round), cycle, block),
    });
  }

  /**
   * Each element with its index: `[index, element]`.
   *
   * @param start The first index. Default: 0.
   */
  enumerate(start = 0): Dataset<readonly [number, Element]> {
    return new Dataset({ size: this.size, pass: (round) => enumeratePass(this.pass(round), start) });
  }

  /**
   * Every so many elements: a part of the dataset for one of several workers.
   *
   * @param count The number of parts.
   * @param index Which of them, from 0 on.
   */
  shard(count: number, index: number): Dataset<Element> {
    checkCount("shard", "count", count, 1);
    checkCount("shard", "index", index, 0);
    if (index >= count) {
      throw new RangeError(`Dataset.shard: index is ${index}; it must be below count, which is ${count}`);
    }
    return new Dataset({
      size: this.size === null ? null : Math.max(0, Math.ceil((this.size - index) / count)),
      pass: (round) => shardPass(this.pass(round), count, index),
    });
  }
}

/** A dataset of any elements. */
export interface AnyDataset {
  /** The number of elements of a pass; null if it is not known. */
  readonly size: number | null;
  /** The elements of a pass. */
  pass(round: number): Pass<unknown>;
}

/** The type of a dataset's elements. */
export type ElementOf<Each> = Each extends Dataset<infer Element> ? Element : never;

function iterates(value: unknown): value is Pass<unknown> {
  return (
    typeof value === "object" && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value)
  );
}

function batchCount(elements: number | null, size: number, dropsRemainder: boolean): number | null {
  if (elements === null) return null;
  return dropsRemainder ? Math.floor(elements / size) : Math.ceil(elements / size);
}

function checkCount(method: string, name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new RangeError(
    `Dataset.${method}: ${name} is ${describeValue(value)}; it must be an integer of at least ${least}`,
  );
}
