// Makes the JavaScript of the package in whose folder it runs: one module, because Node takes longer to find and link
// hundreds of files than to compile what is in them, and the modules that `#platform` chooses from. In a package with
// more entries than the index they all lead to that one module.
import { existsSync } from "node:fs";

const furtherEntries = ["internal", "methods", "applications/index"].filter((name) =>
  existsSync(`src/${name}.ts`),
);

const belongsToMain =
  /\/src\/(?!platform\/|applications\/|(index|internal|methods|ops\/further-methods)\.ts$)/;

export default {
  input: {
    index: "src/index.ts",
    ...Object.fromEntries(furtherEntries.map((name) => [name, `src/${name}.ts`])),
    "platform/node": "src/platform/node.ts",
    "platform/browser": "src/platform/browser.ts",
  },
  // What the user's own Node or bundler resolves.
  external: ["#platform", /^node:/, /^@strata\//],
  platform: "neutral",
  transform: { target: "es2022" },
  output: {
    dir: "dist",
    cleanDir: true,
    sourcemap: true,
    // The sources are in the package.
    sourcemapExcludeSources: true,
    chunkFileNames: "[name].js",
    // All that runs when the package is imported stays together: a bundler passes over an index that only re-exports.
    codeSplitting:
      furtherEntries.length > 0 ? { groups: [{ name: "main", test: belongsToMain }] } : undefined,
  },
};
