/** Embeddings for TensorBoard's projector: a table of numbers for each layer, and a file that names the tables. */
import { makeFoldersOf, siblingTarget, writeTarget } from "@strata/core/internal/files";
import type { AnyLayer } from "../../layer/any-layer.ts";
import { Embedding } from "../../layers/embedding/embedding.ts";
import { folderPath } from "./event-writer.ts";

/** The paths of files with names for the rows of an embedding: one for all embeddings, or by layer. */
export type EmbeddingsMetadata = string | Readonly<Record<string, string>>;

/** The embeddings of a model by path, each layer once. */
export function embeddingsIn(model: AnyLayer): ReadonlyMap<string, Embedding> {
  const found = new Map<string, Embedding>();
  const seen = new Set<AnyLayer>();
  const collect = (layer: AnyLayer, path: string): void => {
    if (seen.has(layer)) return;
    seen.add(layer);
    if (layer instanceof Embedding) found.set(path, layer);
    for (const { name, part } of layer.sublayers) collect(part, path === "" ? name : `${path}/${name}`);
  };
  collect(model, "");
  return found;
}

/** Throws a RangeError for metadata of layers that are no embeddings of the model. */
export function checkMetadata(model: AnyLayer, metadata: EmbeddingsMetadata | null): void {
  if (metadata === null || typeof metadata === "string") return;
  const names = [...embeddingsIn(model).values()].map(({ name }) => name);
  const unknown = Object.keys(metadata).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new RangeError(
    `TensorBoard: embeddingsMetadata has ${JSON.stringify(unknown)}; the model has ` +
      `${names.length === 0 ? "no embeddings" : `the embeddings ${names.join(", ")}`}`,
  );
}

/**
 * Writes the embeddings as they are now. TensorBoard looks for `projector_config.pbtxt` in the folders of runs.
 *
 * @param run The folder of the run.
 * @param metadata Paths from the folder above that of the run.
 */
export async function writeEmbeddings(
  model: AnyLayer,
  run: string,
  metadata: EmbeddingsMetadata | null,
): Promise<void> {
  const folder = folderPath(run);
  const entries: string[] = [];
  await makeFoldersOf(siblingTarget(folder, "projector_config.pbtxt"));
  for (const [path, layer] of embeddingsIn(model)) {
    const [embeddings] = layer.weights;
    const [rows, columns] = embeddings.shape;
    const values = await embeddings.value.data();
    const file = `${path.replace(/[^\w.-]/g, "_")}.tsv`;
    const table = Array.from({ length: rows }, (_, row) =>
      Array.from(values.subarray(row * columns, (row + 1) * columns)).join("\t"),
    );
    await writeTarget(siblingTarget(folder, file), new TextEncoder().encode(`${table.join("\n")}\n`));
    const names = typeof metadata === "string" ? metadata : metadata?.[layer.name];
    entries.push(
      [
        "embeddings {",
        `  tensor_name: ${quoted(path)}`,
        `  tensor_path: ${quoted(file)}`,
        ...(names === undefined ? [] : [`  metadata_path: ${quoted(fromRun(names))}`]),
        "}\n",
      ].join("\n"),
    );
  }
  // Last: the tables that it names are there.
  await writeTarget(
    siblingTarget(folder, "projector_config.pbtxt"),
    new TextEncoder().encode(entries.join("")),
  );
}

/** A path from the folder above, seen from that of the run. */
function fromRun(path: string): string {
  return /^([/\\~]|[A-Za-z]:)/.test(path) ? path : `../${path}`;
}

/** A text in the text form of protocol buffers. */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&").replace(/\n/g, "\\n")}"`;
}
