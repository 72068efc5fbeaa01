import type { Library } from "./library.ts";

/** The libraries in JavaScript, each loaded by the process that measures it. */
export const libraries: Readonly<Record<string, () => Promise<Library>>> = {
  strata: async () => (await import("./strata/library.ts")).strata(),
  strataWithBlas: async () => {
    await requireBlas();
    return (await import("./strata/library.ts")).strata();
  },
  layersWithBlas: async () => {
    await requireBlas();
    return (await import("./layers/library.ts")).layers();
  },
  strataWithoutJit: async () => (await import("./strata/library.ts")).strata((step) => step),
  layers: async () => (await import("./layers/library.ts")).layers(),
  cblas: async () => (await import("./cblas/library.ts")).systemBlas(),
  jax: async () => (await import("./jax/library.ts")).jax(),
  tensorflowCpu: async () => (await import("./tensorflow/library.ts")).tensorflow("cpu"),
  tensorflowWasm: async () => (await import("./tensorflow/library.ts")).tensorflow("wasm"),
};

/** @throws without a BLAS, where Strata would be WebAssembly under another name. */
async function requireBlas(): Promise<void> {
  (await import("./cblas/library.ts")).systemBlas();
}
