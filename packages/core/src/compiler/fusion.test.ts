import fc from "fast-check";
import { describe, it } from "vitest";
import { forAll } from "../testing/for-all.ts";
import { wrongRecipe } from "./testing/check-recipe.ts";
import { everything, longRows, loops, manyOperations, updates } from "./testing/recipe-options.ts";

/** How many steps a recipe has, and the seed that it is drawn from. */
function recipes(most: number): fc.Arbitrary<readonly [number, number]> {
  return fc.tuple(fc.integer({ min: 1, max: most }), fc.nat());
}

describe("a program gives to the last bit what its operations give one by one,", () => {
  it("for drawn graphs of everything", () => {
    forAll(recipes(40), 150, ([operations, seed]) =>
      wrongRecipe(["the cpu backend", "the reference backend"], { ...everything, operations }, seed),
    );
  });

  it("when almost all operations could share one loop", () => {
    forAll(recipes(40), 200, ([operations, seed]) =>
      wrongRecipe(["the cpu backend"], { ...loops, operations }, seed),
    );
  });

  it("when Variables are updated in place while other parts of the program read them", () => {
    forAll(recipes(30), 200, ([operations, seed]) =>
      wrongRecipe(["the cpu backend", "the reference backend"], { ...updates, operations }, seed),
    );
  });

  it("when rows are too long to be read again", () => {
    forAll(recipes(20), 12, ([operations, seed]) =>
      wrongRecipe(["the cpu backend"], { ...longRows, operations }, seed),
    );
  });

  it("when there are more operations than a loop takes", () => {
    forAll(fc.nat(), 6, (seed) =>
      wrongRecipe(["the cpu backend"], { ...manyOperations, operations: 400 }, seed),
    );
  });
});

describe("a function compiled by jit gives in each call what its operations give one by one,", () => {
  it("for drawn graphs of everything", () => {
    forAll(recipes(40), 80, ([operations, seed]) =>
      wrongRecipe(
        ["jit"],
        { ...everything, operations, weights: { ...everything.weights, evaluate: 0 } },
        seed,
      ),
    );
  });

  it("when it updates Variables in place and reads them too", () => {
    forAll(recipes(30), 120, ([operations, seed]) =>
      wrongRecipe(["jit"], { ...updates, operations, weights: { ...updates.weights, evaluate: 0 } }, seed),
    );
  });
});

describe("a loop or a branch with a drawn body gives to the last bit what its operations give one by one,", () => {
  const within = { ...everything, weights: { ...everything.weights, evaluate: 0 } };
  const updating = { ...updates, weights: { ...updates.weights, evaluate: 0 } };

  it.each(["scan", "cond", "whileLoop"] as const)("as the body of a %s", (way) => {
    forAll(recipes(25), 30, ([operations, seed]) => wrongRecipe([way], { ...within, operations }, seed));
  });

  it.each(["scan", "cond", "whileLoop"] as const)("as that of a %s which assigns what it reads", (way) => {
    forAll(recipes(25), 30, ([operations, seed]) => wrongRecipe([way], { ...updating, operations }, seed));
  });
});
