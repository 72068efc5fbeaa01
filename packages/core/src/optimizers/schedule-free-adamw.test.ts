import { expect, it } from "vitest";
import { variable } from "../variable.ts";
import { ScheduleFreeAdamW } from "./schedule-free-adamw.ts";

it("swaps to the averages and back", () => {
  const x = variable([3, -2]);
  const optimizer = new ScheduleFreeAdamW(0.25, { beta1: 0.5 });
  const passed: number[] = [];
  for (let step = 0; step < 3; step++) {
    optimizer.applyGradients([[1, 1]], [x]);
    passed.push(optimizer.variables[2].dataSync()[0]);
  }
  const trained = [...x.dataSync()];
  optimizer.swapToEval();
  expect(x.dataSync()[0]).toBeCloseTo(passed.reduce((a, b) => a + b) / 3, 5);
  optimizer.swapToTrain();
  x.dataSync().forEach((value, index) => {
    expect(value).toBeCloseTo(trained[index], 5);
  });
});
