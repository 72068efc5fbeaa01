/** Names of files: paths, addresses, and names that files have for each other. */
import { FileError } from "./file-error.ts";

/** The scheme of an address in lower case; null for a path. The letter of a drive of Windows is no scheme. */
export function schemeOf(name: string): string | null {
  const found = /^([a-z][a-z\d+.-]+):/i.exec(name);
  return found === null ? null : found[1].toLowerCase();
}

/** The part of an address behind its scheme and slashes. */
export function pathOf(address: string): string {
  return address.slice(address.indexOf(":") + 1).replace(/^\/+/, "");
}

/** A name in the folder of another, as paths and addresses have it. */
export function besides(name: string, other: string): string {
  const scheme = schemeOf(name);
  if (scheme === "http" || scheme === "https" || scheme === "file") {
    // A query, which may hold slashes, belongs to its file.
    return folderOf(name.split(/[?#]/, 1)[0]) + other.split("/").map(encodeURIComponent).join("/");
  }
  return folderOf(name) + other;
}

/** The path up to and with the last slash, or backslash of Windows. */
function folderOf(name: string): string {
  return name.slice(0, Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1);
}

/** Throws a FileError unless a name that a file has for another leads to a place below its own folder. */
export function checkRelativeName(file: string, place: string, name: string): void {
  checkEntryName(file, place, name);
  // With it a name could be an address, or be on another drive.
  if (name.includes(":")) throw new FileError(file, place, `the name ${JSON.stringify(name)} has a colon`);
}

/** Throws a FileError unless the name of something in a file stays in it. */
export function checkEntryName(file: string, place: string, name: string): void {
  const isInside =
    // A backslash divides names, and a NUL ends them, on one system or another.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    !/[\\\u0000-\u001f]/.test(name) &&
    name.split("/").every((part) => part !== "" && part !== "." && part !== "..");
  if (isInside) return;
  throw new FileError(
    file,
    place,
    `the name ${JSON.stringify(name)} leads out of it; names are relative, without "..", and divided by "/"`,
  );
}
