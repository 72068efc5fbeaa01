/** The tests of the site, which `npm run docs` has made before. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "site",
    include: ["docs/tests/*.site.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
