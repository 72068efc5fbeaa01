import { checkCount, checkFunction } from "../arguments.ts";
import { DTypeError, ShapeError } from "../errors.ts";
import { closeRegions } from "../graph/close-regions.ts";
import { type GraphNode, lastNumber } from "../graph/node.ts";
import { newTrace, withTrace } from "../graph/trace.ts";
import { branchNode, resultNode } from "../primitives/control.ts";
import { formatShape } from "../shape.ts";
import { checkNoPromise, type StructureLike, type TensorStructure, type TensorsOf } from "../structure.ts";
import { nodeOf, type TensorLike } from "../tensor.ts";
import { assignNow, readingNow } from "../variable.ts";
import { assignedValue, checkSameTypes, nodesOf, readingsOutside, rebuild } from "./operands.ts";

/**
 * One of two results, of which only the one that is needed is computed. Both functions are run once, to see what they
 * do. Gradients of any order are branches in turn, which compute again what they need. Variables that a branch assigns
 * keep their values if it is not taken.
 *
 * @param predicate A bool scalar.
 * @param whenTrue Computes the result if `predicate` is true: a tensor or a Variable, whose value it
 *   is then, or arrays and objects of them.
 * @param whenFalse Computes it if not; its result has the same structure, shapes and dtypes.
 * @throws DTypeError or ShapeError if the predicate is no bool scalar, ShapeError if the results differ in type.
 *
 * @example
 * ```ts
 * import { cond, tensor } from "@strata/core";
 *
 * const x = tensor(-4);
 * console.log(cond(x.less(0), () => x.neg(), () => x.sqrt()).item()); // 4
 * ```
 */
export function cond<R extends TensorStructure>(
  predicate: TensorLike,
  whenTrue: () => R,
  whenFalse: () => StructureLike<NoInfer<R>>,
): TensorsOf<R> {
  checkCount("cond", arguments, 3);
  checkFunction("cond", "the first branch", whenTrue);
  checkFunction("cond", "the second branch", whenFalse);
  const decision = checkPredicate("cond", "the predicate", nodeOf(predicate, "bool", "cond"));
  const [first, second] = [traceBranch(whenTrue), traceBranch(whenFalse)];
  checkSameTypes(
    "cond",
    "the result of the second branch",
    [first.result, first.nodes],
    [second.result, second.nodes],
  );
  const branches = [first, second];
  const cells = [...new Set(branches.flatMap(({ trace }) => [...trace.assignments.keys()]))];
  const open = branches.map(({ lastOutside, trace, nodes }) => ({
    parameters: [],
    results: [...nodes, ...cells.map((cell) => assignedValue(trace, cell) ?? readingNow(cell))],
    aliases: readingsOutside(trace, new Set()),
    lastOutside,
    computesAll: true,
  }));
  const { regions, captured } = closeRegions(open, first.trace);
  const control = branchNode([decision, ...captured], regions);
  cells.forEach((cell, index) => {
    assignNow(cell, resultNode(control, first.nodes.length + index, cell.type));
  });
  return rebuild(
    first.result,
    first.nodes.map((type, index) => resultNode(control, index, type)),
  );
}

function traceBranch<R extends TensorStructure>(branch: () => R) {
  const lastOutside = lastNumber();
  const trace = newTrace("cond", branch.name || "the branch");
  const result = withTrace(trace, branch);
  checkNoPromise("cond", trace.name, result);
  const nodes = withTrace(trace, () => nodesOf("cond", "the result", result));
  return { lastOutside, trace, result, nodes };
}

export function checkPredicate(operation: string, what: string, node: GraphNode): GraphNode {
  if (node.dtype !== "bool") {
    throw new DTypeError(`${operation}: ${what} is ${node.dtype}; it must be bool, as of a comparison`);
  }
  if (node.shape.length > 0) {
    throw new ShapeError(
      `${operation}: ${what} has the shape ${formatShape(node.shape)}; it must be a scalar, as of any or all`,
    );
  }
  return node;
}
