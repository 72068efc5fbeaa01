import type { Library } from "./library.ts";

/** The libraries in JavaScript, each loaded by the process that measures it. */
export const libraries: Readonly<Record<string, () => Promise<Library>>> = {
  strata: async () => (await import("./strata/library.ts")).strata(),
  strataWithoutJit: async () => (await import("./strata/library.ts")).strata((step) => step),
  cblas: async () => (await import("./cblas/library.ts")).systemBlas(),
  jax: async () => (await import("./jax/library.ts")).jax(),
  tensorflowCpu: async () => (await import("./tensorflow/library.ts")).tensorflow("cpu"),
  tensorflowWasm: async () => (await import("./tensorflow/library.ts")).tensorflow("wasm"),
};
