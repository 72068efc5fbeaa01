/** The search finds, by everyday words, what the reader looks for. */
import type { Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSite, type Site } from "./site-in-chromium.ts";

let site: Site;
let reader: Page;
beforeAll(async () => {
  site = await openSite();
  ({ page: reader } = await site.open("guide/numbers.html"));
  await reader.keyboard.press("/");
});
afterAll(() => site.close());

test.each([
  ["matrix multiplication", "core/matmul.html"],
  ["save a model", "guide/saving-and-loading.html"],
  ["batch norm", "layers/BatchNormalization.html"],
  ["stop early", "layers/callbacks/EarlyStopping.html"],
  ["custom layer", "guide/write-a-layer.html"],
  ["nn.Linear", "layers/Dense.html"],
  ["tf.grad", "core/grad.html"],
  ["several inputs", "guide/functional-models.html"],
  ["cross entropy", "core/softmaxCrossEntropy.html"],
  ["print the graph", "core/describeGraph.html"],
  ["seed", "core/setSeed.html"],
  ["install", "guide/getting-started.html"],
])("%s leads to %s among the first three", async (query, path) => {
  await reader.getByRole("combobox", { name: "Search" }).fill(query);
  const results = reader.getByRole("option").getByRole("link");
  await results.first().waitFor();
  const links = await results.evaluateAll((all) =>
    all.slice(0, 3).map((each) => (each as HTMLAnchorElement).href),
  );
  expect(links).toContain(site.base + path);
});

test("the arrow keys and Enter open a result", async () => {
  const { page } = await site.open("index.html");
  await page.keyboard.press("/");
  await page.getByRole("combobox", { name: "Search" }).fill("matmul");
  await page.getByRole("option").first().waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL("**/core/matmul.html");
  await page.close();
});
