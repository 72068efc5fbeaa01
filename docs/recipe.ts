/** What CONTRIBUTING.md says of a new elementwise op, as changes of the sources. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A piece of code, and the file that it is for. */
export interface Addition {
  /** The path below the sources of core. */
  readonly path: string;
  readonly code: string;
  /** The text of the file with the code in it. */
  readonly text: string;
}

/** The blocks of the section, each with the file that the text before it names. */
export function recipe(): Addition[] {
  const document = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
  const [, section] = /^## Add an elementwise op\n(.*?)^## /ms.exec(document) ?? [];
  const blocks = section.matchAll(/`packages\/core\/src\/(\S+?\.ts)`(?:(?!```).)*```text\n(.*?)```/gs);
  return Array.from(blocks, ([, path, block]) => {
    const code = block.replaceAll(/^ {3}/gm, "").trimEnd();
    return {
      path,
      code,
      text: withAddition(readFileSync(join(root, "packages/core/src", path), "utf8"), code),
    };
  });
}

/** A file with an entry more in its table, or a function more at its end. */
function withAddition(text: string, code: string): string {
  const table = /^export const \w+ = \{\n/m.exec(text);
  if (table === null) return `${text}\n${code}\n`;
  const start = table.index + table[0].length;
  return `${text.slice(0, start)}${code}\n${text.slice(start)}`;
}
