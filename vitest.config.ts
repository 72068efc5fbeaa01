import { defaultClientConditions, defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

const all = [
  "packages/*/src/**/*.test.ts",
  "benchmarks/**/*.test.ts",
  "examples/**/*.test.ts",
  "docs/**/*.test.ts",
  "exchange/**/*.test.ts",
];

/**
 * Files that count what the process holds or compiles, or look at what an import adds to it; and those that run out of
 * memory again and again, each time of which garbage is collected: in a large heap that takes a quarter of a second.
 */
const alone = [
  "packages/core/src/compiler/check-counts.test.ts",
  "packages/core/src/evaluate.test.ts",
  "packages/core/src/evaluate/failures.test.ts",
  "packages/core/src/memory*.test.ts",
  "packages/core/src/methods.test.ts",
  "packages/core/src/ops/operations.node.test.ts",
];

const excluded = ["**/node_modules/**", "**/dist/**", "docs/api/**", "**/*.browser.test.ts"];

export default defineConfig({
  // The tests run on the TypeScript sources of both packages, with no build.
  resolve: { conditions: ["@strata/source", ...defaultClientConditions] },
  ssr: { resolve: { conditions: ["@strata/source", ...defaultServerConditions] } },
  test: {
    environment: "node",
    // The memory tests collect garbage before they count.
    execArgv: ["--expose-gc"],
    testTimeout: 30_000,
    reporters: ["default", "./tools/keras-cases-reporter.ts"],
    projects: [
      // A worker loads the sources once for all of its files: a third of the time, and a test that leaves state behind
      // fails another.
      {
        extends: true,
        test: { name: "node", isolate: false, include: all, exclude: [...excluded, ...alone] },
      },
      { extends: true, test: { name: "node, alone", include: alone, exclude: excluded } },
    ],
    // Left to itself, Vitest keeps one core free.
    maxWorkers: "100%",
  },
});
