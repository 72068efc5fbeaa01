import { expect, it } from "vitest";
import { arange, full, tensor, transpose } from "../index.ts";
import { uniformValue } from "./uniform-value.ts";

it("a tensor that is one number everywhere is known without being computed, others are not", () => {
  expect(uniformValue(full([2, 3], 7).node)).toBe(7);
  expect(uniformValue(transpose(full([2, 3], -0.5)).reshape([6]).node)).toBe(-0.5);
  expect(uniformValue(arange(3).node)).toBeNull();
  expect(uniformValue(full([2], 1).add(1).node)).toBeNull();
  expect(uniformValue(transpose(tensor([[1, 1]])).node)).toBeNull();
});
