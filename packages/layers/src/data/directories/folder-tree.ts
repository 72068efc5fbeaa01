/** Folders of all kinds that files are read from: a path, a handle that a page was given, a list of Files. */
import type { FileSource } from "@strata/core";
import { describeValue } from "@strata/core/internal";
import { readFolder, realFolder } from "#platform";
import type { FolderEntry } from "../../platform/folder-entry.ts";

/** A folder that a page was given, as by `showDirectoryPicker`. */
export interface DirectoryHandle {
  /** As of `FileSystemDirectoryHandle`. */
  readonly kind: "directory";
  /** The files and folders in it. */
  values(): AsyncIterable<DirectoryHandle | FileHandle>;
  /** The name of the folder. */
  readonly name: string;
}

/** A file in such a folder. */
export interface FileHandle {
  /** As of `FileSystemFileHandle`. */
  readonly kind: "file";
  /** The name of the file. */
  readonly name: string;
  /** The content. */
  getFile(): Promise<File>;
}

/**
 * The place of a folder: a path or a `file:` address in Node; in browsers a handle of `showDirectoryPicker` or of the page's
 * private file system, or the Files of an `<input type="file" webkitdirectory>`.
 */
export type DirectoryLike = string | URL | DirectoryHandle | Iterable<File>;

/** A folder with all that is below it, by paths with "/" between names; "" is the folder itself. */
export interface FolderTree {
  /** How messages call it. */
  readonly name: string;
  entries(path: string): Promise<readonly FolderEntry[]>;
  /** The name that tells a folder from others, whatever links led there. */
  identity(path: string): Promise<string>;
  /** How a file is called in lists. */
  pathOf(path: string): string;
  open(path: string): Promise<FileSource>;
}

/** The folder that was given. */
export function folderTree(operation: string, directory: DirectoryLike): FolderTree {
  if (typeof directory === "string") return treeAtPath(operation, directory);
  if (directory instanceof URL) {
    if (directory.protocol === "file:") return treeAtPath(operation, decodeURIComponent(directory.pathname));
    throw new RangeError(`${operation}: the directory is ${directory.href}; a folder is read at file: only`);
  }
  if (isHandle(directory)) return treeOfHandle(directory);
  if (isIterable(directory)) {
    const files = [...directory];
    if (files.every((file) => file instanceof File)) return treeOfFiles(files);
  }
  throw new RangeError(
    `${operation}: the directory is ${describeValue(directory)}; it must be a path, a file: URL, a handle of a folder or Files`,
  );
}

function treeAtPath(operation: string, folder: string): FolderTree {
  const pathOf = (path: string): string => joined(folder, path);
  return {
    name: folder,
    async entries(path) {
      try {
        return await readFolder(pathOf(path));
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new Error(
          `${operation}: the folder ${JSON.stringify(pathOf(path))} cannot be read: ${reason}`,
          {
            cause,
          },
        );
      }
    },
    identity: (path) => realFolder(pathOf(path)),
    pathOf,
    open: (path) => Promise.resolve(pathOf(path)),
  };
}

function joined(folder: string, path: string): string {
  if (path === "") return folder;
  return folder === "" || folder.endsWith("/") ? folder + path : `${folder}/${path}`;
}

function treeOfHandle(root: DirectoryHandle): FolderTree {
  const handles = new Map<string, DirectoryHandle | FileHandle>([["", root]]);
  return {
    name: root.name,
    async entries(path) {
      const found: FolderEntry[] = [];
      const folder = handles.get(path);
      if (folder?.kind !== "directory") return found;
      for await (const handle of folder.values()) {
        handles.set(joined(path, handle.name), handle);
        found.push({
          name: handle.name,
          kind: handle.kind === "file" ? "file" : "folder",
          isLink: false,
        });
      }
      return found;
    },
    identity: (path) => Promise.resolve(path),
    pathOf: (path) => joined(root.name, path),
    async open(path) {
      const handle = handles.get(path);
      if (handle?.kind !== "file")
        throw new RangeError(`${root.name}: there is no file ${JSON.stringify(path)}`);
      return handle.getFile();
    },
  };
}

function treeOfFiles(files: readonly File[]): FolderTree {
  const byPath = new Map(files.map((file) => [pathWithin(file), file]));
  const folders = new Map<string, FolderEntry[]>([["", []]]);
  const add = (path: string, kind: FolderEntry["kind"]): void => {
    const end = path.lastIndexOf("/");
    const parent = path.slice(0, Math.max(end, 0));
    if (!folders.has(parent)) {
      folders.set(parent, []);
      add(parent, "folder");
    }
    folders.get(parent)?.push({ name: path.slice(end + 1), kind, isLink: false });
  };
  for (const path of byPath.keys()) add(path, "file");
  return {
    name: files.map(chosenPath)[0]?.split("/", 1)[0] || "the Files given",
    entries: (path) => Promise.resolve(folders.get(path) ?? []),
    identity: (path) => Promise.resolve(path),
    pathOf(path) {
      const file = byPath.get(path);
      return (file && chosenPath(file)) || path;
    },
    open(path) {
      const file = byPath.get(path);
      if (file !== undefined) return Promise.resolve(file);
      return Promise.reject(new RangeError(`there is no File ${JSON.stringify(path)}`));
    },
  };
}

/** The path of a File below the folder that was chosen, whose own name its path begins with. */
function pathWithin(file: File): string {
  const path = chosenPath(file);
  return path === "" ? file.name : path.slice(path.indexOf("/") + 1);
}

/** The path of a File with the folder that was chosen; empty where Files were chosen by themselves. */
function chosenPath(file: File): string {
  // Node's File has none.
  return "webkitRelativePath" in file ? file.webkitRelativePath : "";
}

function isHandle(value: unknown): value is DirectoryHandle {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "directory";
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}
