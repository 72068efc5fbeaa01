// The order of core's modules, lowest first. A module imports its own row and the rows below it, never a row
// above. A name is a pattern for a file (`tensor.ts`) or a folder (`graph/`) of packages/core/src.
const coreRows = [
  [
    ...[
      "arguments",
      "copies",
      "version",
      "global-types",
      "errors",
      "inspect",
      "dtype",
      "typed-arrays",
      "shape",
      "format-values",
    ],
    ...["platform", "files", "special"],
  ],
  ["graph"],
  ["primitives"],
  ["compiler"],
  ["evaluate"],
  ["nested-arrays", "printed-values", "tensor(-methods)?", "variable", "structure(-form)?", "tuples"],
  [
    "ops",
    "autodiff",
    "control",
    "optimizers",
    "jit",
    "call-history",
    "placeholders",
    "in-place",
    "random",
    "debug",
    "formats",
  ],
  ["onnx"],
  ["index", "internal(-files)?", "methods"],
];

const core = "^packages/core/src/";
const tests = "(\\.test\\.ts$|/testing/)";
const modules = (names) => `${core}(${names.join("|")})(\\.ts$|/)`;

const belowBackends = coreRows.slice(0, 3).flat().join("|");

// Type-only imports leave no trace in the emitted JavaScript, so they may point anywhere inside a package.
const remainsInJavaScript = { dependencyTypesNot: ["type-only"] };

// The libraries that the packages need, and who imports each: modules that are loaded when they are asked for.
const dependencies = {
  "fast-png": "^packages/layers/src/formats/images/png\\.ts$",
  "jpeg-js": "^packages/layers/src/formats/images/jpeg\\.ts$",
  pbf: "^packages/layers/src/formats/(onnx/onnx-file|tensorboard/events|tfrecord/example)\\.ts$",
};

const dependencyRules = Object.entries(dependencies).map(([name, importer]) => ({
  name: `no-runtime-dependencies-${name}`,
  comment: `${name} is for one module.`,
  severity: "error",
  from: { path: "^packages/", pathNot: [importer, tests] },
  to: { path: `node_modules/${name}/` },
}));

const rowRules = coreRows.slice(0, -1).map((row, index) => ({
  name: `core-one-way-from-${row[0]}`,
  comment: `${row.join(", ")} import nothing that is built on them.`,
  severity: "error",
  from: { path: modules(row), pathNot: tests },
  to: { path: modules(coreRows.slice(index + 1).flat()), ...remainsInJavaScript },
}));

export default {
  forbidden: [
    ...rowRules,
    ...dependencyRules,
    {
      name: "core-has-a-place-for-every-module",
      comment: "A new file or folder of core needs a row in the list above.",
      severity: "error",
      from: {},
      to: { path: `${core}.`, pathNot: [modules([...coreRows.flat(), "backends"]), tests] },
    },
    {
      name: "backends-see-programs-only",
      comment: "A backend imports the program, primitives and what is below them, and the platform modules.",
      severity: "error",
      from: { path: `${core}backends/`, pathNot: tests },
      to: {
        path: core,
        pathNot: `${core}(backends/|compiler/program|(${belowBackends})(\\.ts$|/))`,
        ...remainsInJavaScript,
      },
    },
    {
      name: "only-evaluate-knows-backends",
      comment: "Everything else reaches a backend through evaluate.",
      severity: "error",
      from: { path: core, pathNot: [`${core}(backends/|evaluate(\\.ts$|/))`, tests] },
      to: { path: `${core}backends/`, ...remainsInJavaScript },
    },
    {
      name: "packages-meet-at-the-public-index",
      comment:
        "Another package is imported by its name and never by a path; only benchmarks may look inside.",
      severity: "error",
      from: { path: "^(packages/[^/]+|examples|docs|exchange)/" },
      to: {
        path: "^packages/[^/]+/",
        pathNot: [
          "^$1/",
          "^packages/[^/]+/src/(index|internal(-files)?|methods|applications/index)\\.ts$",
          "^packages/[^/]+/src/testing/(mutations|keras-cases\\.node|keras-layer-case\\.node)\\.ts$",
        ],
      },
    },
    {
      name: "only-layers-shares-helpers-with-core",
      comment: "@strata/core/internal is no public interface.",
      severity: "error",
      from: { pathNot: "^packages/layers/" },
      to: { path: "^packages/[^/]+/src/internal(-files)?\\.ts$" },
    },
    {
      name: "core-does-not-know-layers",
      comment: "Layers is built on core, and core on nothing.",
      severity: "error",
      from: { path: "^packages/core/" },
      to: { path: "^packages/layers/" },
    },
    {
      name: "no-runtime-dependencies",
      comment: "The packages need nothing from npm apart from each other and the libraries above.",
      severity: "error",
      from: { path: "^packages/", pathNot: tests },
      to: { path: "node_modules/", pathNot: `node_modules/(${Object.keys(dependencies).join("|")})/` },
    },
    {
      name: "node-only-in-platform",
      comment:
        "Modules of Node are for platform/node.ts, for *.node.test.ts, and helpers of those, *.node.ts.",
      severity: "error",
      from: { path: "^packages/", pathNot: "(/platform/node|\\.node(\\.test)?\\.ts$)" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "sources-do-not-import-tests",
      comment: "Tests and their helpers are left out of the build.",
      severity: "error",
      from: { pathNot: tests },
      to: { path: tests, pathNot: "node_modules/" },
    },
    {
      name: "no-cycles",
      comment:
        "Modules import each other in one direction. What is loaded later, when it is needed, may look back.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only", "dynamic-import"] } },
    },
    {
      name: "no-cycles-in-layers",
      comment:
        "In layers also imports of types alone go in one direction; formats of files are loaded when they are used.",
      severity: "error",
      from: { path: "^packages/layers/src/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["dynamic-import"] } },
    },
    {
      name: "resolvable",
      comment: "Every import leads to a file.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(/dist/|^docs/(api|\\.blocks)/|^packages/\\w+/\\.contributing/)" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["@strata/source", "node", "import", "types", "default"],
      extensions: [".ts", ".mjs", ".js", ".json"],
    },
  },
};
