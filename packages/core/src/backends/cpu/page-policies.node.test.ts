/** Pages whose Content-Security-Policy forbids something, in Chromium, where it is installed. */
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { type Browser, chromium } from "playwright";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const core = new URL("../../index.ts", import.meta.url).pathname;

/** Computes until threads have had time to start, or to be refused. */
const source = `
  import { describeBackend, matmul, ones, setBackend } from ${JSON.stringify(core)};
  globalThis.multiply = async (threads) => {
    if (threads !== undefined) setBackend("cpu", { threads });
    let sum = 0;
    for (let trial = 0; trial < 10; trial++) {
      sum = matmul(ones([300, 300]), ones([300, 300])).sum().item();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return [sum / 300 ** 3, describeBackend().split("\\n").at(-1)];
  };`;

const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

describe.runIf(existsSync(executablePath))("pages with policies", () => {
  let browser: Browser;
  let code = "";
  let origin = "";
  let headers: Record<string, string> = {};
  const server = createServer(({ url }, response) => {
    const type = url === "/program.js" ? "text/javascript" : "text/html";
    response.writeHead(200, { ...headers, "Content-Type": type });
    response.end(
      url === "/program.js" ? code : '<!doctype html><script type="module" src="/program.js"></script>',
    );
  });

  beforeAll(async () => {
    const bundle = await rolldown({
      input: "program",
      platform: "browser",
      resolve: { conditionNames: ["@strata/source", "browser", "import"] },
      logLevel: "silent",
      plugins: [
        {
          name: "program",
          resolveId: (id) => (id === "program" ? id : null),
          load: (id) => (id === "program" ? source : null),
        },
      ],
    });
    const { output } = await bundle.generate({ format: "esm", codeSplitting: false });
    code = output[0].code;
    await new Promise<void>((resolve) => server.listen(0, resolve));
    const address = server.address();
    if (typeof address !== "object" || address === null) throw new Error("the server has no port");
    origin = `http://localhost:${address.port}/`;
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  }, 30_000);

  afterAll(async () => {
    await browser?.close();
    server.close();
  });

  /** What the program gives in a page with these headers. */
  async function multiply(given: Record<string, string>, threads?: number): Promise<unknown> {
    headers = given;
    const page = await browser.newPage();
    try {
      await page.addInitScript('Object.defineProperty(navigator, "hardwareConcurrency", { value: 2 })');
      await page.goto(origin);
      await page.waitForFunction("globalThis.multiply");
      return await page.evaluate(`multiply(${threads})`);
    } finally {
      await page.close();
    }
  }

  it("compute on one thread where no worker may be made, and say what to allow", async () => {
    const policy = { "Content-Security-Policy": "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'" };
    expect(await multiply({ ...isolation, ...policy })).toEqual([
      1,
      "threads: 1 (the page's Content-Security-Policy allows no more: worker-src has to allow blob:)",
    ]);
  });

  it("say what to allow where WebAssembly may not be compiled", async () => {
    const policy = { "Content-Security-Policy": "script-src 'self'; worker-src blob:" };
    await expect(multiply({ ...isolation, ...policy })).rejects.toThrow(
      "does not allow WebAssembly: add 'wasm-unsafe-eval' to its script-src",
    );
  });

  it("compute on as many threads as they choose, and on one if they are not isolated", async () => {
    const policy = { "Content-Security-Policy": "script-src 'self' 'wasm-unsafe-eval'; worker-src blob:" };
    expect(await multiply({ ...isolation, ...policy })).toEqual([1, "threads: 2"]);
    expect(await multiply({ ...isolation, ...policy }, 1)).toEqual([1, "threads: 1"]);
    expect(await multiply(policy)).toEqual([
      1,
      expect.stringMatching(/^threads: 1 \(pages use several only if their server isolates them/),
    ]);
  });
});
