import { expect, it } from "vitest";
import { Dense } from "../layers/core/dense.ts";
import { Sequential } from "../models/sequential.ts";
import { LiveChart } from "./live-chart.ts";

it("LiveChart finds an element of the page by its id, and says when there is none", async () => {
  const model = new Sequential([new Dense(1)]);
  model.compile({ optimizer: "sgd", loss: "mse" });
  document.body.innerHTML = '<div id="chart"></div>';
  const fit = (target: string) =>
    model.fit([[1], [2]], [[2], [4]], { epochs: 2, verbose: 0, callbacks: [new LiveChart(target)] });
  await fit("#chart");
  await fit("chart");
  const svg = document.querySelector("#chart > svg");
  expect(svg?.getBoundingClientRect().width).toBe(760);
  expect(document.querySelector("#chart > p")?.textContent).toMatch(/^2 of 2 epochs, training ended, \d+ s$/);
  await expect(fit("graph")).rejects.toThrow(
    'LiveChart: target is "graph"; no element of the page has this id',
  );
});
