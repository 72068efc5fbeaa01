/** Makes a failing recipe as small as it can be and still fail. */
import type { TypedArray } from "../../dtype.ts";
import { allValuesInOrder, type Recipe, type Statement } from "./recipe.ts";

/** Tries smaller recipes until none of them fails any more. */
export function shrunken(recipe: Recipe, fails: (smaller: Recipe) => boolean): Recipe {
  let current = withoutUnused(recipe);
  if (!fails(current)) return recipe;
  for (let next = firstFailing(current, fails); next !== null; next = firstFailing(current, fails))
    current = next;
  return current;
}

function firstFailing(recipe: Recipe, fails: (smaller: Recipe) => boolean): Recipe | null {
  for (const smaller of smallerOnes(recipe)) if (fails(smaller)) return smaller;
  return null;
}

function* smallerOnes(recipe: Recipe): Generator<Recipe> {
  const { results, statements } = recipe;
  for (const [at, group] of results.entries()) {
    const others = results.filter((_, index) => index !== at);
    yield withoutUnused({ ...recipe, results: others });
    if (group.length < 2) continue;
    for (const value of group) {
      yield withoutUnused({ ...recipe, results: [...others, group.filter((each) => each !== value)] });
    }
  }
  for (const [at, statement] of statements.entries()) {
    if (statement.kind === "assign" || statement.kind === "evaluate") {
      yield withoutUnused({ ...recipe, statements: statements.filter((_, index) => index !== at) });
    }
  }
  yield* withKnownValues(recipe);
}

/** Operations replaced by what they give. */
function* withKnownValues(recipe: Recipe): Generator<Recipe> {
  const values = allValuesInOrder(recipe);
  let position = 0;
  for (const [at, statement] of recipe.statements.entries()) {
    if (statement.kind === "assign" || statement.kind === "evaluate") continue;
    const { shape, dtype, values: content } = values[position++];
    if (statement.kind === "data") continue;
    const data = { type: { shape, dtype }, values: narrowed(dtype, content) };
    const statements = [...recipe.statements];
    statements[at] = { kind: "data", data };
    yield withoutUnused({ ...recipe, statements });
  }
}

function narrowed(dtype: string, values: TypedArray): TypedArray {
  return dtype === "float32" ? Float32Array.from(values) : values.slice();
}

/** Without the values that no statement and no result needs. */
function withoutUnused(recipe: Recipe): Recipe {
  const makers = recipe.statements.filter(({ kind }) => kind !== "assign" && kind !== "evaluate");
  const needed = new Set(recipe.results.flat());
  for (const statement of recipe.statements) {
    if (statement.kind === "assign") needed.add(statement.value);
    if (statement.kind === "evaluate") for (const value of statement.values) needed.add(value);
  }
  for (let position = makers.length - 1; position >= 0; position--) {
    const maker = makers[position];
    if (needed.has(position) && maker.kind === "apply") for (const input of maker.inputs) needed.add(input);
  }
  const numbers = new Map<number, number>();
  let position = 0;
  const statements: Statement[] = [];
  for (const statement of recipe.statements) {
    const isMaker = statement.kind !== "assign" && statement.kind !== "evaluate";
    if (isMaker && !needed.has(position++)) continue;
    if (isMaker) numbers.set(position - 1, numbers.size);
    statements.push(renumbered(statement, numbers));
  }
  return {
    ...recipe,
    statements,
    results: recipe.results.map((group) => group.map((value) => numberOf(numbers, value))),
  };
}

function renumbered(statement: Statement, numbers: ReadonlyMap<number, number>): Statement {
  switch (statement.kind) {
    case "apply":
      return { ...statement, inputs: statement.inputs.map((input) => numberOf(numbers, input)) };
    case "assign":
      return { ...statement, value: numberOf(numbers, statement.value) };
    case "evaluate":
      return { ...statement, values: statement.values.map((value) => numberOf(numbers, value)) };
    default:
      return statement;
  }
}

function numberOf(numbers: ReadonlyMap<number, number>, value: number): number {
  const found = numbers.get(value);
  if (found === undefined) throw new Error(`value ${value} is needed and was dropped`);
  return found;
}
