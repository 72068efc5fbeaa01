import { describe, expect, it, vi } from "vitest";
import { currentBackend, flush } from "./evaluate.ts";
import { jit, type MemoryUse, memoryUse, tensor, variable, zeros } from "./index.ts";
import { onBackend } from "./testing/backends.ts";
import { waysOfTraining } from "./testing/tiny-training.ts";

/** What the backend holds when nothing is pending, after so many steps more. */
function bytesHeldAfter(steps: number, step: () => void): MemoryUse {
  for (let count = 0; count < steps; count++) step();
  flush();
  return memoryUse();
}

function bytesHeld(): MemoryUse {
  return bytesHeldAfter(0, () => {});
}

describe("the backend holds as much after 500 steps as after 200 of", () => {
  it.each(Object.entries(waysOfTraining))("%s", (_title, makeStep) => {
    const step = makeStep();
    // What follows a flush has a structure of its own: let all of them appear.
    const held = Array.from({ length: 5 }, () => bytesHeldAfter(100, step));
    expect(held[4]).toEqual(held[1]);
    expect(held[1].storageBytes).toBeGreaterThan(0);
  });
});

it("a function compiled by jit holds as much after 10,000 steps as after 100", () => {
  const step = waysOfTraining["a function compiled by jit"]();
  const early = bytesHeldAfter(100, step);
  expect(bytesHeldAfter(9_900, step)).toEqual(early);
});

describe("the backend's memory", () => {
  it("grows by a Variable's bytes when it is made", () => {
    const before = bytesHeld();
    const v = variable(zeros([1024]));
    v.dataSync();
    expect(bytesHeld().storageBytes - before.storageBytes).toBe(4096);
    v.assign(v.add(1));
    v.dataSync();
    expect(bytesHeld().storageBytes - before.storageBytes).toBe(4096);
  });

  it("does not grow with programs of ever other structures", () => {
    let alive = 0;
    onBackend("reference", () => {
      const backend = currentBackend();
      const prepare = backend.prepare.bind(backend);
      const spy = vi.spyOn(backend, "prepare").mockImplementation((program, constants) => {
        const executable = prepare(program, constants);
        alive++;
        return {
          byteLength: executable.byteLength,
          run: (bindings) => executable.run(bindings),
          dispose() {
            executable.dispose();
            alive--;
          },
        };
      });
      for (let length = 1; length <= 1100; length++) zeros([length]).add(1).sum().item();
      spy.mockRestore();
    });
    expect(alive).toBeGreaterThan(256);
    expect(alive).toBeLessThanOrEqual(1024);
  });

  it("does not grow with signatures of a compiled function without bound", () => {
    const scaled = jit((factor: number) => {
      return tensor([factor]).mul(factor).add(factor);
    });
    for (let factor = 0; factor < 140; factor++) scaled(factor);
    const early = bytesHeld();
    for (let factor = 140; factor < 200; factor++) scaled(factor);
    expect(bytesHeld().programBytes).toBeLessThanOrEqual(early.programBytes * 1.01);
  });
});
