/**
 * Drawn programs of a user's: operations on tensors, reads and assignments of Variables, and moments at which
 * values are asked for. A recipe can be carried out lazily, by `jit`, or one statement after the other.
 */

import { evaluatePrimitive } from "../../backends/reference/evaluate-primitive.ts";
import { allocateArray, isFloat, type TypedArray } from "../../dtype.ts";
import { compute, flush, valuesOf } from "../../evaluate.ts";
import type { Attributes } from "../../graph/attributes.ts";
import { dataNode, type GraphNode, type TensorType } from "../../graph/node.ts";
import { jit } from "../../jit.ts";
import { applyPrimitive } from "../../primitives/apply.ts";
import type { NdArray, Primitive } from "../../primitives/primitive.ts";
import { type PrimitiveName, primitives } from "../../primitives/table.ts";
import { sizeOf } from "../../shape.ts";
import { Tensor } from "../../tensor.ts";
import { Variable } from "../../variable.ts";

export interface KnownValues {
  readonly type: TensorType;
  readonly values: TypedArray;
}

/** Each `data`, `read` and `apply` makes the next value; the others name values by their numbers. */
export type Statement =
  | { readonly kind: "data"; readonly data: KnownValues }
  | { readonly kind: "read"; readonly variable: number }
  | {
      readonly kind: "apply";
      readonly name: PrimitiveName;
      readonly inputs: readonly number[];
      readonly attributes: Attributes;
    }
  | { readonly kind: "assign"; readonly variable: number; readonly value: number }
  | { readonly kind: "evaluate"; readonly values: readonly number[] };

export interface Recipe {
  /** The values of the Variables at first. */
  readonly variables: readonly KnownValues[];
  /** Whether that lies in the backend's memory when the first statement runs, and is not still to be put there. */
  readonly isSettled: boolean;
  readonly statements: readonly Statement[];
  /** The values that are wanted in the end, each group in one program. */
  readonly results: readonly (readonly number[])[];
}

export interface RecipeResult {
  readonly results: readonly (readonly TypedArray[])[];
  /** The values of the Variables in the end. */
  readonly variables: readonly TypedArray[];
}

/** The result by the rows' own evaluation, at once and in order: no graph, no compiler, no laziness. */
export function resultInOrder(recipe: Recipe): RecipeResult {
  const { known, cells } = evaluateInOrder(recipe);
  return {
    results: recipe.results.map((group) => group.map((value) => known[value].values)),
    variables: cells.map(({ values }) => values),
  };
}

/** All values that the statements make, as `resultInOrder` has them. */
export function allValuesInOrder(recipe: Recipe): readonly NdArray[] {
  return evaluateInOrder(recipe).known;
}

function evaluateInOrder({ variables, statements }: Recipe): {
  readonly known: NdArray[];
  readonly cells: NdArray[];
} {
  const cells = variables.map(({ type, values }): NdArray => ({ ...type, values: wide(type, values) }));
  const known: NdArray[] = [];
  for (const statement of statements) {
    switch (statement.kind) {
      case "data": {
        const { type, values } = statement.data;
        known.push({ ...type, values: wide(type, values) });
        break;
      }
      case "read":
        known.push(cells[statement.variable]);
        break;
      case "apply": {
        const row: Primitive = primitives[statement.name];
        const inputs = statement.inputs.map((input) => known[input]);
        const type = row.infer(inputs, statement.attributes);
        const output = { ...type, values: wide(type, sizeOf(type.shape)) };
        evaluatePrimitive(row, inputs, statement.attributes, output);
        known.push(output);
        break;
      }
      case "assign":
        cells[statement.variable] = known[statement.value];
        break;
      case "evaluate":
        break;
    }
  }
  return { known, cells };
}

function wide({ dtype }: TensorType, content: TypedArray | number): TypedArray {
  const array = allocateArray(
    isFloat(dtype) ? "float64" : dtype,
    typeof content === "number" ? content : content.length,
  );
  if (typeof content !== "number") array.set(content);
  return array;
}

export function variablesOf({ variables }: Recipe): Variable[] {
  return variables.map(
    ({ type, values }, index) =>
      new Variable(dataNode(values.slice(), type), { name: `v${index}`, trainable: false }),
  );
}

