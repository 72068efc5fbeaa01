/** Drawn recipes as the bodies of loops and branches. */
import { cond } from "../../control/cond.ts";
import { scan } from "../../control/scan.ts";
import { whileLoop } from "../../control/while-loop.ts";
import { compute, flush } from "../../evaluate.ts";
import { dataNode } from "../../graph/node.ts";
import { add, less } from "../../ops/arithmetic.ts";
import { zeros } from "../../ops/creation.ts";
import { stack } from "../../ops/joining.ts";
import { Tensor, tensor } from "../../tensor.ts";
import type { Variable } from "../../variable.ts";
import { allValuesInOrder, carryOut, type Recipe, type RecipeResult, variablesOf } from "./recipe.ts";

function dataOf({ statements }: Recipe): Tensor[] {
  return statements.flatMap((statement) =>
    statement.kind === "data" ? [new Tensor(dataNode(statement.data.values, statement.data.type))] : [],
  );
}

function resultsOf(recipe: Recipe, variables: readonly Variable[], data: readonly Tensor[]): Tensor[][] {
  const nodes = data.map(({ node }) => node);
  const known = carryOut(recipe, variables, nodes);
  return recipe.results.map((group) => group.map((value) => new Tensor(known[value])));
}

function preparedVariables(recipe: Recipe): Variable[] {
  const variables = variablesOf(recipe);
  if (recipe.isSettled) flush();
  return variables;
}

/** The results of a scan whose body is the recipe, one for each iteration; Variables are those at the end. */
export function scannedResults(recipe: Recipe, count: number): RecipeResult[] {
  const variables = preparedVariables(recipe);
  const data = dataOf(recipe);
  // Every other value is an entry of what the scan takes apart; the body reads the rest whole.
  const stacked = data.filter((_, index) => index % 2 === 0).map((each) => stack(Array(count).fill(each)));
  const [, results] = scan<null, Tensor[], Tensor[][]>(
    (_carry, entries) => {
      const given = data.map((each, index) => (index % 2 === 0 ? entries[index / 2] : each));
      return [null, resultsOf(recipe, variables, given)];
    },
    null,
    stacked,
    { length: count },
  );
  compute(results.flat().map(({ node }) => node));
  const last = variables.map((variable) => variable.dataSync());
  return Array.from({ length: count }, (_, iteration) => ({
    results: results.map((group) =>
      group.map((values) => {
        const size = values.size / count;
        return values.dataSync().subarray(iteration * size, (iteration + 1) * size);
      }),
    ),
    variables: last,
  }));
}

/** The result of the recipe as a branch, or zeros as the other. */
export function branchResult(recipe: Recipe, taken: boolean): RecipeResult {
  const variables = preparedVariables(recipe);
  const values = allValuesInOrder(recipe);
  const data = dataOf(recipe);
  const results = cond<Tensor[][]>(
    tensor(taken),
    () => resultsOf(recipe, variables, data),
    () =>
      recipe.results.map((group) => group.map((value) => zeros(values[value].shape, values[value].dtype))),
  );
  compute(results.flat().map(({ node }) => node));
  return {
    results: results.map((group) => group.map((value) => value.dataSync())),
    variables: variables.map((variable) => variable.dataSync()),
  };
}

/** The values of the Variables after a loop has carried out the recipe so many times. */
export function variablesAfterLoop(recipe: Recipe, count: number): RecipeResult {
  const variables = preparedVariables(recipe);
  const data = dataOf(recipe);
  whileLoop(
    (done: Tensor) => less(done, count),
    (done: Tensor) => {
      resultsOf(recipe, variables, data);
      return add(done, 1);
    },
    tensor(0, [], "int32"),
  );
  return { results: [], variables: variables.map((variable) => variable.dataSync()) };
}
