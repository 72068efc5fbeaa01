import { checkCount, checkFunction, readOptions } from "../arguments.ts";
import { ShapeError } from "../errors.ts";
import { closeRegions } from "../graph/close-regions.ts";
import { type GraphNode, lastNumber } from "../graph/node.ts";
import { newTrace, withTrace } from "../graph/trace.ts";
import { loopNode, resultNode } from "../primitives/control.ts";
import { formatShape } from "../shape.ts";
import { checkNoPromise, type StructureLike, type TensorStructure, type TensorsOf } from "../structure.ts";
import { assignNow, readingNow } from "../variable.ts";
import { hoistProducts } from "./hoist.ts";
import {
  assignedValue,
  cellParameter,
  checkSameTypes,
  nodesOf,
  parametersLike,
  readingsOutside,
  rebuild,
} from "./operands.ts";

/** Options of {@link scan}. */
export interface ScanOptions {
  /** How many iterations; needed only where `xs` holds no tensor. */
  readonly length?: number;
  /** Whether to go from the last entry of `xs` to the first; results are stacked in the order of `xs`. Default: false. */
  readonly reverse?: boolean;
}

/**
 * A recurrence as one compiled loop: `[carry, ys[i]] = f(carry, xs[i])` for each i. The program's size, and the time
 * to compile it, do not depend on the number of iterations.
 *
 * Values that depend on neither the carry nor `x` are computed once. Variables that `f` assigns are carried along, so that
 * random numbers, as of a dropout, are drawn anew in every iteration; as everywhere, no gradient passes through an
 * assignment. Gradients of any order are loops in turn, for which the values that they need are kept.
 *
 * @param f The body, which is run once, to see what it does. It takes the carry and one entry of `xs`, and returns the
 *   next carry, of the same structure, shapes and dtypes, and what is to be stacked.
 * @param initial The first carry: a tensor or a Variable, whose value it is then, or arrays and objects of them; null for
 *   none.
 * @param xs What is taken apart along axis 0, in the same way: tensors of one length; null for none.
 * @param options Length and direction.
 * @returns The last carry, and the results stacked along a new axis 0.
 * @throws ShapeError if the carry changes its structure, a shape or a dtype, or lengths differ.
 * @throws EvaluationError if `f` reads values.
 *
 * @example
 * ```ts
 * import { scan, tensor } from "@strata/core";
 *
 * const [total, sums] = scan((sum, x) => [sum.add(x), sum.add(x)], tensor(0), tensor([1, 2, 3]));
 * console.log(total.item(), sums.arraySync()); // 6 [1, 3, 6]
 * ```
 */
export function scan<
  const C extends TensorStructure,
  const X extends TensorStructure,
  Y extends TensorStructure,
>(
  f: (carry: TensorsOf<NoInfer<C>>, x: TensorsOf<NoInfer<X>>) => readonly [StructureLike<NoInfer<C>>, Y],
  initial: C,
  xs: X,
  options: ScanOptions = {},
): [TensorsOf<C>, TensorsOf<Y>] {
  checkCount("scan", arguments, 4);
  return scanAs("scan", f, initial, xs, options);
}