/** Carries out the statements on Variables and returns all values as nodes of the lazy graph. */
export function carryOut(
  { statements }: Recipe,
  variables: readonly Variable[],
  data?: readonly GraphNode[],
): GraphNode[] {
  const known: GraphNode[] = [];
  let next = 0;
  for (const statement of statements) {
    switch (statement.kind) {
      case "data":
        known.push(data ? data[next++] : dataNode(statement.data.values.slice(), statement.data.type));
        break;
      case "read":
        known.push(variables[statement.variable].node);
        break;
      case "apply":
        known.push(
          applyPrimitive(
            statement.name,
            statement.inputs.map((input) => known[input]),
            statement.attributes,
          ),
        );
        break;
      case "assign":
        variables[statement.variable].assign(new Tensor(known[statement.value]));
        break;
      case "evaluate":
        compute(statement.values.map((value) => known[value]));
        break;
    }
  }
  return known;
}

/** The result through graph, compiler and the backend that is set. */
export function lazyResult(recipe: Recipe): RecipeResult {
  const variables = variablesOf(recipe);
  if (recipe.isSettled) flush();
  const known = carryOut(recipe, variables);
  const results = recipe.results.map((group) => {
    const nodes = group.map((value) => known[value]);
    compute(nodes);
    return nodes.map((node) => valuesOf(node).slice());
  });
  return { results, variables: variables.map((variable) => variable.dataSync()) };
}

/** The results of calling the recipe, compiled by `jit`, so many times. */
export function compiledResults(recipe: Recipe, calls: number): RecipeResult[] {
  const variables = variablesOf(recipe);
  const data = recipe.statements.flatMap((statement) =>
    statement.kind === "data" ? [new Tensor(dataNode(statement.data.values, statement.data.type))] : [],
  );
  const step = jit((...inputs: readonly Tensor[]) => {
    const nodes = inputs.map(({ node }) => node);
    const known = carryOut(recipe, variables, nodes);
    return recipe.results.map((group) => group.map((value) => new Tensor(known[value])));
  });
  return Array.from({ length: calls }, () => {
    const results = step(...data).map((group) => group.map((tensor) => tensor.dataSync()));
    return { results, variables: variables.map((variable) => variable.dataSync()) };
  });
}

/** The recipe when its Variables hold what they held at the end of another run. */
export function continued(recipe: Recipe, { variables }: RecipeResult): Recipe {
  return {
    ...recipe,
    variables: recipe.variables.map(({ type }, index) => ({ type, values: variables[index] })),
  };
}

/** The first value that is not what it should be, or null. */
export function wrongResult(actual: RecipeResult, expected: RecipeResult): string | null {
  for (const [group, arrays] of expected.results.entries()) {
    for (const [position, array] of arrays.entries()) {
      const wrong = wrongElement(actual.results[group][position], array);
      if (wrong !== null) return `result ${group}.${position}, ${wrong}`;
    }
  }
  for (const [variable, array] of expected.variables.entries()) {
    const wrong = wrongElement(actual.variables[variable], array);
    if (wrong !== null) return `variable ${variable}, ${wrong}`;
  }
  return null;
}

function wrongElement(actual: TypedArray, expected: TypedArray): string | null {
  if (actual.length !== expected.length) return `${actual.length} elements, not ${expected.length}`;
  const position = expected.findIndex((value, index) => actual[index] !== value);
  return position === -1 ? null : `element ${position}: ${actual[position]}, not ${expected[position]}`;
}

/** The recipe as text, a line each statement. */
export function printRecipe({ variables, statements, results, isSettled }: Recipe): string {
  let next = 0;
  const type = ({ dtype, shape }: TensorType): string => `${dtype}[${shape.join(", ")}]`;
  const place = isSettled ? " in memory" : "";
  const lines = variables.map((each, index) => `v${index}: ${type(each.type)}${place}`);
  for (const statement of statements) {
    switch (statement.kind) {
      case "data":
        lines.push(`%${next++} = data ${type(statement.data.type)}`);
        break;
      case "read":
        lines.push(`%${next++} = v${statement.variable}`);
        break;
      case "apply": {
        const inputs = statement.inputs.map((input) => `%${input}`).join(", ");
        lines.push(`%${next++} = ${statement.name}(${inputs}) ${JSON.stringify(statement.attributes)}`);
        break;
      }
      case "assign":
        lines.push(`v${statement.variable} := %${statement.value}`);
        break;
      case "evaluate":
        lines.push(`evaluate ${statement.values.map((value) => `%${value}`).join(", ")}`);
        break;
    }
  }
  lines.push(...results.map((group) => `results ${group.map((value) => `%${value}`).join(", ")}`));
  return lines.join("\n");
}
