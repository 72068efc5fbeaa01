import { withSource } from "./file-source.ts";
import { type FileContent, type FileTarget, siblingTarget, writeTarget } from "./file-target.ts";
import { type JsonValue, parseJson } from "./json.ts";
import { removeFile } from "./stored-files.ts";

/** Files that belong together: parts, and a main file in JSON that names them. */
export interface FileSet {
  /** The names of the parts. Each generation, from 1 on, has others, so that new parts and those that are there stand side by side. */
  namesOf(generation: number): readonly string[];
  /** The bytes of a part. */
  partOf(index: number): FileContent | Promise<FileContent>;
  /** The bytes of the main file. */
  mainOf(names: readonly string[]): FileContent;
  /** The names of parts in a main file. */
  namesIn(main: JsonValue): readonly string[];
  /** Whether a name is that of a part in any generation; no other file is removed. */
  isPart(name: string): boolean;
}

/** In bytes: a longer main file is not looked into. */
const largestMain = 100_000_000;

/**
 * Writes files that belong together, all or none: the parts first, under names that the main file which is there does not have; then the
 * main file, which takes the place of the old one at once; then the old parts are removed. Whatever ends it before, a reader finds the
 * old files as they were. Of targets that cannot be read, as objects with `write`, the names are those of the first generation.
 *
 * @param target The main file.
 * @returns The names of the parts.
 * @throws FileError if one of them cannot be written.
 */
export async function writeFileSet(target: FileTarget, set: FileSet): Promise<readonly string[]> {
  const former = await formerParts(target, set);
  const names = unusedNames(set, new Set(former));
  for (const [index, name] of names.entries()) {
    await writeTarget(siblingTarget(target, name), await set.partOf(index));
  }
  await writeTarget(target, set.mainOf(names));
  for (const name of former) await removeIfPossible(siblingTarget(target, name));
  return names;
}

function unusedNames(set: FileSet, used: ReadonlySet<string>): readonly string[] {
  for (let generation = 1; ; generation++) {
    const names = set.namesOf(generation);
    if (!names.some((name) => used.has(name))) return names;
  }
}

/** The parts that a main file names which is there; none if there is none that can be read. */
async function formerParts(target: FileTarget, set: FileSet): Promise<readonly string[]> {
  if (typeof target !== "string" && !(target instanceof URL)) return [];
  try {
    const main = await withSource(target, { maxBytes: largestMain }, async (file) =>
      parseJson(file.name, "", await file.readAll()),
    );
    return [...new Set(set.namesIn(main))].filter((name) => set.isPart(name));
  } catch {
    return [];
  }
}

/** What is saved is whole without it. */
async function removeIfPossible(target: FileTarget): Promise<void> {
  if (typeof target === "string" || target instanceof URL) await removeFile(target).catch(() => undefined);
}
