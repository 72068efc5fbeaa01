/** Markdown on the pages: blocks of code that can run there are marked, with the code that goes before; tables scroll. */
import { escapeHtml } from "./html.ts";
import { runsInPages } from "./modules.ts";

/** What is used of markdown-it. */
interface MarkdownToken {
  readonly type: string;
  readonly info: string;
  readonly content: string;
}
type Rule = (tokens: readonly MarkdownToken[], index: number, ...rest: readonly unknown[]) => string;
interface MarkdownParser {
  readonly renderer: { readonly rules: Record<string, Rule | undefined> };
}

interface TokenRenderer {
  renderToken(tokens: readonly MarkdownToken[], index: number, options: unknown): string;
}

const comment = /<!--\s*(?<label>before|excerpt):(?<text>[\s\S]*?)-->/;

export function extendMarkdown(parser: MarkdownParser): void {
  const { rules } = parser.renderer;
  const { fence, html_block: html } = rules;
  if (fence === undefined || html === undefined)
    throw new TypeError("markdown-it has other rules than it had");
  rules.fence = (tokens, index, ...rest) => {
    const block = fence(tokens, index, ...rest);
    const { info, content } = tokens[index];
    if (info.trim() !== "ts") return block;
    const { label, text = "" } = comment.exec(commentBefore(tokens, index))?.groups ?? {};
    const before = label === "before" ? text.trim() : "";
    if (label === "excerpt" || !runsInPages(`${before}\n${content}`)) return block;
    return `<div class="runnable" data-before="${escapeHtml(before)}">${block}</div>`;
  };
  // Wide tables scroll, for the keyboard too.
  const plain = (tokens: readonly MarkdownToken[], index: number, ...[options, , self]: readonly unknown[]) =>
    (self as TokenRenderer).renderToken(tokens, index, options);
  rules.table_open = (...all) =>
    `<div class="wide" tabindex="0" role="region" aria-label="Table">${plain(...all)}`;
  rules.table_close = (...all) => `${plain(...all)}</div>`;
  // Comments are for the tests.
  rules.html_block = (tokens, index, ...rest) =>
    comment.test(tokens[index].content) ? "" : html(tokens, index, ...rest);
}

function commentBefore(tokens: readonly MarkdownToken[], index: number): string {
  const token = tokens[index - 1];
  return token?.type === "html_block" ? token.content : "";
}
