import { describe, expect, it } from "vitest";
import { Dense } from "../layers/core/dense.ts";
import { Sequential } from "../models/sequential.ts";
import { type ChartElement, LiveChart, type LiveChartOptions } from "./live-chart.ts";

const x = Array.from({ length: 8 }, (_, index) => [index / 8]);
const y = x.map(([value]) => [2 * value]);

function compiled(): Sequential {
  const model = new Sequential([new Dense(1)]);
  model.compile({ optimizer: "sgd", loss: "mse", metrics: ["mae"] });
  return model;
}

/** An element that notes all that it showed. */
function recording(): { readonly element: ChartElement; readonly shown: string[] } {
  const shown: string[] = [];
  const element = {
    get innerHTML() {
      return shown[shown.length - 1] ?? "";
    },
    set innerHTML(content: string) {
      shown.push(content);
    },
  };
  return { element, shown };
}

function statusesOf(shown: readonly string[]): string[] {
  return shown.map((html) => (/<p class[^>]*>([^<]*), \d+ s<\/p>/.exec(html) ?? [])[1]);
}

describe("LiveChart", () => {
  it("draws in an element at each epoch, and within epochs", async () => {
    const { element, shown } = recording();
    await compiled().fit(x, y, {
      epochs: 2,
      batchSize: 4,
      validationSplit: 0.25,
      verbose: 0,
      callbacks: [new LiveChart(element, { interval: 1e-9, title: "a & b" })],
    });
    expect(statusesOf(shown)).toEqual([
      "training begins",
      "epoch 1 of 2, step 1 of 2",
      "epoch 1 of 2, step 2 of 2",
      "1 of 2 epochs",
      "epoch 2 of 2, step 1 of 2",
      "epoch 2 of 2, step 2 of 2",
      "2 of 2 epochs",
      "2 of 2 epochs, training ended",
    ]);
    expect(shown[1]).toContain(">loss</text>");
    expect(shown[1]).toContain(">mae</text>");
    expect(shown[1]).not.toContain("validation");
    expect(shown[3]).toContain("validation");
    expect(shown[3]).toContain("a &amp; b");
    // One point for each epoch: what was drawn within it is replaced.
    expect(element.innerHTML.match(/<circle/g)).toHaveLength(8);
  });

  it("draws seldom where steps are short", async () => {
    const { element, shown } = recording();
    await compiled().fit(x, y, {
      batchSize: 1,
      verbose: 0,
      callbacks: [new LiveChart(element, { interval: 60 })],
    });
    expect(statusesOf(shown)).toEqual(["training begins", "1 of 1 epochs", "1 of 1 epochs, training ended"]);
  });

  it("draws the metrics asked for, in their order, of data of unknown length too", async () => {
    const { element, shown } = recording();
    const data = function* () {
      for (let step = 0; step < 3; step++) yield [x, y];
    };
    const chart = new LiveChart({ target: element, metrics: ["mae", "loss"], interval: 1e-9 });
    await compiled().fit(data, null, { verbose: 0, callbacks: [chart] });
    expect(statusesOf(shown)[2]).toBe("epoch 1 of 1, step 2");
    expect(element.innerHTML.indexOf(">mae<")).toBeLessThan(element.innerHTML.indexOf(">loss<"));
  });

  it.each<[object, string]>([
    [{ target: "" }, "target"],
    [{ target: 3 }, "target"],
    [{ metrics: [] }, "metrics"],
    [{ width: 0 }, "width"],
    [{ height: 10 }, '"height" is an unknown option'],
  ])("refuses %j", (given: LiveChartOptions, named) => {
    expect(() => new LiveChart(given)).toThrow(named);
  });
});
