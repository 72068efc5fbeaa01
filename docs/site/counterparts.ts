/** The names elsewhere of what the packages export, and the page that lists them. */
import { readFileSync } from "node:fs";
import { type Counterpart, coreCounterparts, layersCounterparts } from "../counterparts.ts";

const kerasNames: { readonly categories: Readonly<Record<string, readonly { readonly name: string }[]>> } =
  JSON.parse(
    readFileSync(new URL("../../packages/layers/fixtures/keras/names.json", import.meta.url), "utf8"),
  );

/** Keras's modules whose names ours follow, and where those are here. */
const kerasModules: Readonly<Record<string, string>> = {
  layers: "",
  losses: "losses.",
  metrics: "metrics.",
  initializers: "initializers.",
  regularizers: "regularizers.",
  constraints: "constraints.",
  activations: "activations.",
  callbacks: "callbacks.",
  applications: "applications.",
};

const keras = new Map<string, string>();
for (const [module, prefix] of Object.entries(kerasModules)) {
  for (const { name } of kerasNames.categories[module] ?? []) {
    for (const ours of [name, name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())]) {
      if (!keras.has(prefix + ours)) keras.set(prefix + ours, `${module}.${name}`);
    }
  }
}
for (const module of ["optimizers", "optimizers.schedules"]) {
  for (const { name } of kerasNames.categories[module] ?? []) keras.set(`core.${name}`, `${module}.${name}`);
}

/** The names of Keras's ops, to which the table refers. */
export const kerasOps: ReadonlySet<string> = new Set(
  Object.entries(kerasNames.categories)
    .filter(([module]) => /^(ops|random)/.test(module))
    .flatMap(([module, names]) =>
      names.map((each) =>
        [module.startsWith("random") ? "random." : "", typeof each === "string" ? each : each.name].join(""),
      ),
    ),
);

/** A library, and a name in it as one writes it. */
export interface NamedElsewhere {
  readonly library: "Keras" | "NumPy" | "PyTorch" | "TensorFlow.js";
  readonly name: string;
}

/** What a name is called elsewhere; of members of namespaces of layers the name begins with the namespace. */
export function counterpartsOf(folder: string, name: string): NamedElsewhere[] {
  const row = rowOf(folder, name);
  const ofKeras = keras.get(folder === "core" ? `core.${name}` : name) ?? kerasOp(row.keras);
  return [
    ...(ofKeras === undefined ? [] : [{ library: "Keras", name: `keras.${ofKeras}` } as const]),
    ...(row.numpy === undefined ? [] : [{ library: "NumPy", name: `np.${row.numpy}` } as const]),
    ...(row.torch === undefined ? [] : [{ library: "PyTorch", name: `torch.${row.torch}` } as const]),
    ...(row.tensorflowjs === undefined
      ? []
      : [{ library: "TensorFlow.js", name: `tf.${row.tensorflowjs}` } as const]),
  ];
}

function kerasOp(name: string | undefined): string | undefined {
  if (name === undefined || name === "Variable" || name.startsWith("random.")) return name;
  return `ops.${name}`;
}

/** The everyday words for a name. */
export function wordsFor(folder: string, name: string): string {
  return rowOf(folder, name).also ?? "";
}

function rowOf(folder: string, name: string): Counterpart {
  return (folder === "core" ? coreCounterparts : layersCounterparts)[name] ?? {};
}
