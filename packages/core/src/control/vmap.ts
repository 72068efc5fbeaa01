import { checkCount, checkFunction, describeValue, readOptions } from "../arguments.ts";
import { EvaluationError, ShapeError } from "../errors.ts";
import { type GraphNode, lastNumber } from "../graph/node.ts";
import { newTrace, withTrace } from "../graph/trace.ts";
import { build } from "../primitives/apply.ts";
import { formatShape } from "../shape.ts";
import { checkNoPromise, type StructureLike, type TensorStructure, type TensorsOf } from "../structure.ts";
import { assignNow } from "../variable.ts";
import { type Batched, GraphBatcher } from "./batch-graph.ts";
import { assignedValue, nodesOf, parametersLike, readingsOutside, rebuild } from "./operands.ts";

/** Options of {@link vmap}. */
export interface VmapOptions {
  /**
   * Along which axis the examples lie: of all tensors, or a list with an entry for each argument. null: the examples share
   * the argument. Default: 0.
   */
  readonly inAxes?: number | null | readonly (number | null)[];
  /** Along which axis the examples of the results are put. Default: 0. */
  readonly outAxes?: number;
}

/**
 * A function of many examples, made of a function of one. It is run once, to see what it does, and each op is replaced by
 * the one for all examples: there is no loop. Calls nest, and can be differentiated; gradients that are taken within are
 * each example's own.
 *
 * Random draws are each example's own. A Variable that the function assigns must get the same value from all. A `scan` runs
 * for all examples at once, a `cond` whose predicate differs between them computes both branches, and a `whileLoop` whose
 * condition does is an error.
 *
 * @param f A function of tensors, or of arrays and objects of them. Where it is called with Variables, it gets what they hold.
 * @param options Where the examples lie.
 * @returns The function of all examples: its arguments have their axis, and its results, too.
 * @throws ShapeError, at the call, if the arguments have different numbers of examples.
 * @throws RangeError, at the call, for an axis that a tensor does not have.
 * @throws EvaluationError, at the call, if the function reads values.
 *
 * @example
 * ```ts
 * import { grad, type Tensor, tensor, vmap } from "@strata/core";
 *
 * const weights = tensor([1, 2]);
 * const loss = (w: Tensor, x: Tensor) => w.mul(x).sum().square();
 * const perExample = vmap((w: Tensor, x: Tensor) => grad((at) => loss(at, x))(w), { inAxes: [null, 0] });
 * console.log(perExample(weights, tensor([[1, 0], [0, 1]])).arraySync()); // [[2, 0], [0, 4]]
 * ```
 */
export function vmap<A extends readonly unknown[], R extends TensorStructure>(
  f: (...inputs: A) => R,
  options?: VmapOptions,
): (...inputs: { readonly [K in keyof A]: StructureLike<A[K]> }) => TensorsOf<R>;
export function vmap(
  f: (...inputs: readonly TensorStructure[]) => TensorStructure,
  options: VmapOptions = {},
): (...inputs: readonly TensorStructure[]) => TensorStructure {
  checkCount("vmap", arguments, 2);
  checkFunction("vmap", "the argument", f);
  const { inAxes = 0, outAxes = 0 } = readOptions("vmap", options, ["inAxes", "outAxes"]);
  for (const axis of Array.isArray(inAxes) ? inAxes : [inAxes]) if (axis !== null) checkAxis("inAxes", axis);
  checkAxis("outAxes", outAxes);
  return (...inputs) => {
    const args = inputs.map((input, position) => {
      const axis = typeof inAxes === "object" && inAxes !== null ? inAxes[position] : inAxes;
      if (axis === undefined) {
        throw new RangeError(`vmap: inAxes has no entry for argument ${position}; it needs one for each`);
      }
      return { nodes: nodesOf("vmap", `argument ${position}`, input), axis };
    });
    const operands = args.flatMap(({ nodes, axis }) => nodes.map((node) => operand(node, axis)));
    const count = countOf(operands);
    const trace = newTrace("vmap", f.name || "the function");
    const lastOutside = lastNumber();
    const types = operands.map(({ node: { shape, dtype }, varies }) => ({
      shape: varies ? shape.slice(1) : shape,
      dtype,
    }));
    const parameters = parametersLike(types, trace);
    const examples = rebuild(inputs, parameters);
    const result = withTrace(trace, () => f(...examples));
    checkNoPromise("vmap", trace.name, result);
    const results = withTrace(trace, () => nodesOf("vmap", "the result", result));
    const batcher = new GraphBatcher(count, lastOutside, [
      ...parameters.map((parameter, index) => [parameter, operands[index].node] as const),
      ...readingsOutside(trace, new Set()),
    ]);
    // Of no examples nothing is computed: there are results of their shapes.
    const stacked = results.map((node) =>
      moveAxis(count === 0 ? noExamples(node) : batcher.stacked(node), 0, outAxes),
    );
    for (const cell of trace.assignments.keys()) {
      const assigned = assignedValue(trace, cell);
      if (assigned === null) continue;
      const { node, varies } = batcher.batched(assigned);
      if (varies) {
        throw new EvaluationError(
          `vmap: "${trace.name}" assigns a Variable of the shape ${formatShape(cell.type.shape)} a value that differs between ` +
            "the examples; return it, and assign what becomes of all of them",
        );
      }
      assignNow(cell, node);
    }
    return rebuild(result, stacked);
  };
}

function checkAxis(option: string, axis: unknown): void {
  if (Number.isInteger(axis)) return;
  const accepted = option === "inAxes" ? "integers, null, or an array of them" : "integers";
  throw new RangeError(`vmap: ${option} has ${describeValue(axis)}; accepted are ${accepted}`);
}

function noExamples({ shape, dtype }: GraphNode): GraphNode {
  return build.broadcastTo(build.literal(0, dtype), [0, ...shape]);
}

function operand(node: GraphNode, axis: number | null): Batched {
  return axis === null ? { node, varies: false } : { node: moveAxis(node, axis, 0), varies: true };
}

function countOf(operands: readonly Batched[]): number {
  const counts = [...new Set(operands.flatMap(({ node, varies }) => (varies ? node.shape[0] : [])))];
  if (counts.length === 1) return counts[0];
  if (counts.length === 0) throw new RangeError("vmap: no argument has an axis of examples");
  throw new ShapeError(`vmap: the arguments have ${counts.join(" and ")} examples; they must be as many`);
}

function moveAxis(node: GraphNode, from: number, to: number): GraphNode {
  const rank = node.shape.length;
  const [source, target] = [from, to].map((axis) => {
    const position = axis < 0 ? axis + rank : axis;
    if (Number.isInteger(axis) && position >= 0 && position < rank) return position;
    throw new RangeError(
      `vmap: the axis is ${axis}, and a tensor has the shape ${formatShape(node.shape)}; it must be from ${-rank} to ${rank - 1}`,
    );
  });
  const others = node.shape.map((_, axis) => axis).filter((axis) => axis !== source);
  return build.transpose(node, [...others.slice(0, target), source, ...others.slice(target)]);
}
