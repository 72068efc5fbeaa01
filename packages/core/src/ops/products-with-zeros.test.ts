import { describe, expect, it } from "vitest";
import { gradients } from "../autodiff/gradients.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { type CumulativeOptions, cumprod } from "./cumulation.ts";
import { prod } from "./reductions.ts";
import { flip } from "./slicing.ts";
import { expectValues, onBackend } from "./testing/battery.ts";

const points: readonly (readonly [name: string, factors: readonly number[]])[] = [
  ["no zero", [2, -3, 0.5, 4, -1]],
  ["one zero", [2, 0, 0.5, 4, -1]],
  ["two zeros", [0, 3, 0.5, 0, -1]],
  ["three zeros", [0, 3, 0, 0, -1]],
  ["zeros", [0, 0, 0, 0, 0]],
];
const direction = [1, 2, -1, 0.5, 3];

/** The gradient of f, of its slope along the direction, of that one's slope, … up to an order. */
function slopes(f: (x: Tensor) => Tensor, x: Tensor, order: number, along: readonly number[]): Tensor[] {
  const found = [gradients(f(x), [x])[0]];
  while (found.length < order) {
    const slope = found[found.length - 1].mul(tensor([...along], x.shape, "float64")).sum();
    found.push(gradients(slope, [x])[0]);
  }
  return found;
}

/** The product of the factors whose places are not left out: a polynomial, linear in each of them. */
function productOf(factors: readonly number[], leftOut: readonly number[]): number {
  const isOther = leftOut.some((place) => place >= factors.length);
  if (isOther || new Set(leftOut).size < leftOut.length) return 0;
  return factors.reduce(
    (product, factor, place) => (leftOut.includes(place) ? product : product * factor),
    1,
  );
}

/** What `slopes` finds, from the derivatives as sums of products of what is left. */
function exactSlopes(
  count: number,
  order: number,
  along: readonly number[],
  derivative: (places: readonly number[]) => number,
): number[][] {
  const contracted = (places: readonly number[], left: number): number =>
    left === 0
      ? derivative(places)
      : along.reduce((sum, weight, place) => sum + weight * contracted([...places, place], left - 1), 0);
  return Array.from({ length: order }, (_, left) =>
    Array.from({ length: count }, (_place, place) => contracted([place], left)),
  );
}

function expectSlopes(actual: readonly Tensor[], expected: readonly number[][]): void {
  actual.forEach((slope, index) => {
    expectValues(slope, expected[index], 1e-13);
  });
}

describe.each(["reference", "cpu"] as const)("derivatives of products, to the third, on %s:", (backend) => {
  it.each(points)("prod of factors with %s", (_name, factors) => {
    const x = tensor([...factors], undefined, "float64");
    onBackend(backend, () => {
      const expected = exactSlopes(5, 3, direction, (places) => productOf(factors, places));
      expectSlopes(slopes(prod, x, 3, direction), expected);
    });
  });

  it.each(points)("prod along some of the axes of factors with %s", (_name, factors) => {
    // The factors are the columns; of the two each product is weighted with 1 and 2.
    const twice = (values: readonly number[]): number[] => values.flatMap((value) => [value, value]);
    const x = tensor(twice(factors), [1, 5, 2], "float64");
    onBackend(backend, () => {
      const single = exactSlopes(5, 2, direction, (places) => productOf(factors, places));
      const expected = single.map((values) => values.flatMap((value) => [value, 2 * value]));
      expectSlopes(
        slopes((at) => prod(at, [0, 1]).mul([1, 2]).sum(), x, 2, twice(direction)),
        expected,
      );
    });
  });

  const options: readonly CumulativeOptions[] = [{}, { exclusive: true }, { reverse: true }];
  const cases = points.flatMap(([name, factors]) =>
    options.map((option) => [name, option, factors] as const),
  );
  it.each(cases)("cumprod of factors with %s and %o", (_name, option, factors) => {
    const weights = [1, -2, 3, 0.5, 4];
    const x = tensor([...factors], undefined, "float64");
    const turned = (at: Tensor): Tensor => (option.reverse ? flip(at, 0) : at);
    const f = (at: Tensor): Tensor =>
      turned(cumprod(turned(at), 0, option))
        .mul(weights)
        .sum();
    const derivative = (places: readonly number[]): number =>
      weights.reduce((sum, weight, index) => {
        const first = factors.slice(0, option.exclusive ? index : index + 1);
        return sum + weight * productOf(first, places);
      }, 0);
    onBackend(backend, () => {
      expectSlopes(slopes(f, x, 3, direction), exactSlopes(5, 3, direction, derivative));
    });
  });
});

describe("products of integers", () => {
  it("are exact with zeros", () => {
    expect(prod(tensor([3, 0, 5], undefined, "int32")).item()).toBe(0);
    expect(cumprod(tensor([3, 0, 5], undefined, "int32")).arraySync()).toEqual([3, 0, 0]);
  });
});
