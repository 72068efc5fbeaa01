/** However a function is called, its gradients are those of finite differences. */
import { describe, expect, it } from "vitest";
import { type BackendName, evaluate, gradients, jit, type Tensor, type Variable } from "../index.ts";
import { onBackend } from "../testing/backends.ts";
import { Draw } from "../testing/draw.ts";
import { type DrawnLoss, drawLoss } from "./testing/draw-loss.ts";

const step = 1e-5;
const tolerance = 1e-6;

/** How the gradients are taken. */
const takes: Readonly<Record<string, (drawn: DrawnLoss) => Tensor[]>> = {
  "of the result": ({ loss, weights }) => gradients(loss(), weights),
  "in a compiled function": ({ loss, weights }) => jit(() => gradients(loss(), weights))(),
  "of a compiled function's result": ({ loss, weights }) => gradients(jit(() => loss())(), weights),
};

/** (y(w + h·direction) − y(w − h·direction)) / 2h. Compiled, since y is traced once then, and not for each of the two. */
function difference(y: () => Tensor, w: Variable, direction: readonly number[]): number {
  const before = w.dataSync();
  const value = jit(y);
  const at = (distance: number): number => {
    w.assign(Float64Array.from(before, (value, index) => value + distance * direction[index]));
    return value().item();
  };
  const result = (at(step) - at(-step)) / (2 * step);
  w.assign(before);
  return result;
}

function differs(found: number, expected: number): boolean {
  return !(Math.abs(found - expected) <= tolerance * (1 + Math.abs(expected)));
}

/** What is wrong with the gradients of the loss that the seed draws, or null. */
function check(seed: number): string | null {
  const draw = new Draw(seed);
  const drawn = drawLoss(draw);
  try {
    return wrongIn(drawn, draw, seed);
  } catch (error) {
    return `seed ${seed}, ${drawn.text}: ${error}`;
  }
}

function wrongIn(drawn: DrawnLoss, draw: Draw, seed: number): string | null {
  const [take, slopesOf] = draw.of(Object.entries(takes));
  const direction = [draw.uniform() + 0.2, -draw.uniform() - 0.2];
  const along = (): Tensor[] => slopesOf(drawn).map((slope) => slope.mul(direction).sum());
  const slopes = along();
  evaluate(...slopes);
  const found = slopes.map((slope) => slope.item());
  const index = draw.below(drawn.weights.length);
  const slopeSaid = difference(drawn.loss, drawn.weights[index], direction);
  if (differs(found[index], slopeSaid)) {
    return `seed ${seed}, ${take}, ${drawn.text}: dw${index} is ${found[index]}, differences say ${slopeSaid}`;
  }
  if (!draw.chance(0.2)) return null;
  const [, second] = drawn.weights;
  const slope = (): Tensor => along()[0];
  const [mixed] = gradients(slope(), [second]).map((each) => each.mul(direction).sum().item());
  const expected = difference(slope, second, direction);
  if (!differs(mixed, expected)) return null;
  return `seed ${seed}, ${take}, ${drawn.text}: d²w0w1 is ${mixed}, differences say ${expected}`;
}

function failures(backend: BackendName, first: number, count: number): string[] {
  return onBackend(backend, () =>
    Array.from({ length: count }, (_, index) => check(first + index)).filter((wrong) => wrong !== null),
  );
}

describe("gradients are finite differences, by every way there is", () => {
  it.each(Array.from({ length: 8 }, (_, part) => part))("on the reference, part %i", (part) => {
    expect(failures("reference", 250 * part, 250)).toEqual([]);
  });

  it("on cpu", () => {
    expect(failures("cpu", 10_000, 20)).toEqual([]);
  });
});
