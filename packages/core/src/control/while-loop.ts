import { checkCount, checkFunction } from "../arguments.ts";
import { EvaluationError } from "../errors.ts";
import { closeRegions } from "../graph/close-regions.ts";
import { lastNumber } from "../graph/node.ts";
import { newTrace, withTrace } from "../graph/trace.ts";
import { loopNode, resultNode } from "../primitives/control.ts";
import { checkNoPromise, type StructureLike, type TensorStructure, type TensorsOf } from "../structure.ts";
import { nodeOf, type TensorLike } from "../tensor.ts";
import { assignNow, readingNow } from "../variable.ts";
import { checkPredicate } from "./cond.ts";
import {
  assignedValue,
  cellParameter,
  checkSameTypes,
  nodesOf,
  parametersLike,
  readingsOutside,
  rebuild,
} from "./operands.ts";

/**
 * Applies `body` while `condition` holds, as one compiled loop. It has no gradient, since nobody knows beforehand how
 * many iterations to keep values of; a {@link scan} has. Variables that `body` assigns are carried along.
 *
 * @param condition A bool scalar from the state.
 * @param body The next state, of the same structure, shapes and dtypes.
 * @param state The first state: a tensor or a Variable, whose value it is then, or arrays and objects of them.
 * @returns The first state for which the condition does not hold.
 * @throws ShapeError if the state changes its structure, a shape or a dtype.
 * @throws DTypeError or ShapeError if the condition is no bool scalar.
 *
 * @example
 * ```ts
 * import { tensor, whileLoop } from "@strata/core";
 *
 * console.log(whileLoop((x) => x.less(100), (x) => x.mul(2), tensor(3)).item()); // 192
 * ```
 */
export function whileLoop<const S extends TensorStructure>(
  condition: (state: TensorsOf<NoInfer<S>>) => TensorLike,
  body: (state: TensorsOf<NoInfer<S>>) => StructureLike<NoInfer<S>>,
  state: S,
): TensorsOf<S> {
  checkCount("whileLoop", arguments, 3);
  checkFunction("whileLoop", "the condition", condition);
  checkFunction("whileLoop", "the body", body);
  const initial = nodesOf("whileLoop", "the state", state);
  const lastOutside = lastNumber();
  const bodyTrace = newTrace("whileLoop", body.name || "the body");
  const bodyParameters = parametersLike(initial, bodyTrace);
  const next = withTrace(bodyTrace, () => body(rebuild(state, bodyParameters)));
  checkNoPromise("whileLoop", bodyTrace.name, next);
  const nextNodes = withTrace(bodyTrace, () => nodesOf("whileLoop", "the next state", next));
  checkSameTypes("whileLoop", "the next state", [state, initial], [next, nextNodes]);

  const testTrace = newTrace("whileLoop", condition.name || "the condition");
  const testParameters = parametersLike(initial, testTrace);
  const test = withTrace(testTrace, () => {
    const holds = condition(rebuild(state, testParameters));
    checkNoPromise("whileLoop", testTrace.name, holds);
    return nodeOf(holds, "bool", "whileLoop");
  });
  checkPredicate("whileLoop", "the condition", test);
  if (testTrace.assignments.size > 0) {
    throw new EvaluationError("whileLoop: the condition assigns a Variable; only the body may");
  }

  const cells = [...bodyTrace.assignments.keys()];
  const assigned = new Set(cells);
  const { regions, captured } = closeRegions(
    [
      {
        parameters: [...bodyParameters, ...cells.map((cell) => cellParameter(bodyTrace, cell))],
        results: [...nextNodes, ...cells.flatMap((cell) => assignedValue(bodyTrace, cell) ?? [])],
        aliases: readingsOutside(bodyTrace, assigned),
        lastOutside,
      },
      {
        parameters: [...testParameters, ...cells.map((cell) => cellParameter(testTrace, cell))],
        results: [test],
        aliases: readingsOutside(testTrace, assigned),
        lastOutside,
      },
    ],
    bodyTrace,
  );
  const carries = initial.length + cells.length;
  const loop = loopNode(
    [...initial, ...cells.map(readingNow), ...captured],
    { carries, windows: 0, count: null, reverse: false },
    regions,
  );
  cells.forEach((cell, index) => {
    assignNow(cell, resultNode(loop, initial.length + index, cell.type));
  });
  return rebuild(
    state,
    initial.map((type, index) => resultNode(loop, index, type)),
  );
}
