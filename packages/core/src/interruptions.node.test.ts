/** An interruption from outside, as a timeout of node:vm, runs no finally blocks. */
import { runInThisContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { jit, SGD, type Tensor, tensor, variable } from "./index.ts";

const milliseconds = 20;

/** Runs `body`, which does not end by itself, and waits for the end of the turn. */
async function interrupted(body: () => void): Promise<void> {
  Reflect.set(globalThis, "interruptedBody", body);
  expect(() => runInThisContext("interruptedBody()", { timeout: milliseconds })).toThrow(/timed out/);
  Reflect.deleteProperty(globalThis, "interruptedBody");
  await null;
}

function runForEver(): never {
  for (;;);
}

describe("after an interruption", () => {
  it("of a function that is being traced, Variables can be read and assigned", async () => {
    const w = variable(2);
    await interrupted(() => jit((_x: Tensor): Tensor => runForEver())(tensor(1)));
    expect(w.mul(3).item()).toBe(6);
    expect(w.assign(5).item()).toBe(5);
  });

  it("of a loss that is being computed, functions are compiled, and steps taken", async () => {
    const w = variable(1);
    const optimizer = new SGD({ learningRate: 0.5 });
    await interrupted(() => optimizer.minimize(() => w.mul(runForEver()), [w]));
    let traces = 0;
    const square = jit((x: Tensor) => {
      traces++;
      return x.square();
    });
    expect([square(tensor(2)).item(), square(tensor(3)).item(), traces]).toEqual([4, 9, 1]);
    optimizer.minimize(() => w.square(), [w]);
    expect(w.item()).toBe(0);
  });
});
