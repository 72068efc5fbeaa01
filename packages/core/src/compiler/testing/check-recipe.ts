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
import { shrunken } from "./shrink-recipe.ts";

/** What is wrong with one way of carrying out a recipe, or null. */
type Check = (recipe: Recipe) => string | null;

function lazilyOn(backend: BackendName): Check {
  return (recipe) => onBackend(backend, () => wrongResult(lazyResult(recipe), resultInOrder(recipe)));
}

function twiceByJit(recipe: Recipe): string | null {
  const [first, second] = compiledResults(recipe, 2);
  const expected = resultInOrder(recipe);
  return wrongResult(first, expected) ?? wrongResult(second, resultInOrder(continued(recipe, expected)));
}

const checks = {
  "the cpu backend": lazilyOn("cpu"),
  "the reference backend": lazilyOn("reference"),
  jit: twiceByJit,
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
