import { describe, expect, it } from "vitest";
import * as core from "./index.ts";
import { badCalls } from "./testing/bad-calls.ts";
import { type Argument, broadcastingOps, signatures } from "./testing/signatures.ts";

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
      const inputs = good.with(position, value);
      const message = await messageOf(() => op(...inputs));
      if (message?.startsWith(`${name}: `)) continue;
      found.push(
        `${name}(${inputs.map(text).join(", ")}) throws ${message === null ? "nothing" : `"${message}"`}`,
      );
    }
  }
  return found;
}

describe("every argument that is no good is an error that names the op:", () => {
  it.each(Object.entries(signatures))("%s", async (name, argument) => {
    expect(await complaints(name, argument)).toEqual([]);
  });
});

describe("what an op's own rule forbids is an error with the values and the rule:", () => {
  it.each(badCalls.map(([call, message]) => ({ call, message })))("$message", async ({ call, message }) => {
    expect(await messageOf(call)).toBe(message);
  });

  it.each(broadcastingOps)("%s broadcasts its operands", async (name) => {
    const [x, y] = [core.ones([2, 3], "int32"), core.ones([2], "int32")];
    expect(await messageOf(() => opOf(name)(x, y))).toBe(
      `${name}: the shapes [2, 3] and [2] do not broadcast: dimension -1 is 3 and 2; they must be equal, or one of them 1`,
    );
  });
});

describe("arguments beyond those that an op takes are an error, since they would be ignored:", () => {
  const takingAnyNumber: readonly string[] = ["einsum", "evaluate"];
  const unchecked: readonly string[] = ["variable", "setBackend"];
  const names = Object.keys(signatures).filter((name) => ![...takingAnyNumber, ...unchecked].includes(name));

  it.each(names)("%s", async (name) => {
    const good =
      Object.entries(signatures)
        .find(([each]) => each === name)?.[1]
        .map((each) => each.good) ?? [];
    const most = 20;
    const message = await messageOf(() => opOf(name)(...good, ...new Array(most).fill(true)));
    const taken = Number(
      new RegExp(`^${name}: takes (\\d+) arguments?, and was also given true`).exec(message ?? "")?.[1],
    );
    expect(taken, `${message}`).toBeGreaterThanOrEqual(good.length);
    expect(taken).toBeLessThan(good.length + most);
  });

  it("and options in the place of an argument", async () => {
    const x = core.ones([2, 3]);
    const calls: readonly (readonly [name: string, inputs: readonly unknown[], message: string])[] = [
      ["slice", [x, [0], [1]], "slice: takes 2 arguments, and was also given [1]"],
      [
        "softmax",
        [x, { axis: 0 }],
        "softmax: the axis is { axis: 0 }; it must be an integer, in its place and not in an object",
      ],
      [
        "sum",
        [x, { axis: 0 }],
        "sum: the axes are { axis: 0 }; accepted are an integer or an array of integers, in its place and not in an object",
      ],
      [
        "sum",
        [x, 0, { keepDims: true }],
        "sum: keepDims is { keepDims: true }; it must be true or false, in its place and not in an object",
      ],
    ];
    for (const [name, inputs, message] of calls) {
      expect(await messageOf(() => opOf(name)(...inputs))).toBe(message);
    }
  });

  it("but map and reduce of arrays may append the index and the array", () => {
    const list = [core.tensor([-1, 2]), core.tensor([3, -4])];
    expect(list.map(core.relu).map((each) => each.arraySync())).toEqual([
      [0, 2],
      [3, 0],
    ]);
    expect(list.reduce(core.add).arraySync()).toEqual([2, -2]);
  });
});

/** Functions that take nothing which could be wrong, but what `profile` gave. */
const withoutArguments = ["describeBackend", "describeProfile", "getBackend", "memoryUse", "nextTurn"];

it("every public function is in the table", () => {
  const isClass = (name: string): boolean => /^[A-Z]/.test(name);
  // profile is asynchronous through and through, and tested beside the backend.
  const known = [...Object.keys(signatures), ...withoutArguments, "profile", "optimizerOptions"];
  expect(Object.keys(core).filter((name) => !isClass(name) && !known.includes(name))).toEqual([]);
});

describe("an error leaves everything as it was", () => {
  it("in a trace: the Variable keeps its value, and the next call works", () => {
    const total = core.variable([1, 2]);
    const step = core.jit((x: core.Tensor) => {
      total.assignAdd(1);
      return core.add(total, x);
    });
    expect(() => step(core.ones([3]))).toThrow("add: the shapes [2] and [3] do not broadcast");
    expect(total.arraySync()).toEqual([1, 2]);
    expect(step(core.ones([2])).arraySync()).toEqual([3, 4]);
    expect(total.arraySync()).toEqual([2, 3]);
  });

  it("in an assignment: the Variable keeps its value", () => {
    const weights = core.variable([1, 2]);
    expect(() => weights.assign([1, 2, 3])).toThrow("assign: ");
    expect(() => weights.assignAdd([1, 2, 3])).toThrow("assignAdd: ");
    expect(() => weights.assignSub(core.matmul(core.ones([2, 3]), core.ones([2, 3])))).toThrow("matmul: ");
    expect(weights.arraySync()).toEqual([1, 2]);
  });

  it("in a body of a loop or a branch: later traces and reads work", () => {
    const count = core.variable(0);
    const bad = (): core.Tensor => {
      count.assignAdd(1);
      return core.add(core.ones([2]), core.ones([3]));
    };
    expect(() => core.cond(core.scalar(true), bad, bad)).toThrow("add: ");
    expect(() => core.map(bad, core.ones([2]))).toThrow("add: ");
    expect(() => core.whileLoop(() => core.scalar(true), bad, core.ones([2]))).toThrow("add: ");
    expect(count.item()).toBe(0);
    expect(core.map((x: core.Tensor) => x.mul(2), core.ones([2])).arraySync()).toEqual([2, 2]);
  });

  it("in a draw: the next numbers are those that would have come", () => {
    const draw = (): number => {
      const generator = new core.Generator(3);
      expect(() => core.uniform([2], { generator, dtype: "int32" })).toThrow("uniform: ");
      expect(() => core.gamma([2], [1, 2, 3], 1, { generator })).toThrow("gamma: ");
      return core.uniform([], { generator }).item();
    };
    expect(draw()).toBe(core.uniform([], { generator: new core.Generator(3) }).item());
  });
});
