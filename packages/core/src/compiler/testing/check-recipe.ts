/** Compares a drawn recipe with the oracle, each way of carrying it out by itself. */
import type { BackendName } from "../../evaluate.ts";
import { onBackend } from "../../testing/backends.ts";
import { Draw } from "../../testing/draw.ts";
import { drawRecipe, type RecipeOptions } from "./draw-recipe.ts";
import {
  compiledResults,
  continued,
  lazyResult,
  printRecipe,
  type Recipe,
  resultInOrder,
  wrongResult,
} from "./recipe.ts";
import { branchResult, scannedResults, variablesAfterLoop } from "./recipe-control.ts";
import { shrunken } from "./shrink-recipe.ts";

/** The fault of one way of carrying out a recipe, or null. */
type Check = (recipe: Recipe) => string | null;

function lazilyOn(backend: BackendName): Check {
  return (recipe) => onBackend(backend, () => wrongResult(lazyResult(recipe), resultInOrder(recipe)));
}

function twiceByJit(recipe: Recipe): string | null {
  const [first, second] = compiledResults(recipe, 2);
  const expected = resultInOrder(recipe);
  return wrongResult(first, expected) ?? wrongResult(second, resultInOrder(continued(recipe, expected)));
}

/** As the body of a scan of three iterations, each of which begins with what the last one left. */
function inScan(recipe: Recipe): string | null {
  const iterations = 3;
  const actual = scannedResults(recipe, iterations);
  let current = recipe;
  for (const [iteration, { results, variables }] of actual.entries()) {
    const expected = resultInOrder(current);
    const isLast = iteration === iterations - 1;
    const wrong = wrongResult(
      { results, variables },
      { results: expected.results, variables: isLast ? expected.variables : [] },
    );
    if (wrong !== null) return `iteration ${iteration}, ${wrong}`;
    current = continued(recipe, expected);
  }
  return null;
}

function inBranch(recipe: Recipe): string | null {
  const expected = resultInOrder(recipe);
  const zeros = expected.results.map((group) => group.map((values) => values.slice().fill(0)));
  const before = { results: zeros, variables: recipe.variables.map(({ values }) => values) };
  return (
    wrongResult(branchResult(recipe, true), expected) ?? wrongResult(branchResult(recipe, false), before)
  );
}

function inWhileLoop(recipe: Recipe): string | null {
  const first = resultInOrder(recipe);
  const second = resultInOrder(continued(recipe, first));
  return wrongResult(variablesAfterLoop(recipe, 2), { ...second, results: [] });
}

const checks = {
  "the cpu backend": lazilyOn("cpu"),
  "the reference backend": lazilyOn("reference"),
  jit: twiceByJit,
  scan: inScan,
  cond: inBranch,
  whileLoop: inWhileLoop,
} satisfies Record<string, Check>;

/** Draws a recipe and checks it; says what is wrong with the smallest part of it that fails. */
export function wrongRecipe(
  ways: readonly (keyof typeof checks)[],
  options: RecipeOptions,
  seed: number,
): string | null {
  const recipe = drawRecipe(new Draw(seed), options);
  for (const way of ways) {
    const check = (smaller: Recipe): string | null => {
      try {
        return checks[way](smaller);
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    };
    if (check(recipe) === null) continue;
    const smallest = shrunken(recipe, (smaller) => check(smaller) !== null);
    return `by ${way}: ${check(smallest)}, of\n${printRecipe(smallest)}`;
  }
  return null;
}
