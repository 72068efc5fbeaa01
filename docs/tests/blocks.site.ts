/** Code on the pages can be changed and run there: in Chromium it prints what its comments say. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { folder, openSite, type Site } from "./site-in-chromium.ts";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

describe("a block", () => {
  test("draws and prints below itself, with both packages", async () => {
    const { page, errors } = await site.open("index.html");
    const block = page.locator(".runnable").first();
    await block.getByRole("button", { name: "Run" }).click();
    await block.and(page.locator('[data-state="done"]')).waitFor({ timeout: 60_000 });
    expect(await block.getByRole("log").innerText()).toContain("[[0], [1], [1], [0]]");
    expect(await block.getByRole("img").count()).toBe(1);
    expect(errors).toEqual([]);
    await page.close();
  });

  test("runs as the reader has changed it, types and all, and goes back", async () => {
    const { page } = await site.open("core/matmul.html");
    const block = page.locator(".runnable").first();
    const code = block.getByRole("textbox");
    const original = await code.innerText();
    await code.fill(
      'import { type Tensor, tensor } from "@strata/core";\nconst x: Tensor = tensor([1, 2]);\nconsole.log(x.mul(21).arraySync());',
    );
    await code.press("Control+Enter");
    await block.getByText("[21, 42]").waitFor({ timeout: 60_000 });
    await block.getByRole("button", { name: "Reset" }).click();
    expect(await code.innerText()).toBe(original);
    await page.close();
  });

  test("says what is wrong, and can be stopped", async () => {
    const { page } = await site.open("core/matmul.html");
    const block = page.locator(".runnable").first();
    const code = block.getByRole("textbox");
    await code.fill('import { matmul } from "@strata/core";\nmatmul([[1, 2]], [[1, 2]]);');
    await block.getByRole("button", { name: "Run" }).click();
    await block.getByText("ShapeError: matmul").waitFor({ timeout: 60_000 });
    await code.fill("while (true) {}");
    await block.getByRole("button", { name: "Run" }).click();
    await block.getByRole("button", { name: "Stop" }).click();
    await block.getByRole("button", { name: "Run" }).waitFor();
    await page.close();
  });
});

/** Runs the blocks of a page one after the other, in the worker that the button starts, and gives the errors. */
async function runBlocks(): Promise<string[]> {
  const errors: string[] = [];
  for (const block of document.querySelectorAll<HTMLElement>(".runnable")) {
    const code = block.querySelector("code")?.cloneNode(true);
    if (!(code instanceof HTMLElement)) continue;
    for (const each of code.querySelectorAll("br")) each.replaceWith("\n");
    const worker = new Worker("../assets/run-worker.js", { type: "module" });
    const text = code.textContent ?? "";
    const error = await new Promise<string | null>((resolve) => {
      worker.onmessage = ({ data }) => {
        if (data.kind === "error") resolve(data.text);
        else if (data.kind === "done") resolve(null);
      };
      worker.onerror = ({ message }) => resolve(message);
      worker.postMessage({ before: block.dataset.before ?? "", code: text });
    });
    worker.terminate();
    if (error !== null) errors.push(`${error}\n${text}`);
  }
  return errors;
}

describe("each block of a guide that can be run in a page does run there", () => {
  test.each(readdirSync(join(folder, "guide")))("%s", async (name) => {
    const { page } = await site.open(`guide/${name}`);
    expect(await page.evaluate(runBlocks)).toEqual([]);
    await page.close();
  });
});
