import type { Library } from "./library.ts";

/** The libraries in JavaScript, each loaded by the process that measures it. */
export const libraries: Readonly<Record<string, () => Promise<Library>>> = {
  strata: async () => (await import("./strata/library.ts")).strata(),
  strataWithBlas: async () => {
    const [{ strata }, { systemBlas }] = [
      await import("./strata/library.ts"),
      await import("./cblas/library.ts"),
    ];
    // This throws without a BLAS, where Strata would be WebAssembly under another name.
    systemBlas();
    return strata();
  },
  strataWithoutJit: async () => (await import("./strata/library.ts")).strata((step) => step),
  cblas: async () => (await import("./cblas/library.ts")).systemBlas(),
  jax: async () => (await import("./jax/library.ts")).jax(),
  tensorflowCpu: async () => (await import("./tensorflow/library.ts")).tensorflow("cpu"),
  tensorflowWasm: async () => (await import("./tensorflow/library.ts")).tensorflow("wasm"),
};
