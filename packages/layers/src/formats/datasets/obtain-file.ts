/** Files of data sets: kept in a folder, and fetched into it when they are first wanted. */
import { FileError, fileExists, withSource } from "@strata/core/internal/files";
import { datasetsFolder, digestOf, openPartial } from "#platform";
import type { DatasetValues } from "../../data/datasets/dataset-options.ts";
import { DownloadProgress } from "./download-progress.ts";
import { fetchInto } from "./fetch-into.ts";

/** A file at an address. */
export interface RemoteFile {
  /** How it is called in the folder. */
  readonly name: string;
  /** How it is called at its address. Default: as in the folder. */
  readonly remoteName?: string;
  /** The address of the folder that it is in, with a slash at the end. */
  readonly origin: string;
  readonly digest: { readonly kind: "sha256" | "md5"; readonly value: string };
}

/** The bytes of a file that has the digest that it must have: from the folder, or else fetched. */
export async function obtainFile(file: RemoteFile, values: DatasetValues): Promise<Uint8Array> {
  const { name, digest } = file;
  const folder = values.folder ?? (await datasetsFolder());
  const path = `${folder.replace(/\/$/, "")}/${name}`;
  const address = `${(values.origin ?? file.origin).replace(/\/?$/, "/")}${file.remoteName ?? name}`;
  let found = "it is not there";
  if (await fileExists(path)) {
    const bytes = await withSource(path, {}, (open) => open.readAll());
    const actual = await digestOf(digest.kind, bytes);
    if (actual === digest.value || actual === null) return bytes;
    found = `it is another file, with the ${nameOf(digest.kind)} ${actual}`;
  }
  const progress = new DownloadProgress(name, address, values.verbose);
  const partial = await openPartial(path);
  const isResumed = partial.size > 0;
  let isSettled = false;
  try {
    await fetchInto(partial, address, progress);
    let bytes = await partial.read();
    let actual = await digestOf(digest.kind, bytes);
    if (isResumed && actual !== digest.value && actual !== null) {
      // What was there before may have been of another file.
      await partial.clear();
      await fetchInto(partial, address, progress);
      bytes = await partial.read();
      actual = await digestOf(digest.kind, bytes);
    }
    if (actual !== digest.value && actual !== null) {
      await partial.clear();
      throw new FileError(
        address,
        "",
        `its ${nameOf(digest.kind)} is ${actual}; that of ${name} is ${digest.value}`,
      );
    }
    await partial.finish();
    isSettled = true;
    progress.end();
    return bytes;
  } catch (cause) {
    progress.end();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FileError(
      path,
      "",
      `${found}, and it could not be fetched: ${reason}. Without a network, put ${name} there by hand (${address}, ` +
        `${nameOf(digest.kind)} ${digest.value}), or name the folder that it is in by the option folder or, in Node, by the environment ` +
        "variable STRATA_DATASETS",
      { cause },
    );
  } finally {
    if (!isSettled) await partial.leave();
  }
}

function nameOf(kind: RemoteFile["digest"]["kind"]): string {
  return kind === "sha256" ? "SHA-256" : "MD5";
}
