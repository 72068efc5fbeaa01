import { existsSync } from "node:fs";
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
  jax: async () => (await importPeer<JaxPeer>("jax")).jax(),
  tensorflowCpu: async () => (await importPeer<TensorFlowPeer>("tensorflow")).tensorflow("cpu"),
  tensorflowWasm: async () => (await importPeer<TensorFlowPeer>("tensorflow")).tensorflow("wasm"),
};

interface JaxPeer {
  jax(): Library | Promise<Library>;
}

interface TensorFlowPeer {
  tensorflow(backend: "cpu" | "wasm"): Library | Promise<Library>;
}

/**
 * A module of `exchange/benchmarks`, whose library an install of its own brings.
 *
 * @throws without that library, with the command that installs it.
 */
async function importPeer<Peer>(name: string): Promise<Peer> {
  const modules = new URL("../../exchange/node_modules", import.meta.url);
  if (!existsSync(modules)) {
    throw new Error(`${name} is not installed: npm ci --prefix exchange --ignore-scripts`);
  }
  const address = new URL(`../../exchange/benchmarks/${name}/library.ts`, import.meta.url);
  const peer: Peer = await import(address.href);
  return peer;
}

/** @throws without a BLAS, where Strata would be WebAssembly under another name. */
async function requireBlas(): Promise<void> {
  (await import("./cblas/library.ts")).systemBlas();
}
