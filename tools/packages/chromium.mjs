// Pages in Chromium, with the packages as they were built at the addresses that they have in the repository.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { chromium } from "playwright";

const executable = process.env.CHROMIUM ?? "/usr/bin/chromium";

const root = join(import.meta.dirname, "../../packages");

const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  // All that a page has to allow: WebAssembly, and threads that are made of text.
  "Content-Security-Policy":
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:",
};

/** Opens an empty page and gives it to `use`. Without a Chromium it says so, and does nothing. */
export async function inChromium(use) {
  if (!existsSync(executable)) {
    console.log(`There is no ${executable}: nothing was done in a page.`);
    return;
  }
  const server = createServer(async ({ url }, response) => {
    const { pathname } = new URL(url, "http://localhost");
    // The page's icon, which the browser asks for, is empty.
    const isPage = pathname === "/" || pathname === "/favicon.ico";
    const content = isPage ? "<!doctype html>" : await readFile(join(root, pathname)).catch(() => null);
    const type = extname(pathname) === ".js" ? "text/javascript" : "text/html";
    response.writeHead(content === null ? 404 : 200, { "Content-Type": type, ...headers });
    response.end(content);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch({
    executablePath: executable,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`http://localhost:${server.address().port}/`);
    await use(page);
  } finally {
    await browser.close();
    server.close();
  }
}
