/** What the search finds: every section of every guide, every name, and the methods of the classes. */
import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import {
  type Application,
  type Comment,
  type CommentDisplayPart,
  type DeclarationReflection,
  PageEvent,
  type Reflection,
  ReflectionKind,
  RendererEvent,
} from "typedoc";
import { exportsOf } from "./converter.ts";
import { counterpartsOf, wordsFor } from "./counterparts.ts";
import { placeOf } from "./facts.ts";
import { guideWords, lists } from "./guides.ts";
import { categoryTitle, titleOf } from "./menu.ts";
import type { SearchEntry } from "./search.ts";

export function writeSearchEntries(app: Application): void {
  const entries: SearchEntry[] = [];
  app.renderer.on(PageEvent.END, ({ model, url, pageSections }) => {
    if (!isDocument(model)) return;
    const links = pageSections.flatMap(({ headings }) => headings).map(({ link }) => link);
    entries.push(...sectionsOf(titleOf(model), url, textOf(model.content), links));
  });
  app.renderer.on(RendererEvent.END, ({ project }) => {
    const { router } = app.renderer;
    if (router === undefined) return;
    for (const model of exportsOf(project)) {
      if (!router.hasUrl(model) || model.isReference()) continue;
      const { folder, name } = placeOf(model);
      const isType = model.kindOf(ReflectionKind.Interface | ReflectionKind.TypeAlias);
      const where = `${folder} · ${categoryTitle(model) ?? ""}`;
      entries.push({
        title: name,
        url: router.getFullUrl(model),
        where,
        names: [...counterpartsOf(folder, name).map((each) => each.name), wordsFor(folder, name)].join(" "),
        text: textOfName(model),
        weight: isType ? 0.25 : model.kind === ReflectionKind.Namespace ? 0.8 : 1,
      });
      if (model.kind !== ReflectionKind.Class) continue;
      for (const method of model.children ?? []) {
        if (method.kind !== ReflectionKind.Method || method.inheritedFrom || method.overwrites) continue;
        const text = textOfName(method);
        const url = router.getFullUrl(method);
        entries.push({ title: `${name}.${method.name}`, url, where, names: "", text, weight: 0.5 });
      }
    }
    entries.sort((a, b) => a.url.localeCompare(b.url));
    const lines = entries.map((entry) => JSON.stringify(entry)).join(",\n");
    const file = join(app.options.getValue("out"), "assets", "search-entries.js");
    writeFileSync(file, `globalThis.strataSearchEntries = [\n${lines}\n];\n`);
  });
}

function isDocument(model: unknown): model is Reflection & { readonly content: CommentDisplayPart[] } {
  return typeof model === "object" && model !== null && "content" in model && "isDocument" in model;
}

function textOf(parts: readonly CommentDisplayPart[]): string {
  return parts.map(({ text }) => text).join("");
}

/** Text without marks and code. */
function plain(markdown: string): string {
  return markdown
    .replaceAll(/<!--[\s\S]*?-->/g, "")
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/^```\w*$/gm, "")
    .replaceAll(/[`*|#]|:?-{3,}:?/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** A guide by its headings; the links are those of the headings, in their order. */
function sectionsOf(title: string, url: string, markdown: string, links: readonly string[]): SearchEntry[] {
  const slug = basename(url, ".html");
  const sections: { readonly heading: string; readonly lines: string[] }[] = [];
  let isCode = false;
  for (const line of markdown.split("\n")) {
    if (line.startsWith("```")) isCode = !isCode;
    const heading = isCode ? undefined : /^#{1,6} (?<text>.+)$/.exec(line)?.groups?.text;
    if (heading !== undefined) sections.push({ heading: plain(heading), lines: [] });
    else sections.at(-1)?.lines.push(line);
  }
  return sections.map(({ heading, lines }, index) => ({
    title: heading,
    url: index === 0 ? url : `${url}${links[index] ?? ""}`,
    where: index === 0 ? "Guide" : title,
    names: index === 0 ? (guideWords[slug] ?? "") : "",
    text: plain(lines.join("\n")).slice(0, 1500),
    weight: index === 0 ? 1.6 : lists.includes(slug) ? 0.2 : 0.9,
  }));
}

/** What the docstring of a name says, of its parameters too. */
function textOfName(model: DeclarationReflection): string {
  const comments: (Comment | undefined)[] = [model.comment];
  for (const signature of model.signatures ?? []) {
    comments.push(signature.comment, ...(signature.parameters ?? []).map(({ comment }) => comment));
  }
  return plain(
    comments
      .flatMap((comment) => [
        textOf(comment?.summary ?? []),
        textOf(comment?.getTag("@returns")?.content ?? []),
      ])
      .join(" "),
  ).slice(0, 600);
}
