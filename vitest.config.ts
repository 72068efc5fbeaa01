import { defaultClientConditions, defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // The tests run on the TypeScript sources of both packages, with no build.
  resolve: { conditions: ["source", ...defaultClientConditions] },
  ssr: { resolve: { conditions: ["source", ...defaultServerConditions] } },
  test: {
    name: "node",
    environment: "node",
    include: [
      "packages/*/src/**/*.test.ts",
      "benchmarks/**/*.test.ts",
      "examples/**/*.test.ts",
      "docs/**/*.test.ts",
      "exchange/**/*.test.ts",
    ],
    exclude: ["**/node_modules/**", "**/dist/**", "docs/api/**"],
    // The memory tests collect garbage before they count.
    execArgv: ["--expose-gc"],
    testTimeout: 30_000,
    reporters: ["default", "./tools/keras-cases-reporter.ts"],
    // A worker loads the sources once for all of its files: a third of the time, and a test that leaves state behind fails another.
    isolate: false,
    // Left to itself, Vitest keeps one core free.
    maxWorkers: "100%",
  },
});
