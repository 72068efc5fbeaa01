/** The files that bytes go to before they are given their name; they tell who writes them, so that those of killed processes are known. */
import { randomBytes } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import process from "node:process";

const ending = ".partial";

/** A name of a file beside `path` that nobody has: `.model.keras.host.4711.5f0c….partial`. */
export function temporaryFor(path: string): string {
  return join(
    dirname(path),
    `${beginningFor(path)}${process.pid}.${randomBytes(6).toString("hex")}${ending}`,
  );
}

/** Removes what processes of this machine left beside `path` that were killed while they wrote it. */
export async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path);
  const beginning = beginningFor(path);
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(beginning) || !name.endsWith(ending)) continue;
    const [writer] = name.slice(beginning.length).split(".");
    if (/^\d+$/.test(writer) && !isRunning(Number(writer)))
      await rm(join(folder, name), { force: true }).catch(() => undefined);
  }
}

/** What all temporary files for `path` begin with on this machine. Names are cut, since systems take 255 bytes. */
function beginningFor(path: string): string {
  return `.${cut(basename(path), 120)}.${cut(hostname().replaceAll(/[^\w-]/g, "-"), 60)}.`;
}

function cut(name: string, bytes: number): string {
  let short = "";
  for (const character of name) {
    if (Buffer.byteLength(short) + Buffer.byteLength(character) > bytes) break;
    short += character;
  }
  return short;
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    // A process of another user runs, too.
    return error instanceof Error && "code" in error && error.code !== "ESRCH";
  }
}
