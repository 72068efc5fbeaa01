import { describe, expect, it } from "vitest";
import { tensor } from "./tensor.ts";
import { variable } from "./variable.ts";

describe.each([
  ["a Tensor", () => tensor([1, 2])],
  ["a Variable", () => variable([1, 2])],
] as const)("%s among JavaScript's operators", (_name, make) => {
  const message = "JavaScript's operators do not compute with tensors: call add";

  it("is refused by arithmetic and comparisons, with what to call instead", () => {
    expect(() => Number(make())).toThrow(message);
    const [one, other] = [make(), make()];
    expect(() => one < other).toThrow(message);
    expect(() => make()[Symbol.toPrimitive]("default")).toThrow(message);
  });

  it("is text in a template", () => {
    expect(`${make()}`).toContain("[2]");
    expect(String(make())).toContain("float32");
  });
});
