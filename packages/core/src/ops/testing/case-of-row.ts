/** The case of an op that is a row of the table of primitives. */
import { isFloat } from "../../dtype.ts";
import type { ElementwiseName } from "../../primitives/table.ts";
import { acceptedDTypes, rowOf } from "../../primitives/testing/evaluate-row.ts";
import { caseOf } from "../../primitives/testing/row-cases.ts";
import { between, bools, integers, type OperationCase } from "./operation-case.ts";

/** Operands that broadcast against each other. */
const shapes = [[3, 1], [4], [3, 4]];

/** An op of the name of an elementwise row, called where the row is smooth. */
export function caseOfRow(name: ElementwiseName, apply: OperationCase["apply"]): OperationCase {
  const row = rowOf(name);
  const { smooth, withoutGradient, withoutSecondDerivative } = caseOf(name);
  const [intervals] = smooth;
  const call = { shapes: shapes.slice(0, row.arity ?? 0), attributes: {} };
  const accepted = acceptedDTypes(row, call);
  const dtypes = accepted.find((each) => each.includes("float64")) ?? accepted[0];
  const operands = dtypes.map((dtype, index) => {
    const [lowest, highest] = intervals[Math.min(index, intervals.length - 1)];
    if (isFloat(dtype)) return between(lowest, highest, shapes[index]);
    return dtype === "bool" ? bools(shapes[index]) : integers(-9, 9, shapes[index]);
  });
  return { operands, apply, withoutGradient, withoutSecondDerivative };
}
