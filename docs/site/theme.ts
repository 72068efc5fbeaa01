/** The frame of every page, around what TypeDoc makes of guides and names. */
import {
  type Application,
  type DeclarationReflection,
  DefaultTheme,
  DefaultThemeRenderContext,
  type DocumentReflection,
  type PageEvent,
  type ProjectReflection,
  type Reflection,
  ReflectionKind,
} from "typedoc";
import { categories } from "./categories.ts";
import { factsOf, optionsOf, placeOf } from "./facts.ts";
import { guides } from "./guides.ts";
import { escapeHtml, raw, textOf } from "./html.ts";
import { anchorOf, callable, categoryTitle, type Menu, menuOf, titleOf } from "./menu.ts";
import { SiteRouter } from "./router.ts";

export function useTheme(app: Application): void {
  app.renderer.defineRouter("site", SiteRouter);
  app.renderer.defineTheme("site", SiteTheme);
}

class SiteTheme extends DefaultTheme {
  override ContextClass = SiteContext;
  #menu: Menu | null = null;

  menu(project: ProjectReflection): Menu {
    this.#menu ??= menuOf(project, this.router);
    return this.#menu;
  }
}

class SiteContext extends DefaultThemeRenderContext {
  override defaultLayout: DefaultThemeRenderContext["defaultLayout"] = (template, page) => {
    return raw(this.#frame(page, withoutFolds(textOf(template(page)))));
  };

  /** The names of a package or a namespace by category, each with a sentence, and the types in a line. */
  override moduleReflection: DefaultThemeRenderContext["moduleReflection"] = (module) => {
    const children = module.children ?? [];
    const modules = children.filter((child) => child.kind === ReflectionKind.Module);
    const list = (names: readonly DeclarationReflection[]) =>
      `<dl class="names">${names
        .map(
          (name) =>
            `<dt><a href="${this.urlTo(name)}">${escapeHtml(name.name)}</a></dt><dd>${this.#sentence(name)}</dd>`,
        )
        .join("")}</dl>`;
    const order = module.isDeclaration() ? categories[placeOf(module).folder].map(({ title }) => title) : [];
    const sections = order.flatMap((title) => {
      const members = children.filter((child) => categoryTitle(child) === title);
      if (members.length === 0) return [];
      const names = members.filter((name) => name.kindOf(callable) || name.kindOf(ReflectionKind.Namespace));
      const types = members.filter((name) => !names.includes(name) && !name.isReference());
      const aliases = members.filter((name) => name.isReference());
      const links = (some: readonly DeclarationReflection[]) =>
        some.map((name) => `<a href="${this.urlTo(name)}">${escapeHtml(name.name)}</a>`).join(", ");
      this.page.pageHeadings.push({ link: `#${anchorOf(title)}`, text: title, level: 2 });
      return [
        `<h2 id="${anchorOf(title)}">${escapeHtml(title)}</h2>`,
        names.length === 0 ? "" : list(names),
        aliases.length === 0 ? "" : `<p class="types">Other names: ${links(aliases)}</p>`,
        types.length === 0 ? "" : `<p class="types">Types: ${links(types)}</p>`,
      ];
    });
    const summary = textOf(this.commentSummary(module));
    return raw([summary, modules.length === 0 ? "" : list(modules), ...sections].join(""));
  };

  /** The members stand in the menu of the page. */
  override index: DefaultThemeRenderContext["index"] = () => raw("");

  override hierarchy: DefaultThemeRenderContext["hierarchy"] = () => undefined;

  /** The first sentence of what is said of a name. */
  #sentence(name: DeclarationReflection): string {
    const comment = name.signatures?.[0].comment ?? name.comment;
    const text = this.markdown(comment?.summary ?? []);
    return /^<p>(?<text>[\s\S]*?)<\/p>/.exec(text)?.groups?.text ?? "";
  }

  #frame(page: PageEvent<Reflection>, content: string): string {
    const { model, project, url } = page;
    const theme = this.theme;
    if (!(theme instanceof SiteTheme)) throw new TypeError("these pages belong to the site's theme");
    const menu = theme.menu(project);
    const isLanding = url === "index.html";
    const title = isLanding
      ? "Strata: deep learning in TypeScript, in two tiers"
      : `${titleOf(model)} · Strata`;
    const heading = model.isDocument() || isLanding ? "" : this.#heading(page);
    const isName = model.isDeclaration() && model.kindOf(callable) && !isLanding;
    const facts = isName ? factsOf(model, this) : "";
    const body = isName ? withOptions(content, optionsOf(model, this)) : content;
    const asset = (name: string) => this.relativeURL(`assets/${name}`, true);
    const link = (target: string) => this.relativeURL(target);
    // Two programs beside each other need the width.
    const isWide = content.includes('class="live-pair"');
    const onThisPage = isWide
      ? ""
      : model.isDocument()
        ? headingsOf(content)
        : textOf(this.pageNavigation(page));
    return `<html lang="en" data-base="${link("./")}">
<head>
<meta charset="utf-8">
<title>${escapeHtml(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="${escapeHtml(descriptionOf(model))}">
<link rel="icon" type="image/svg+xml" href="${asset("mark.svg")}">
<link rel="stylesheet" href="${asset("style.css")}">
<link rel="stylesheet" href="${asset("highlight.css")}">
<link rel="stylesheet" href="${asset("custom.css")}">
<script>document.documentElement.dataset.theme = localStorage.getItem("strata-theme") ?? "os";</script>
<script defer src="${asset("site.js")}"></script>
<script async src="${asset("icons.js")}" id="tsd-icons-script"></script>
</head>
<body class="${isLanding ? "landing" : "page"}">
<a class="skip-link" href="#content">Skip to the content</a>
<header class="site-header">
<button type="button" class="icon-button menu-button" aria-expanded="false" aria-controls="site-menu" aria-label="Menu">☰</button>
<a class="brand" href="${link("index.html")}"><img src="${asset("mark.svg")}" alt="" width="24" height="24">Strata</a>
<nav class="site-links" aria-label="Sections">
<a href="${link("guide/getting-started.html")}">Guides</a>
<a href="${link("core.html")}">core</a>
<a href="${link("layers/index.html")}">layers</a>
<a href="${link("guide/both-levels-live.html")}">Train here</a>
<a href="${link("guide/benchmarks.html")}">Benchmarks</a>
</nav>
<button type="button" class="search-button" aria-haspopup="dialog">Search <kbd>/</kbd></button>
<button type="button" class="icon-button theme-button" aria-label="Light or dark colours">◐</button>
</header>
<dialog class="search-dialog" aria-label="Search">
<input type="search" role="combobox" aria-label="Search" aria-controls="search-results" aria-expanded="false" aria-autocomplete="list" placeholder="matrix multiplication, save a model, batch norm …" spellcheck="false" autocomplete="off">
<p class="search-status" role="status"></p>
<ul id="search-results" role="listbox" aria-label="Results"></ul>
</dialog>
<div class="site-body${isWide ? " wide-body" : ""}">
<nav id="site-menu" class="menu-column" aria-label="Pages">${menu.html(model, url, link)}</nav>
<main id="content" tabindex="-1">${heading}${body}${facts}${isLanding ? "" : neighbours(model, menu, link)}</main>
${onThisPage === "" || isLanding ? "" : `<aside class="page-column" aria-label="On this page">${onThisPage}</aside>`}
</div>
<footer class="site-footer">Strata is MIT-licensed. Every example on these pages is run by the tests.</footer>
</body>
</html>`;
  }

  #heading({ model }: PageEvent<Reflection>): string {
    const category = categoryTitle(model);
    const path: string[] = [];
    for (let each = model.parent; each !== undefined && !each.isProject(); each = each.parent) {
      if (each.name === "index" || model.name === "index") continue;
      const home = each.name === "@strata/layers" ? (each.getChildByName("index") ?? each) : each;
      path.unshift(`<a href="${this.urlTo(home)}">${escapeHtml(each.name)}</a>`);
    }
    const crumbs =
      path.length === 0
        ? ""
        : `<p class="crumbs">${path.join(" / ")}${category === null ? "" : ` / ${escapeHtml(category)}`}</p>`;
    return `${crumbs}<h1>${escapeHtml(titleOf(model))}</h1>`;
  }
}

