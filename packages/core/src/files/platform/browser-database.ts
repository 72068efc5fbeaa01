import { asFileError, FileError } from "../file-error.ts";
import { pathOf } from "../file-names.ts";
import type { StoredFile } from "./file-system.ts";

/** Files in IndexedDB: Blobs by name in a database of their own. What a transaction puts is there whole or not at all. */

const databaseName = "strata";
const storeName = "files";

/** A file of the database. */
export async function readFromDatabase(name: string): Promise<Blob> {
  const found = await inDatabase(name, "readonly", (files) => files.get(pathOf(name)));
  if (found instanceof Blob) return found;
  throw new FileError(name, "", "there is no such file in the browser's database");
}

/** Whether the database has a file. */
export async function isInDatabase(name: string): Promise<boolean> {
  return (await inDatabase(name, "readonly", (files) => files.count(pathOf(name)))) > 0;
}

/** Puts a file into the database, in place of one with its name. */
export async function writeToDatabase(name: string, content: Blob): Promise<void> {
  await inDatabase(name, "readwrite", (files) => files.put(content, pathOf(name)));
}

/** Puts bytes at the end of a file, which is made if it is not there. */
export async function appendToDatabase(name: string, bytes: Uint8Array): Promise<void> {
  const found = await inDatabase(name, "readonly", (files) => files.get(pathOf(name)));
  await writeToDatabase(name, new Blob([...(found instanceof Blob ? [found] : []), new Uint8Array(bytes)]));
}

/** Removes a file, if it is there. */
export async function removeFromDatabase(name: string): Promise<void> {
  await inDatabase(name, "readwrite", (files) => files.delete(pathOf(name)));
}

/** The files of a folder and those below it. */
export async function listDatabase(folder: string): Promise<readonly StoredFile[]> {
  const start = pathOf(folder);
  // Both in one transaction, and in the order of the names; no content is read.
  const keys: IDBValidKey[] = [];
  const blobs = await inDatabase(folder, "readonly", (files) => {
    const request = files.getAllKeys();
    request.onsuccess = () => void keys.push(...request.result);
    return files.getAll();
  });
  return keys.flatMap((key, index) => {
    const blob: unknown = blobs[index];
    if (typeof key !== "string" || !key.startsWith(start) || !(blob instanceof Blob)) return [];
    return [{ name: `indexeddb://${key}`, size: blob.size }];
  });
}

async function inDatabase<Result>(
  name: string,
  mode: IDBTransactionMode,
  act: (files: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result> {
  let database: IDBDatabase | undefined;
  try {
    database = await openDatabase();
    return await ended(database.transaction(storeName, mode), act);
  } catch (error) {
    throw asFileError(name, "the browser's database fails", inWords(error));
  } finally {
    database?.close();
  }
}

function openDatabase(): Promise<IDBDatabase> {
  const opening = indexedDB.open(databaseName, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(storeName);
  return new Promise((resolve, reject) => {
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
}

/** The result of a request, once its transaction is complete: a put can succeed, and then not fit. */
function ended<Result>(
  transaction: IDBTransaction,
  act: (files: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const request = act(transaction.objectStore(storeName));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error ?? request.error);
  });
}

/** An error of the browser's stores in words. */
export function inWords(error: unknown): unknown {
  if (!(error instanceof DOMException) || !Object.hasOwn(meanings, error.name)) return error;
  return new Error(`${meanings[error.name]} (${error.name})`, { cause: error });
}

const meanings: Readonly<Record<string, string>> = {
  QuotaExceededError: "it does not fit in what the browser lets this site store",
  SecurityError: "the browser does not let this page store anything",
  NotFoundError: "there is no such file or folder",
  TypeMismatchError: "it is a folder, or a part of its path is none",
  NoModificationAllowedError: "it is being written elsewhere",
};