function scanAs<C extends TensorStructure, X extends TensorStructure, Y extends TensorStructure>(
  operation: string,
  f: (carry: TensorsOf<C>, x: TensorsOf<X>) => readonly [StructureLike<C>, Y],
  initial: C,
  xs: X,
  options: ScanOptions,
): [TensorsOf<C>, TensorsOf<Y>] {
  const { length, reverse = false } = readOptions(operation, options, ["length", "reverse"], ["reverse"]);
  checkFunction(operation, "the body", f);
  const initialNodes = nodesOf(operation, "the initial carry", initial);
  const stacked = nodesOf(operation, "xs", xs);
  const count = countOf(operation, stacked, length);
  const trace = newTrace(operation, f.name || "the body");
  const lastOutside = lastNumber();
  const entries = stacked.map(({ shape, dtype }) => ({ shape: shape.slice(1), dtype }));
  const carryParameters = parametersLike(initialNodes, trace);
  const entryParameters = parametersLike(entries, trace);
  const pair = withTrace(trace, () => f(rebuild(initial, carryParameters), rebuild(xs, entryParameters)));
  checkNoPromise(operation, trace.name, pair);
  if (!Array.isArray(pair) || pair.length !== 2) {
    throw new TypeError(`${operation}: the function must return [carry, y]; y may be null`);
  }
  const [next, y] = pair;
  const nextNodes = withTrace(trace, () => nodesOf(operation, "the next carry", next));
  const yNodes = withTrace(trace, () => nodesOf(operation, "the result to be stacked", y));
  checkSameTypes(operation, "the next carry", [initial, initialNodes], [next, nextNodes]);

  const cells = [...trace.assignments.keys()];
  const carries = initialNodes.length + cells.length;
  const results = [...nextNodes, ...cells.flatMap((cell) => assignedValue(trace, cell) ?? []), ...yNodes];
  const aliases = readingsOutside(trace, new Set(cells));
  const stacks = new Map(entryParameters.map((parameter, index) => [parameter, stacked[index]]));
  const hoisted = hoistProducts({ results, stacks, aliases, lastOutside, count });
  const parameters = [
    ...carryParameters,
    ...cells.map((cell) => cellParameter(trace, cell)),
    ...entryParameters,
    ...hoisted.keys(),
  ];
  const { regions, captured } = closeRegions([{ parameters, results, aliases, lastOutside }], trace);
  const inputs = [...initialNodes, ...cells.map(readingNow), ...stacked, ...hoisted.values(), ...captured];
  const windows = stacked.length + hoisted.size;
  const loop = loopNode(inputs, { carries, windows, count, reverse }, regions);
  cells.forEach((cell, index) => {
    assignNow(cell, resultNode(loop, initialNodes.length + index, cell.type));
  });
  return [
    rebuild(
      initial,
      initialNodes.map((type, index) => resultNode(loop, index, type)),
    ),
    rebuild(
      y,
      yNodes.map(({ shape, dtype }, index) =>
        resultNode(loop, carries + index, { shape: [count, ...shape], dtype }),
      ),
    ),
  ];
}

/**
 * Applies `f` to each entry of `xs` along axis 0, and stacks the results: a {@link scan} without a carry.
 *
 * @param f A function of one entry.
 * @param xs A tensor or a Variable, or arrays and objects of them, of one length.
 *
 * @example
 * ```ts
 * import { map, tensor } from "@strata/core";
 *
 * console.log(map((row) => row.sum(), tensor([[1, 2], [3, 4]])).arraySync()); // [3, 7]
 * ```
 */
export function map<const X extends TensorStructure, Y extends TensorStructure>(
  f: (x: TensorsOf<NoInfer<X>>) => Y,
  xs: X,
): TensorsOf<Y> {
  checkCount("map", arguments, 2);
  checkFunction("map", "the first argument", f);
  const [, ys] = scanAs<null, X, Y>("map", (_carry, x) => [null, entryOf(f(x), f.name)], null, xs, {});
  return ys;
}

/** The type of a loop's counter. */
const mostIterations = 2 ** 31 - 1;

function entryOf<Y>(result: Y, name: string): Y {
  checkNoPromise("map", name || "the function", result);
  return result;
}

function countOf(operation: string, stacked: readonly GraphNode[], length: number | undefined): number {
  if (length !== undefined && !(Number.isInteger(length) && length >= 0 && length <= mostIterations)) {
    throw new RangeError(
      `${operation}: the length is ${length}; it must be an integer from 0 to ${mostIterations}`,
    );
  }
  const counts = stacked.map(({ shape }) => {
    if (shape.length > 0) return shape[0];
    throw new ShapeError(
      `${operation}: xs holds a tensor of the shape ${formatShape(shape)}; it needs an axis 0`,
    );
  });
  const count = length ?? counts[0];
  if (count === undefined) {
    throw new RangeError(
      `${operation}: xs holds no tensor, and no length is given; one of them must say how often`,
    );
  }
  const other = counts.find((each) => each !== count);
  if (other === undefined) return count;
  const rule = length === undefined ? "they must be the same" : `the option length is ${length}`;
  throw new ShapeError(
    `${operation}: xs has the lengths ${[...new Set(counts)].join(" and ")} along axis 0; ${rule}`,
  );
}
