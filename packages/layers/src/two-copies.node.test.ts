import * as core from "@strata/core";
import { expect, it, vi } from "vitest";
import { Dense, Sequential } from "./index.ts";

const sentence =
  'of another copy of @strata/core (version 0.1.0; this one is 0.1.0): there are two copies, and a program may have only one ("npm ls @strata/core" lists them)';

it("what another copy of core made is refused by a sentence that says so", async () => {
  vi.resetModules();
  const other: typeof core = await import("@strata/core");
  expect(other.Tensor).not.toBe(core.Tensor);
  const model = new Sequential([new Dense(1, { inputShape: [2] })]);
  const optimizer: unknown = new other.Adam();
  expect(() => Reflect.apply(model.compile, model, [{ loss: "mse", optimizer }])).toThrow(
    `compile: the optimizer is an Adam ${sentence}; it must be`,
  );
  model.compile({ loss: "mse" });
  await expect(model.fit(other.ones([4, 2]), core.ones([4, 1]), { verbose: 0 })).rejects.toThrow(
    `fit: x is a Tensor ${sentence}`,
  );
  await expect(model.predict(other.ones([4, 2]))).rejects.toThrow(`predict: x is a Tensor ${sentence}`);
  expect(() => model.setWeights([other.ones([2, 1]), other.ones([1])])).toThrow(sentence);
});
