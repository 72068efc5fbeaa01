import { FileError } from "./file-error.ts";

/** Any value of JSON. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [name: string]: JsonValue };

/** Deeper nesting is refused, since those who walk through it may take a frame of the stack for each level. */
const deepestJson = 100;

/**
 * The value of JSON in a file.
 *
 * @param bytes UTF-8.
 * @param place Where in the file it stands; `""` where it is all of it.
 * @throws FileError if it is not well formed, nested deeper than 100 levels, or has a name twice in one object.
 */
export function parseJson(file: string, place: string, bytes: Uint8Array): JsonValue {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new FileError(file, place, "it is no UTF-8", { cause: error });
  }
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FileError(file, place, `it is no JSON: ${reason}`, { cause: error });
  }
  checkStructure(file, place, text);
  return value;
}

/** Checks the depth, and that names are unique, which JSON.parse does not; the text is well formed. */
function checkStructure(file: string, place: string, text: string): void {
  // For each open bracket the names so far; null for an array.
  const open: (Set<string> | null)[] = [];
  const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[[\]{}]/gs;
  for (let token = tokens.exec(text); token !== null; token = tokens.exec(text)) {
    const [found, isName] = token;
    if (found === "{" || found === "[") {
      open.push(found === "{" ? new Set() : null);
      if (open.length > deepestJson) {
        throw new FileError(file, place, `its JSON is nested deeper than ${deepestJson} levels`);
      }
    } else if (found === "}" || found === "]") {
      open.pop();
    } else if (isName !== undefined) {
      const name: string = JSON.parse(found.slice(0, -isName.length));
      const names = open[open.length - 1];
      if (names?.has(name)) {
        throw new FileError(file, place, `its JSON has the name ${JSON.stringify(name)} twice in one object`);
      }
      names?.add(name);
    }
  }
}
