import { FileError } from "@strata/core/internal/files";

/** The bytes that a file compressed by gzip expands to. */
export async function gunzip(bytes: Uint8Array, name: string): Promise<Uint8Array> {
  const expanded = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream("gzip"));
  try {
    return new Uint8Array(await new Response(expanded).arrayBuffer());
  } catch (cause) {
    throw new FileError(name, "", "it is not compressed by gzip, or damaged", { cause });
  }
}
