import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { defaultDevice, init } from "@jax-js/jax";
import { type Library, NotSupported, type Prepared } from "../../../benchmarks/libraries/library.ts";
import type { Model, Workload } from "../../../benchmarks/workloads/workload.ts";
import { convnet, perceptron } from "./networks.ts";
import { operation } from "./operations.ts";
import { training } from "./training.ts";

/** jax-js on WebAssembly. */
export async function jax(): Promise<Library> {
  await init("wasm");
  defaultDevice("wasm");
  return {
    description: `jax-js ${version()}, device wasm`,
    prepare({ model, tensors }: Workload<Model>): Prepared {
      if (model.kind === "perceptron") {
        return training(perceptron(model), tensors, model.learningRate);
      }
      if (model.kind === "convnet") return training(convnet(model), tensors, model.learningRate);
      if ("learningRate" in model || "network" in model) {
        throw new NotSupported("this is not written for jax-js");
      }
      return operation({ model, tensors });
    },
  };
}

function version(): string {
  const entry = createRequire(import.meta.url).resolve("@jax-js/jax");
  const { version } = JSON.parse(readFileSync(new URL("../package.json", `file://${entry}`), "utf8"));
  return String(version);
}
