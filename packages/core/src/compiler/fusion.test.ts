import fc from "fast-check";
import { describe, it } from "vitest";
import type { BackendName } from "../evaluate.ts";
import { onBackend } from "../testing/backends.ts";
import { Draw } from "../testing/draw.ts";
import { forAll } from "../testing/for-all.ts";
import { drawRecipe, type RecipeOptions } from "./testing/draw-recipe.ts";
import { lazyResult, printRecipe, type Recipe, resultInOrder, wrongResult } from "./testing/recipe.ts";
import { shrunken } from "./testing/shrink-recipe.ts";

const small: Omit<RecipeOptions, "operations"> = {
  sizes: [1, 1, 2, 3, 4, 5, 7, 8, 13, 16, 17],
  mostElements: 600,
  evaluates: true,
  updates: 0.15,
};

function wrongOn(backend: BackendName, recipe: Recipe): string | null {
  try {
    return onBackend(backend, () => wrongResult(lazyResult(recipe), resultInOrder(recipe)));
  } catch (error) {
    return String(error);
  }
}

function wrongRecipe(options: RecipeOptions, seed: number): string | null {
  const recipe = drawRecipe(new Draw(seed), options);
  for (const backend of ["cpu", "reference"] as const) {
    if (wrongOn(backend, recipe) === null) continue;
    const smallest = shrunken(recipe, (smaller) => wrongOn(backend, smaller) !== null);
    return `on ${backend}, ${wrongOn(backend, smallest)}, of\n${printRecipe(smallest)}`;
  }
  return null;
}

describe("a program gives what its operations give one by one, however they are fused", () => {
  it("on drawn graphs of everything", () => {
    forAll(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat()), 300, ([operations, seed]) =>
      wrongRecipe({ ...small, operations }, seed),
    );
  });
});
