/** Pages of every kind fit a desktop and a phone, and have no serious fault of accessibility. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSite, type Site } from "./site-in-chromium.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const pages = [
  "index.html",
  "guide/two-levels.html",
  "guide/getting-started.html",
  "guide/both-levels-live.html",
  "guide/operations.html",
  "guide/benchmarks.html",
  "core.html",
  "core/matmul.html",
  "core/Adam.html",
  "layers/index.html",
  "layers/Dense.html",
  "layers/losses.html",
];

const sizes = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 800 } };

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

interface Fault {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

describe.each(Object.entries(sizes))("on a %s", (_, size) => {
  test.each(pages)("%s has no serious fault, and does not scroll sideways", async (path) => {
    const { page, errors } = await site.open(path, size);
    await page.addScriptTag({ content: axe });
    const { violations } = (await page.evaluate("axe.run()")) as { violations: Fault[] };
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes.length} × ${nodes[0].html}`)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
    expect(errors).toEqual([]);
    await page.close();
  });
});

test("on a phone the button opens the menu", async () => {
  const { page } = await site.open("core/matmul.html", sizes.phone);
  await page.getByRole("button", { name: "Menu" }).click();
  await page
    .getByRole("navigation", { name: "Pages" })
    .getByRole("link", { name: "Getting started" })
    .click();
  expect(page.url()).toBe(`${site.base}guide/getting-started.html`);
  await page.close();
});
