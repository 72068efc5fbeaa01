import { existsSync } from "node:fs";
import { playwright } from "@vitest/browser-playwright";
import { configDefaults, defineConfig } from "vitest/config";
import shared from "./vitest.config.ts";

const chromium = process.env.CHROMIUM ?? "/usr/bin/chromium";

// The projects of the suite in Node have files of their own, which no browser loads.
const { projects: _, ...sharedTest } = shared.test ?? {};

export default defineConfig({
  ...shared,
  // Found only while the tests run, it would make the page reload in the middle of them.
  optimizeDeps: { include: ["fast-check"] },
  // Pages that are isolated from other origins share memory with their workers.
  server: {
    headers: {
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
    },
  },
  test: {
    ...sharedTest,
    name: "browser",
    execArgv: [],
    maxWorkers: 1,
    include: ["packages/*/src/**/*.test.ts"],
    exclude: [...configDefaults.exclude, "**/*.node.test.ts"],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: {
          // Without a Chromium of the system, Playwright looks for its own.
          executablePath: existsSync(chromium) ? chromium : undefined,
          args: [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--js-flags=--expose-gc",
          ],
        },
      }),
      instances: [{ browser: "chromium" }],
    },
  },
});
