import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GraphBatcher } from "../control/batch-graph.ts";
import { allocateArray } from "../dtype.ts";
import { dataNode, GraphNode, nodesCreated } from "../graph/node.ts";
import { sizeOf } from "../shape.ts";
import { valuesOn } from "../testing/backends.ts";
import { firstDifference } from "../testing/closeness.ts";
import { Draw } from "../testing/draw.ts";
import { forAll } from "../testing/for-all.ts";
import { applyPrimitive } from "./apply.ts";
import type { PrimitiveName } from "./table.ts";
import {
  acceptedDTypes,
  describeCall,
  rowNames,
  rowOf,
  type TypedCall,
  typesOf,
} from "./testing/evaluate-row.ts";
import { caseOf } from "./testing/row-cases.ts";

const count = 3;

/** Calls the row for each example, and for all at once by its rule; `varying` says which inputs differ. */
function differenceFromLoop(
  name: PrimitiveName,
  call: TypedCall,
  varying: readonly boolean[],
  draw: Draw,
): string | null {
  const { values: fill } = caseOf(name);
  const types = typesOf(call);
  const values = types.map(({ dtype, shape }, index) =>
    Array.from({ length: varying[index] ? count : 1 }, () =>
      (fill[index] ?? fill[fill.length - 1])(draw, dtype, shape),
    ),
  );
  const loop = valuesOn("reference", () =>
    Array.from({ length: count }, (_, example) =>
      applyPrimitive(
        name,
        types.map((type, index) => dataNode(values[index][varying[index] ? example : 0], type)),
        call.attributes,
      ),
    ),
  );
  const [atOnce] = valuesOn("reference", () => {
    const lastOutside = nodesCreated();
    const parameters = types.map(
      (type, index) => new GraphNode({ kind: "parameter", index }, type, [], null),
    );
    const operands = types.map(({ dtype, shape }, index) => {
      if (!varying[index]) return dataNode(values[index][0], { dtype, shape });
      const all = allocateArray(dtype, count * sizeOf(shape));
      for (const [example, each] of values[index].entries()) all.set(each, example * sizeOf(shape));
      return dataNode(all, { dtype, shape: [count, ...shape] });
    });
    const node = applyPrimitive(name, parameters, call.attributes);
    const known = parameters.map((parameter, index) => [parameter, operands[index]] as const);
    return [new GraphBatcher(count, lastOutside, known).stacked(node)];
  });
  const size = loop[0].length;
  for (let example = 0; example < count; example++) {
    const difference = firstDifference(
      atOnce.slice(example * size, (example + 1) * size),
      loop[example],
      (position) => 1e-12 * Math.max(1, Math.abs(loop[example][position])),
    );
    if (difference !== null)
      return `${describeCall(name, call)}, ${varying}, example ${example}, ${difference}`;
  }
  return null;
}

describe("called for many examples at once, a primitive gives what a loop over them does:", () => {
  const names = rowNames.filter((name) => rowOf(name).arity !== 0 && name !== "randomBits");
  it.each(names)("%s", (name) => {
    let checked = 0;
    forAll(fc.tuple(caseOf(name).smallCalls, fc.nat()), 12, ([call, seed]) => {
      const draw = new Draw(seed);
      const dtypes = draw.of(acceptedDTypes(rowOf(name), call));
      const varying = call.shapes.map(() => draw.below(2) === 1);
      if (!varying.includes(true)) varying[draw.below(varying.length)] = true;
      checked++;
      return differenceFromLoop(name, { ...call, dtypes }, varying, draw);
    });
    expect(checked).toBeGreaterThan(0);
  });
});
