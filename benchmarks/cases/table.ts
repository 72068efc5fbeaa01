import { convolutions } from "./convolutions.ts";
import { mlp } from "./mlp.ts";
import { operations } from "./operations.ts";

/** Training steps, by name. */
export const steps: Readonly<Record<string, () => () => unknown>> = { mlp };

/** A function that prepares a case, and returns what is to be timed. */
export function caseOf(name: string): () => () => unknown {
  const found = steps[name] ?? operations[name] ?? convolutions[name];
  if (!found) throw new RangeError(`there is no case ${name}`);
  return found;
}

export { convolutions, operations };
