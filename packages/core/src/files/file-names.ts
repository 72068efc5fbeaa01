/** Names of files: paths, addresses, and names that files have for each other. */
import { FileError } from "./file-error.ts";

/** The scheme of an address in lower case; null for a path. The letter of a drive of Windows is no scheme. */
export function schemeOf(name: string): string | null {
  const found = /^([a-z][a-z\d+.-]+):/i.exec(name);
  return found === null ? null : found[1].toLowerCase();
}

/** A name in the folder of another, as paths and addresses have it. */
export function besides(name: string, other: string): string {
  const isAddress = schemeOf(name) !== null;
  // The query of an address, which may hold slashes, belongs to its file.
  const [path] = isAddress ? name.split(/[?#]/, 1) : [name];
  const folder = path.slice(0, Math.max(path.lastIndexOf("/"), isAddress ? -1 : path.lastIndexOf("\\")) + 1);
  return folder + (isAddress ? other.split("/").map(encodeURIComponent).join("/") : other);
}

/** Throws a FileError unless a name in a file leads to a place below the file's own folder. */
export function checkRelativeName(file: string, place: string, name: string): void {
  const parts = name.split("/");
  const isInside =
    name !== "" &&
    // A backslash, a colon and a NUL mean more than a character to one system or another.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    !/[\\:\u0000-\u001f]/.test(name) &&
    parts.every((part) => part !== "" && part !== "." && part !== "..");
  if (isInside) return;
  throw new FileError(
    file,
    place,
    `the name ${JSON.stringify(name)} leads out of it; names are relative, without "..", and divided by "/"`,
  );
}
