import type { ReadableFile, WritableFile } from "@strata/core";
import type { TensorFlow } from "./tensorflow.ts";

/** The content of model.json. */
interface ModelJson {
  readonly weightsManifest: readonly {
    readonly paths: readonly string[];
    readonly weights: readonly { readonly name: string; readonly shape: readonly number[] }[];
  }[];
}

/** A folder in memory, with a model that both libraries read and write: TensorFlow.js by its handler for HTTP. */
export class Folder {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();

  /** The model as a source for Strata. */
  source(name = "model.json"): ReadableFile {
    return { name, read: () => this.read(name), sibling: (other) => this.source(other) };
  }

  /** The model as a target for Strata. */
  target(name = "model.json"): WritableFile {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    return {
      name,
      write: (bytes) => void parts.push(bytes),
      close: () => this.#keep(name, new Blob(parts)),
      sibling: (other) => this.target(other),
    };
  }

  /** The model as a source and a target for TensorFlow.js. */
  handler(tf: TensorFlow): object {
    const fetchFunc: typeof fetch = async (address, request) => {
      if (request?.body instanceof FormData) {
        for (const [name, file] of request.body) if (file instanceof Blob) await this.#keep(name, file);
        return new Response();
      }
      const name = String(address).replace(/^.*\//, "");
      const type = name.endsWith(".json") ? "application/json" : "application/octet-stream";
      return new Response(this.read(name), { headers: { "content-type": type } });
    };
    return tf.io.http("http://folder/model.json", { fetchFunc });
  }

  read(name: string): Uint8Array<ArrayBuffer> {
    const bytes = this.files.get(name);
    if (bytes !== undefined) return bytes;
    throw new Error(`the folder has no ${name}, but ${[...this.files.keys()].join(", ")}`);
  }

  /** The bytes of each weight by its name, in the order of the names. */
  get weights(): readonly (readonly [name: string, bytes: string])[] {
    const { weightsManifest }: ModelJson = JSON.parse(new TextDecoder().decode(this.read("model.json")));
    const found: (readonly [string, string])[] = [];
    for (const { paths, weights } of weightsManifest) {
      const bytes = Buffer.concat(paths.map((path) => this.read(path.replace(/^.*\//, ""))));
      let offset = 0;
      for (const { name, shape } of weights) {
        const end = offset + 4 * shape.reduce((product, size) => product * size, 1);
        found.push([name, bytes.subarray(offset, end).toString("hex")]);
        offset = end;
      }
    }
    return found.toSorted(([one], [other]) => (one < other ? -1 : 1));
  }

  async #keep(name: string, file: Blob): Promise<void> {
    this.files.set(name, new Uint8Array(await file.arrayBuffer()));
  }
}
