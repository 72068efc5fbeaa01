/** The guides, in the order in which one reads them. */

import { readFileSync } from "node:fs";

/** A heading of the menu, and the files of docs/guide under it. */
export interface GuideSection {
  readonly title: string;
  readonly pages: readonly string[];
}

export const guides: readonly GuideSection[] = [
  { title: "Start here", pages: ["two-levels", "getting-started", "both-levels-live", "evaluation"] },
  {
    title: "Build and train",
    pages: [
      "functional-models",
      "data-and-callbacks",
      "pictures",
      "applications",
      "in-the-browser",
      "saving-and-loading",
      "onnx",
    ],
  },
  {
    title: "Make it your own",
    pages: ["write-a-layer", "write-a-loss-or-metric", "debugging", "memory-and-threads"],
  },
  {
    title: "Coming from elsewhere",
    pages: ["coming-from-keras", "keras-and-back", "from-pytorch", "from-tensorflowjs"],
  },
  {
    title: "Look up",
    pages: ["operations", "counterparts", "numbers", "keras-coverage", "benchmarks", "glossary"],
  },
];

/** Everyday words for what is in a guide, for the search. */
export const guideWords: Readonly<Record<string, string>> = {
  "two-levels": "low level, high level, tiers, Keras and TensorFlow",
  "getting-started": "install, import, first program, npm",
  "both-levels-live": "train in the browser, MNIST, playground, curves, loss",
  evaluation: "lazy, jit, compile a step, read values, laziness, memory",
  "functional-models": "several inputs, several outputs, branches, residual, shared layers",
  "data-and-callbacks": "dataset, batches, generator, stop early, save the best model, progress, csv",
  pictures: "plot, chart, curves, draw a model, confusion matrix, show images",
  applications: "pretrained, ImageNet, ResNet, transfer learning, classify an image",
  "in-the-browser":
    "page, script tag, CDN, bundler, Vite, Web Worker, inWorker, train in a worker, keep the page responsive, frames, CSP, COOP, COEP, isolation",
  "saving-and-loading": "save a model, load a model, store weights, checkpoint, file, export, import",
  onnx: "export, ONNX Runtime",
  "write-a-layer": "custom layer, own layer, subclass",
  "write-a-loss-or-metric": "custom loss, own loss, custom metric",
  debugging:
    "print a graph, print a program, NaN loss, why is my loss NaN, slow, profile, wrong shape, inspect, find a mistake",
  "memory-and-threads":
    "out of memory, leak, dispose, tidy, cores, workers, shared memory, keep the page responsive, run in a worker",
  "from-pytorch": "torch, migrate, backward, nn.Module, state_dict",
  counterparts: "names in NumPy, PyTorch, TensorFlow.js, Keras, equivalent",
  glossary: "what does it mean, terms, definitions, words",
  "coming-from-keras": "Python, Keras differences",
  "keras-and-back": "load a Keras file, .keras, h5, weights",
  "from-tensorflowjs": "tfjs, TensorFlow.js, migrate, model.json",
  operations: "ops, functions, all operations, gradients checked",
  numbers: "NaN, infinity, overflow, dtype, precision, float16, empty",
  "keras-coverage": "which Keras names, missing",
  benchmarks: "speed, fast, PyTorch, compare",
};

/** Guides that are long lists: their sections are found after all else. */
export const lists: readonly string[] = ["operations", "counterparts", "keras-coverage", "benchmarks"];

let slugs: Map<string, string> | null = null;

const folder = new URL("../guide/", import.meta.url);

/** The name of a guide's file, by the title in its front matter, or else by the name itself. */
export function slugOf(name: string): string {
  slugs ??= new Map(
    guides
      .flatMap(({ pages }) => pages)
      .map((slug) => {
        const text = readFileSync(new URL(`${slug}.md`, folder), "utf8");
        return [/^---\ntitle: (?<title>.*)\n---/.exec(text)?.groups?.title ?? slug, slug];
      }),
  );
  return slugs.get(name) ?? name;
}
