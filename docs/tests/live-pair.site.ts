/** The page that trains at both levels: in Chromium the curves lie on top of each other, and part when a program is changed. */
import type { Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSite, type Site } from "./site-in-chromium.ts";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

/** Presses the button, and gives the number of steps and the largest difference of the losses. */
async function train(
  page: Page,
): Promise<{ readonly steps: number; readonly difference: number; readonly said: string }> {
  await page.getByRole("button", { name: "Train both" }).click();
  const live = page.locator('.live[data-state="done"]');
  await live.waitFor({ timeout: 100_000 });
  const value = async (name: string) => Number(await live.getAttribute(`data-${name}`));
  return {
    steps: await value("steps"),
    difference: await value("difference"),
    said: await live.locator(".live-status").innerText(),
  };
}

test("the curves of both levels are one", async () => {
  const { page, errors } = await site.open("guide/both-levels-live.html");
  const { steps, difference, said } = await train(page);
  expect(steps).toBe(375);
  expect(difference).toBeLessThan(1e-4);
  expect(said).toContain("4000 digits");
  expect(errors).toEqual([]);
  await page.close();
});

test("without the address the page trains on the digits that it has, and a changed program parts the curves", async () => {
  const { page } = await site.open("guide/both-levels-live.html");
  await page.getByLabel("Digits from").fill("nowhere/mnist");
  const code = page.locator(".live-pair code").nth(1);
  await code.fill((await code.innerText()).replace("learningRate: 0.001", "learningRate: 0.01"));
  const { steps, difference, said } = await train(page);
  expect(steps).toBe(48);
  expect(said).toContain("the 500 digits of this page");
  expect(difference).toBeGreaterThan(0.01);
  await page.close();
});
