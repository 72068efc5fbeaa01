/** Keras's public names, here or explained: the guide's page is made of what is found. */
import { readFileSync } from "node:fs";
import * as core from "@strata/core";
import { expect, it } from "vitest";
import * as applications from "./applications/index.ts";
import * as layers from "./index.ts";
import { type CoveredCategory, coveragePage, type KerasName, unexplained } from "./testing/coverage-page.ts";
import { toCamelCase } from "./utilities/names.ts";

interface NamesFile {
  readonly keras_version: string;
  readonly categories: Readonly<Record<string, readonly KerasName[]>>;
}

const { keras_version: version, categories }: NamesFile = JSON.parse(
  readFileSync(new URL("../fixtures/keras/names.json", import.meta.url), "utf8"),
);

type Exports = Readonly<Record<string, unknown>>;

/** Serialization goes by one pair of functions for all kinds, and each kind has a function of its own for names. */
const common = {
  deserialize: "`fromKerasConfig`, for objects of every kind",
  serialize: "`toKerasConfig`, for objects of every kind",
  get: "names are resolved where they are given: by `getLoss`, `getInitializer`…",
};

function category(
  name: string,
  place: string,
  exports: Exports,
  reasons: Readonly<Record<string, string>> = {},
): CoveredCategory {
  const names = categories[name] ?? [];
  const find = (each: string): string | null => {
    const { kind = "class", alias_of } = names.find((entry) => entry.name === each) ?? {};
    const spellings = [each, alias_of ?? each];
    const candidates = kind === "class" ? spellings : [...spellings.map(toCamelCase), ...spellings];
    return candidates.find((candidate) => candidate in exports) ?? null;
  };
  return { title: name, place, names, find, reasons: { ...common, ...reasons } };
}

const covered = [
  category("layers", "`@strata/layers`", layers, {
    FlaxLayer: "wraps another framework",
    JaxLayer: "wraps another framework",
    TFSMLayer: "wraps another framework",
    TorchModuleWrapper: "wraps another framework",
    InputSpec: "a layer's `inputRule` says what it takes",
    ...Object.fromEntries(
      ["Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract"].map((name) => [
        name.toLowerCase(),
        `\`new ${name}().apply(…)\`, or the method of symbolic tensors`,
      ]),
    ),
  }),
  category("losses", "`losses`", layers.losses),
  category("metrics", "`metrics`", layers.metrics),
  category("optimizers", "`@strata/core`", core, {
    legacy: "for code of Keras 2",
    schedules: "the schedules are exported by `@strata/core` too",
  }),
  category("optimizers.schedules", "`@strata/core`", core),
  category("initializers", "`initializers`", layers.initializers),
  category("regularizers", "`regularizers`", layers.regularizers),
  category("constraints", "`constraints`", layers.constraints),
  category("activations", "`activations`", layers.activations),
  category("applications", "`@strata/layers/applications`", applications, {
    imagenet_utils: "`preprocessInput(images, mode)` and `decodePredictions`",
    resnet50: "`resnet`",
    vgg16: "`vgg`",
    vgg19: "`vgg`",
  }),
  category("callbacks", "`callbacks`", layers.callbacks, {
    Callback: "an interface, which any object may implement",
    CallbackList: "internal",
    OrbaxCheckpoint: "needs Orbax",
    ProgbarLogger: "`verbose` decides whether progress is printed",
  }),
];

it("every public name of Keras is here, or a reason says why it is not", () => {
  expect(Object.fromEntries(covered.map((each) => [each.title, unexplained(each)]))).toEqual(
    Object.fromEntries(covered.map(({ title }) => [title, []])),
  );
});

it("the page of names is the one in the guide", async () => {
  await expect(coveragePage(covered, version)).toMatchFileSnapshot("../../../docs/guide/keras-coverage.md");
});
