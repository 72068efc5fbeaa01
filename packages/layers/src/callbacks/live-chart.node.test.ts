import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { Dense } from "../layers/core/dense.ts";
import { Sequential } from "../models/sequential.ts";
import { LiveChart } from "./live-chart.ts";

const folder = mkdtempSync(join(tmpdir(), "strata-live-chart-"));

afterAll(() => rmSync(folder, { recursive: true }));

it("LiveChart writes a page that stands alone, and loads itself again until training ends", async () => {
  const model = new Sequential([new Dense(1)]);
  model.compile({ optimizer: "sgd", loss: "mse" });
  const path = join(folder, "charts", "training.html");
  const pages: string[] = [];
  const callbacks = [
    new LiveChart(path, { title: "<i>" }),
    { onEpochEnd: () => void pages.push(readFileSync(path, "utf8")) },
  ];
  await model.fit([[1], [2]], [[2], [4]], { epochs: 2, verbose: 0, callbacks });
  pages.push(readFileSync(path, "utf8"));
  expect(pages.map((page) => page.includes('http-equiv="refresh"'))).toEqual([true, true, false]);
  expect(pages[1]).toMatch(/2 of 2 epochs, \d+ s/);
  for (const page of pages) {
    expect(page).toMatch(/^<!doctype html><html lang="en">.*<\/html>\n$/);
    expect(page).toContain("<title>&lt;i&gt;</title>");
    // The namespace of SVG is no address that is loaded.
    expect(page.match(/https?:[^"]*/g)).toEqual(["http://www.w3.org/2000/svg"]);
  }
  // Each was put in place of the one before, whole: nothing else is left.
  expect(readdirSync(join(folder, "charts"))).toEqual(["training.html"]);
});
