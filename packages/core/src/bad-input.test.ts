import { describe, expect, it } from "vitest";
import * as core from "./index.ts";
import { type Argument, signatures } from "./testing/signatures.ts";

type Op = (...inputs: unknown[]) => unknown;

function isOp(value: unknown): value is Op {
  return typeof value === "function";
}

function opOf(name: string): Op {
  const found = Object.entries(core).find(([each]) => each === name)?.[1];
  if (!isOp(found)) throw new Error(`there is no op ${name}`);
  return found;
}

function text(value: unknown): string {
  if (value instanceof core.Tensor) return value.toString();
  if (value instanceof core.Generator) return "a Generator";
  if (typeof value !== "object" || value === null)
    return typeof value === "string" ? `"${value}"` : String(value);
  if (Array.isArray(value)) return `[${value.map(text).join(", ")}]`;
  const members = Object.entries(value).map(([name, member]) => `${name}: ${text(member)}`);
  return `{ ${members.join(", ")} }`;
}

/** Makes the call, and gives the error's message, or null where there is none. */
async function messageOf(call: () => unknown): Promise<string | null> {
  try {
    await call();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function complaints(name: string, argument: readonly Argument[]): Promise<string[]> {
  const op = opOf(name);
  const good = argument.map((each) => each.good);
  const found: string[] = [];
  const complaint = await messageOf(() => op(...good));
  if (complaint !== null) found.push(`a good call throws "${complaint}"`);
  for (const [position, { bad }] of argument.entries()) {
    for (const value of bad) {
      const call = `${name}(${good.map((each, at) => text(at === position ? value : each)).join(", ")})`;
      const message = await messageOf(() => op(...good.with(position, value)));
      if (message === null) found.push(`${call} throws nothing`);
      else if (!message.startsWith(`${name}: `)) found.push(`${call} throws "${message}"`);
    }
  }
  return found;
}

describe("every argument that is no good is an error that names the op:", () => {
  it.each(Object.entries(signatures))("%s", async (name, argument) => {
    expect(await complaints(name, argument)).toEqual([]);
  });
});