/** The page of a class with its options before its members, of which inherited ones are shown when they are asked for. */
function withOptions(html: string, options: string): string {
  const start = html.indexOf('<div class="tsd-panel-group');
  if (start === -1) return html + options;
  const hasInherited = html.includes("tsd-is-inherited");
  const choice = hasInherited
    ? '<p class="inherited-choice"><label><input type="checkbox"> Show what it inherits</label></p>'
    : "";
  return `${html.slice(0, start)}${options}${choice}${html.slice(start)}`;
}

/** The headings of a guide, as a list of links. */
function headingsOf(html: string): string {
  const headings = html.matchAll(/<h(?<level>[23]) id="(?<id>[^"]+)"[^>]*>(?<text>[\s\S]*?)<\/h[23]>/g);
  const items = Array.from(headings, ({ groups: { level = "", id = "", text = "" } = {} }) => {
    const words = text.replaceAll(/<[^>]+>/g, "").trim();
    return `<li class="level-${level}"><a href="#${id}">${words}</a></li>`;
  });
  return items.length === 0 ? "" : `<h2>On this page</h2><ul>${items.join("")}</ul>`;
}

/** Sections that do not fold, since a heading with a link cannot be a button too; code that the keyboard scrolls. */
function withoutFolds(html: string): string {
  return html
    .replaceAll(/<(\/?)(details|summary)\b/g, "<$1div")
    .replaceAll(/(?<!<div class="runnable"[^>]*>)<pre>/g, '<pre tabindex="0">')
    .replaceAll('<div class="tsd-signature">', '<div class="tsd-signature" tabindex="0">');
}

/** One sentence for those who see the page in a list. */
function descriptionOf(model: Reflection): string {
  const parts = model.comment?.summary ?? [];
  const summary = parts
    .map(({ text }) => text)
    .join("")
    .split(/\n\n/)[0]
    .replaceAll(/\s+/g, " ")
    .trim();
  return summary === "" ? `${titleOf(model)}: Strata, deep learning in TypeScript, in two tiers.` : summary;
}

/** The guides before and after this one. */
function neighbours(model: Reflection, menu: Menu, link: (target: string) => string): string {
  if (!model.isDocument()) return "";
  const all = guides.flatMap(({ pages }) => pages);
  const index = all.findIndex((slug) => menu.guide(slug)?.model === (model as DocumentReflection));
  const [before, after] = [menu.guide(all[index - 1]), menu.guide(all[index + 1])];
  const previous =
    before === undefined ? "" : `<a rel="prev" href="${link(before.url)}">← ${escapeHtml(before.title)}</a>`;
  const next =
    after === undefined ? "" : `<a rel="next" href="${link(after.url)}">${escapeHtml(after.title)} →</a>`;
  return `<nav class="neighbours" aria-label="Guides before and after">${previous}${next}</nav>`;
}
