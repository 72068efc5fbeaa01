/** The TypeScript in the documents: found in Markdown and in docstrings, and made into modules that can be run. */
import { readFileSync } from "node:fs";
import ts from "typescript";
import { asText } from "./printed-text.ts";

/** A block of code in a document. */
export interface CodeBlock {
  /** The file that it is in. */
  readonly path: string;
  /** The line of its first line, counted from 1. */
  readonly line: number;
  /** The code as it is printed. */
  readonly code: string;
  /** Code that the reader does not see, and that runs before. */
  readonly preamble: string;
  /** Parts of the code with what stands in their places when it runs, so that it ends soon. */
  readonly quicker: readonly (readonly [part: string, replacement: string])[];
  /** The file that it was copied from, if it is part of a file. */
  readonly excerptOf: string | null;
}

/** What a `console.log` is said to print. */
export interface Expectation {
  /** The line of the statement in the document. */
  readonly line: number;
  /** The text of the comment beside or below the statement. */
  readonly text: string;
}

/** A block as a module: its lines have the numbers that they have in the document. */
export interface BlockModule {
  readonly text: string;
  /** By the number that the module hands to `console.debug` before it prints. */
  readonly expectations: ReadonlyMap<number, Expectation>;
}

/**
 * The `ts` blocks of a Markdown file, or of the docstrings of a TypeScript file. A comment before a block may say
 * `<!-- excerpt: path -->`, carry a preamble, `<!-- before: ... -->`, or replacements, `<!-- quickly: part → replacement -->`.
 */
export function codeBlocksOf(path: string): CodeBlock[] {
  const lines = readFileSync(path, "utf8").split("\n");
  return findBlocks(path, path.endsWith(".md") ? lines : lines.map(lineOfDocstring));
}

function lineOfDocstring(line: string): string {
  return /^\s*\* ?(?<text>.*)$/.exec(line)?.groups?.text ?? "";
}

function findBlocks(path: string, lines: readonly string[]): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let comment = "";
  for (let start = 0; start < lines.length; start++) {
    if (lines[start].startsWith("<!--")) {
      const end = indexFrom(lines, start, (line) => line.endsWith("-->"));
      comment = lines
        .slice(start, end + 1)
        .join("\n")
        .slice("<!--".length, -"-->".length)
        .trim();
      start = end;
    } else if (lines[start].startsWith("```")) {
      const end = indexFrom(lines, start + 1, (line) => line === "```");
      if (lines[start] === "```ts") {
        blocks.push({
          path,
          line: start + 2,
          code: lines.slice(start + 1, end).join("\n"),
          preamble: afterLabel(comment, "before:") ?? "",
          quicker: replacementsIn(afterLabel(comment, "quickly:") ?? ""),
          excerptOf: afterLabel(comment, "excerpt:"),
        });
      }
      comment = "";
      start = end;
    } else if (lines[start].trim() !== "") comment = "";
  }
  return blocks;
}

function indexFrom(lines: readonly string[], start: number, isEnd: (line: string) => boolean): number {
  const offset = lines.slice(start).findIndex(isEnd);
  return offset === -1 ? lines.length : start + offset;
}

/** `part → replacement`, one a line. */
function replacementsIn(text: string): (readonly [string, string])[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => {
    const [part = "", replacement = ""] = line.split(" → ");
    return [part.trim(), replacement.trim()];
  });
}

function afterLabel(comment: string, label: string): string | null {
  return comment.startsWith(label) ? comment.slice(label.length).trim() : null;
}

/** The module of a block, in which every `console.log` with an expectation announces itself. */
export function moduleOf(block: CodeBlock): BlockModule {
  const { preamble, line } = block;
  const code = block.quicker.reduce(
    (text, [part, replacement]) => replaced(text, part, replacement),
    block.code,
  );
  const source = ts.createSourceFile("block.ts", code, ts.ScriptTarget.Latest, true);
  const expectations = new Map<number, Expectation>();
  const announcements: { readonly position: number; readonly number: number }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isExpressionStatement(node) && isConsoleLog(node.expression)) {
      const text = commentAfter(code, node.end);
      if (text !== null) {
        const position = node.getStart();
        const { line: row } = source.getLineAndCharacterOfPosition(position);
        announcements.push({ position, number: expectations.size });
        expectations.set(expectations.size, { line: line + row, text });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  let text = code;
  for (const { position, number } of announcements.reverse()) {
    text = `${text.slice(0, position)}console.debug(${number}), ${text.slice(position)}`;
  }
  const onOneLine = preamble.replaceAll("\n", " ");
  return { text: `${"\n".repeat(Math.max(0, line - 2))}${onOneLine}\n${text}\n`, expectations };
}

function replaced(text: string, part: string, replacement: string): string {
  if (text.includes(part)) return text.replace(part, () => replacement);
  throw new Error(`a block is to run with ${replacement} in the place of ${part}, which it does not have`);
}

function isConsoleLog(node: ts.Expression): boolean {
  return ts.isCallExpression(node) && node.expression.getText() === "console.log";
}

/** The comment on the rest of the line, or else the one on the lines below. */
function commentAfter(code: string, position: number): string | null {
  const [rest, ...below] = code.slice(position).split("\n");
  const beside = /^;?\s*\/\/ (?<text>.*)$/.exec(rest)?.groups?.text;
  if (beside !== undefined) return beside.trim();
  const end = indexFrom(below, 0, (line) => !/^\s*\/\/ /.test(line));
  if (end === 0) return null;
  return below
    .slice(0, end)
    .map((line) => line.trim().slice("// ".length))
    .join("\n");
}

/** How exactly numbers are compared: as far as float32 has digits. */
const tolerance = 1e-6;

/** Whether what was printed is what the comment says; `…` stands for any further digits or letters. */
export function isPrintedAs(expected: string, printed: readonly (readonly unknown[])[]): boolean {
  return [false, true].some((quotes) => isAlike(expected, asText(printed, quotes)));
}

function isAlike(expected: string, printed: string): boolean {
  if (expected.includes("…")) return patternOf(expected).test(printed);
  const said = splitNumbers(expected);
  const seen = splitNumbers(printed);
  return (
    said.rest === seen.rest &&
    said.numbers.every((number, index) => {
      const difference = Math.abs(number - seen.numbers[index]);
      return difference <= tolerance * Math.max(1, Math.abs(number));
    })
  );
}

function patternOf(text: string): RegExp {
  const parts = text.split("…").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^\\s,\\]}]*")}$`);
}

/** The numbers of a text, and the text without them. */
function splitNumbers(text: string): { readonly numbers: readonly number[]; readonly rest: string } {
  const number = /(?<![\w.])-?\d+(\.\d+)?(e[+-]?\d+)?(?![\w.])/g;
  return { numbers: (text.match(number) ?? []).map(Number), rest: text.replace(number, "#") };
}
