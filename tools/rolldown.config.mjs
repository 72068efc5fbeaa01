// Makes the JavaScript of the package in whose folder it runs: one module, because Node takes longer to find and link
// hundreds of files than to compile what is in them, and the modules that `#platform`, `#files` and `#worker` choose from. In a package
// with more entries than the index they all lead to that one module. What is imported dynamically, as formats of files are, has
// modules of its own.
//
// In `dist/modules`, for bundlers of pages, each module stands alone: a bundler can leave out whole modules, and put into the part that
// is loaded at once only what is needed there, which it cannot do with one module.
//
// And in `dist/browser` the same for pages that have no bundler: modules that import each other by relative addresses, and
// nothing else. There layers stands beside the core that it uses.
import { existsSync, readFileSync } from "node:fs";

const { name } = JSON.parse(readFileSync("package.json", "utf8"));

const furtherEntries = ["internal", "internal-files", "methods", "applications/index", "worker"].filter(
  (name) => existsSync(`src/${name}.ts`),
);

const machines = ["platform", "files/platform", "worker/platform"].filter((folder) =>
  existsSync(`src/${folder}/node.ts`),
);

const belongsToMain =
  /\/src\/(?!platform\/|applications\/|files\/|formats\/|onnx\/|worker\/|(index|internal(-files)?|methods|worker|ops\/further-methods)\.ts$)/;

/** What the user's own Node or bundler resolves. */
const external = ["#platform", "#files", "#worker", "fast-png", "jpeg-js", "pbf", /^node:/, /^@strata\//];

const workerAddress = "../../worker.js";

const output = {
  sourcemap: true,
  // The sources are in the package.
  sourcemapExcludeSources: true,
  chunkFileNames: "[name].js",
};

export default [
  {
    input: {
      index: "src/index.ts",
      ...Object.fromEntries(furtherEntries.map((name) => [name, `src/${name}.ts`])),
      ...Object.fromEntries(
        machines
          .flatMap((folder) => [`${folder}/node`, `${folder}/browser`])
          .map((name) => [name, `src/${name}.ts`]),
      ),
    },
    external,
    platform: "neutral",
    transform: { target: "es2022" },
    output: {
      ...output,
      dir: "dist",
      cleanDir: true,
      // All that runs when the package is imported stays together: a bundler passes over an index that only re-exports.
      codeSplitting:
        furtherEntries.length > 0 ? { groups: [{ name: "main", test: belongsToMain }] } : undefined,
    },
  },
  {
    input: {
      index: "src/index.ts",
      ...Object.fromEntries(
        [...furtherEntries, ...machines.map((folder) => `${folder}/browser`)].map((name) => [
          name,
          `src/${name}.ts`,
        ]),
      ),
    },
    external,
    platform: "neutral",
    transform: { target: "es2022" },
    output: {
      ...output,
      dir: "dist/modules",
      preserveModules: true,
      preserveModulesRoot: "src",
      sourcemap: false,
    },
  },
  {
    input:
      name === "@strata/core"
        ? { core: "src/index.ts", methods: "src/methods.ts" }
        : {
            core: "@strata/core",
            methods: "@strata/core/methods",
            layers: "src/index.ts",
            applications: "src/applications/index.ts",
            worker: "src/worker.ts",
          },
    platform: "browser",
    plugins: [
      {
        name: "worker beside layers",
        // In `dist` the modules for browsers stand two folders below the worker's.
        transform: (code) =>
          code.includes(workerAddress) ? code.replace(workerAddress, "./worker.js") : null,
      },
    ],
    resolve: { conditionNames: ["@strata/source", "browser", "import", "default"] },
    transform: { target: "es2022" },
    output: {
      ...output,
      dir: "dist/browser",
      sourcemap: false,
      minify: true,
      // A page loads few files: one of each package, and what is imported dynamically.
      codeSplitting: {
        groups: ["core", "layers"].map((folder) => ({
          name: `${folder}-main`,
          test: new RegExp(`/packages/${folder}${belongsToMain.source}`),
        })),
      },
    },
  },
];
