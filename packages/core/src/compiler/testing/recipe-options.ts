/** Kinds of recipes, each with another part of the compiler in view. */
import type { RecipeOptions, StepWeights } from "./draw-recipe.ts";

const all: StepWeights = {
  unary: 2,
  binary: 6,
  choice: 1,
  reduction: 2,
  normalization: 2,
  movement: 3,
  rearrangement: 1,
  assembly: 1,
  product: 1,
  routine: 1,
  generator: 1,
  data: 1,
  read: 1,
  assign: 1,
  update: 3,
  evaluate: 1,
};

const none: StepWeights = {
  unary: 0,
  binary: 0,
  choice: 0,
  reduction: 0,
  normalization: 0,
  movement: 0,
  rearrangement: 0,
  assembly: 0,
  product: 0,
  routine: 0,
  generator: 0,
  data: 0,
  read: 0,
  assign: 0,
  update: 0,
  evaluate: 0,
};

type Options = Omit<RecipeOptions, "operations">;

export const everything: Options = {
  weights: all,
  dtypes: [
    "float32",
    "float32",
    "float32",
    "float32",
    "float64",
    "float16",
    "bfloat16",
    "int32",
    "uint8",
    "bool",
  ],
  sizes: [1, 1, 2, 3, 4, 5, 7, 8, 13, 16, 17],
  mostElements: 600,
};

/** Few shapes with equal dimensions, so that almost everything could share a loop with everything. */
export const loops: Options = {
  weights: { ...none, unary: 1, binary: 6, reduction: 3, normalization: 6, movement: 2, rearrangement: 3 },
  dtypes: ["float32"],
  sizes: [1, 3, 3, 4, 17],
  mostElements: 300,
};

/** Variables that are made anew from each other's old and new values. */
export const updates: Options = {
  weights: { ...none, binary: 3, normalization: 1, read: 2, assign: 2, update: 8, evaluate: 1 },
  dtypes: ["float32"],
  sizes: [3, 3, 4, 17],
  mostElements: 300,
};

export const longRows: Options = {
  weights: { ...none, binary: 4, reduction: 3, normalization: 4, update: 1 },
  dtypes: ["float32"],
  sizes: [1, 3, 17_000],
  mostElements: 60_000,
};

export const manyOperations: Options = {
  ...loops,
  weights: { ...none, binary: 8, unary: 2, normalization: 1 },
};
