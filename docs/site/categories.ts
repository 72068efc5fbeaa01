/** The headings of the API, and what stands under each: the files that the names are declared in. */

/** A heading, and the beginnings of the paths, below the `src` of a package, of what stands under it. */
export interface Category {
  readonly title: string;
  readonly sources: readonly string[];
  /** Names that stand here, whatever file declares them. */
  readonly names?: readonly string[];
}

/** TensorFlow.js's headings, as far as core has what they name. */
const core: readonly Category[] = [
  {
    title: "Tensors and Variables",
    sources: [
      "tensor",
      "variable",
      "dtype",
      "shape",
      "nested-arrays",
      "printed-values",
      "structure",
      "tuples",
      "typed-arrays",
      "special/",
    ],
  },
  {
    title: "Creation",
    sources: ["ops/creation"],
    names: ["linspace", "eye", "tri", "meshgrid", "hannWindow"],
  },
  { title: "Random numbers", sources: ["random/"] },
  { title: "Arithmetic", sources: ["ops/arithmetic", "ops/rounding"] },
  { title: "Basic math", sources: ["ops/transcendental"] },
  {
    title: "Logic and comparison",
    sources: ["ops/logic"],
    names: ["equal", "notEqual", "greater", "greaterEqual", "less", "lessEqual", "where"],
  },
  { title: "Reduction and statistics", sources: ["ops/reductions", "ops/statistics", "ops/cumulation"] },
  { title: "Matrix products", sources: ["ops/contractions", "ops/einsum", "ops/products"] },
  {
    title: "Linear algebra",
    sources: [
      "ops/linear-algebra",
      "ops/matrices",
      "ops/decompositions",
      "ops/determinants",
      "ops/matrix-function",
      "ops/norms",
      "ops/singular-values",
    ],
  },
  {
    title: "Shapes, joining and padding",
    sources: ["ops/shapes", "ops/joining", "ops/padding", "ops/space-depth"],
  },
  {
    title: "Slicing, gathering and sorting",
    sources: ["ops/slicing", "ops/indexing", "ops/scatter", "ops/sorting", "ops/dynamic-shapes"],
  },
  { title: "Activations", sources: ["ops/activations", "ops/rectifiers", "ops/gates"] },
  { title: "Convolution", sources: ["ops/convolution", "ops/windows"] },
  { title: "Pooling", sources: ["ops/pooling"] },
  { title: "Images", sources: ["ops/resize", "ops/crop-and-resize"] },
  { title: "Normalization and dropout", sources: ["ops/normalization"], names: ["dropout"] },
  { title: "Attention", sources: ["ops/attention"] },
  { title: "Losses", sources: ["ops/losses", "ops/ctc-loss"] },
  { title: "Fourier transforms", sources: ["ops/fourier"] },
  { title: "Gradients", sources: ["autodiff/"] },
  { title: "Control flow", sources: ["control/"] },
  { title: "Optimizers", sources: ["optimizers/"] },
  {
    title: "Learning-rate schedules",
    sources: [
      "optimizers/schedules",
      "optimizers/cosine-schedules",
      "optimizers/learning-rate",
      "optimizers/schedule-steps",
    ],
  },
  { title: "Compiled steps and backends", sources: ["jit", "evaluate", "backends/"] },
  { title: "Debugging", sources: ["debug", "errors"] },
  { title: "Files", sources: ["files/", "formats/"] },
];

/** Keras's headings, and further ones for what only this package has. */
const layers: readonly Category[] = [
  { title: "Models", sources: ["models/"] },
  { title: "Training", sources: ["training/", "optimizers/", "worker"] },
  { title: "Core layers", sources: ["layers/core/", "layers/embedding/", "layers/registry", "layers/index"] },
  { title: "Convolution layers", sources: ["layers/convolution/", "layers/channels"] },
  { title: "Pooling layers", sources: ["layers/pooling/"] },
  { title: "Recurrent layers", sources: ["layers/recurrent/", "layers/wrappers/"] },
  { title: "Preprocessing layers", sources: ["layers/preprocessing/"] },
  { title: "Image preprocessing layers", sources: ["layers/preprocessing/images/"] },
  { title: "Normalization layers", sources: ["layers/normalization/"] },
  { title: "Regularization layers", sources: ["layers/regularization/"] },
  { title: "Attention layers", sources: ["layers/attention/"] },
  { title: "Reshaping layers", sources: ["layers/reshaping/"] },
  { title: "Merging layers", sources: ["layers/merging/"] },
  { title: "Activation layers", sources: ["layers/activations/"] },
  { title: "Losses", sources: ["losses/"] },
  { title: "Metrics", sources: ["metrics/"] },
  { title: "Callbacks", sources: ["callbacks/"] },
  { title: "Activations", sources: ["activations/"] },
  { title: "Initializers", sources: ["initializers/"] },
  { title: "Regularizers", sources: ["regularizers/"] },
  { title: "Constraints", sources: ["constraints/"] },
  { title: "Data", sources: ["data/"] },
  { title: "Saving and loading", sources: ["formats/", "saving/"] },
  { title: "Pictures", sources: ["plots/"] },
  { title: "Applications", sources: ["applications/", "layers/applications/"] },
  { title: "Write your own layers", sources: ["layer/", "schema/", "registry/", "operations/"] },
  { title: "Utilities", sources: ["utilities/", "platform/"] },
];

/** By the name of the folder in `packages`. */
export const categories: Readonly<Record<string, readonly Category[]>> = { core, layers };

/** The heading of a name that a file declares: the one whose beginning of the path is the longest. */
export function categoryOf(file: string, name: string): string | null {
  const { folder, path } = /\/packages\/(?<folder>\w+)\/src\/(?<path>.*)$/.exec(file)?.groups ?? {};
  if (folder === undefined) return null;
  let found: string | null = null;
  let length = 0;
  for (const { title, sources, names = [] } of categories[folder] ?? []) {
    if (names.includes(name)) return title;
    for (const source of sources) {
      if (path.startsWith(source) && source.length > length) {
        found = title;
        length = source.length;
      }
    }
  }
  return found;
}
