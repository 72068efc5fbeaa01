/** The site that `npm run docs` has made, served, and opened in Chromium. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright";

export const folder = fileURLToPath(new URL("../api/", import.meta.url));

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

const installed = process.env.CHROMIUM ?? "/usr/bin/chromium";

export interface Site {
  readonly base: string;
  readonly browser: Browser;
  /** Opens a page of the site; an error in it fails the test that looks at `errors`. */
  open(path: string, size?: { width: number; height: number }): Promise<{ page: Page; errors: string[] }>;
  close(): Promise<void>;
}

export async function openSite(): Promise<Site> {
  if (!existsSync(join(folder, "index.html")))
    throw new Error("`npm run docs` makes the site that these tests open");
  const server = createServer(async ({ url = "/" }, response) => {
    const path = decodeURIComponent(new URL(url, "http://localhost").pathname);
    try {
      const body = await readFile(join(folder, path.endsWith("/") ? `${path}index.html` : path));
      response.setHeader("content-type", types[extname(path)] ?? "application/octet-stream");
      response.end(body);
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "localhost", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const base = `http://localhost:${address.port}/`;
  const browser = await chromium.launch({
    executablePath: existsSync(installed) ? installed : undefined,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  return {
    base,
    browser,
    async open(path, size = { width: 1280, height: 900 }) {
      const page = await browser.newPage({ viewport: size });
      const errors: string[] = [];
      page.on("pageerror", ({ message }) => errors.push(message));
      await page.goto(base + path);
      return { page, errors };
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}
