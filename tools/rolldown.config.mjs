// Makes the JavaScript of the package in whose folder it runs: one module, because Node takes longer to find and link
// hundreds of files than to compile what is in them, and the modules that `#platform` chooses from.
export default {
  input: {
    index: "src/index.ts",
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
  },
};
