/** The recipes of CONTRIBUTING.md, as changes of the sources. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A piece of code, and the file that it is for. */
export interface Addition {
  /** The path below the sources of its package. */
  readonly path: string;
  readonly code: string;
  /** The path that the file has, or would have. */
  readonly file: string;
  /** The text of the file with the code in it. */
  readonly text: string;
}

/**
 * The blocks of a section, each with the file that the text before it names.
 *
 * @param title The title of the section.
 */
export function recipe(title: string): Addition[] {
  const document = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
  const [, section = ""] = document.split(`\n## ${title}\n`);
  const [own] = section.split(/^## /m);
  const blocks = own.matchAll(/`(packages\/\w+\/src)\/(\S+?\.ts)`(?:(?!```).)*```text\n(.*?)```/gs);
  return Array.from(blocks, ([, sources, path, block]) => {
    const code = block.replaceAll(/^ {3}/gm, "").trimEnd();
    const file = join(root, sources, path);
    return { path, code, file, text: withAddition(file, code) };
  });
}

/** The text of a file with an entry more in its table, or with the code at its end; of a new file, the code. */
function withAddition(path: string, code: string): string {
  if (!existsSync(path)) return `${code}\n`;
  const text = readFileSync(path, "utf8");
  const table = /^export const \w+ = \{\n/m.exec(text);
  if (table === null) return `${text}\n${code}\n`;
  const start = table.index + table[0].length;
  return `${text.slice(0, start)}${code}\n${text.slice(start)}`;
}
