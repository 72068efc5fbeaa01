import { expect, test } from "vitest";
import { median, quantile } from "./statistics.ts";

test("quartiles lie between the values as numpy.quantile has them", () => {
  const times = [4, 1, 3, 2];
  expect(median(times)).toBe(2.5);
  expect(quantile(times, 0.25)).toBe(1.75);
  expect(quantile([7], 0.75)).toBe(7);
});
