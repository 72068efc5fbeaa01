/** The menu beside the pages: the guides in their order, then the names of both packages by category. */
import { basename } from "node:path";
import {
  type DeclarationReflection,
  type DocumentReflection,
  type ProjectReflection,
  type Reflection,
  ReflectionKind,
  type Router,
} from "typedoc";
import { categories } from "./categories.ts";
import { guides } from "./guides.ts";
import { escapeHtml } from "./html.ts";

export interface Menu {
  /** The menu as seen from a page. */
  html(model: Reflection, url: string, link: (target: string) => string): string;
  /** A guide, by the name of its file. */
  guide(slug: string | undefined): GuideEntry | undefined;
}

export interface GuideEntry {
  readonly title: string;
  readonly url: string;
  readonly model: DocumentReflection;
}

/** The title of a page: the first heading of a guide, the name of anything else. */
export function titleOf(model: Reflection): string {
  if (!model.isDocument()) return model.name === "index" ? (model.parent?.name ?? "") : model.name;
  const text = model.content.map((part) => part.text).join("");
  return /^# (?<title>.+)$/m.exec(text)?.groups?.title.replaceAll("`", "") ?? model.name;
}

/** The category that was found for an exported name. */
export function categoryTitle(model: Reflection): string | null {
  const content = model.comment?.getTag("@category")?.content;
  return content === undefined ? null : content.map(({ text }) => text).join("");
}

/** Names that one calls: the others are types, which stand on the page of their package only. */
export const callable = ReflectionKind.Class | ReflectionKind.Function | ReflectionKind.Variable;

interface Section {
  readonly title: string;
  /** The page where the section is. */
  readonly url: string;
  readonly names: readonly DeclarationReflection[];
}

export function menuOf(project: ProjectReflection, router: Router): Menu {
  const entries = new Map(
    (project.documents ?? []).map((model) => {
      const url = router.getFullUrl(model);
      return [basename(url, ".html"), { title: titleOf(model), url, model }];
    }),
  );
  const core = project.getChildByName("@strata/core");
  const layers = project.getChildByName("@strata/layers");
  const packages = [
    { title: "@strata/core", home: core, sections: sectionsOf("core", core, router) },
    {
      title: "@strata/layers",
      home: layers?.getChildByName("index") ?? layers,
      sections: sectionsOf("layers", layers, router),
    },
  ];

  return {
    guide: (slug) => (slug === undefined ? undefined : entries.get(slug)),
    html(model, url, link) {
      const anchor = (target: string, text: string) =>
        `<a href="${link(target)}"${target === url ? ' aria-current="page"' : ""}>${escapeHtml(text)}</a>`;
      const guideSections = guides.map(({ title, pages }) => {
        const items = pages.map((slug) => entries.get(slug)).filter((entry) => entry !== undefined);
        return `<h2>${title}</h2><ul>${items.map((entry) => `<li>${anchor(entry.url, entry.title)}</li>`).join("")}</ul>`;
      });
      const packageSections = packages.map(({ title, home, sections }) => {
        const items = sections.map((section) => {
          const isOpen = section.names.includes(model as DeclarationReflection);
          const names = isOpen
            ? `<ul>${section.names.map((name) => `<li>${anchor(router.getFullUrl(name), name.name)}</li>`).join("")}</ul>`
            : "";
          return `<li>${anchor(section.url, section.title)}${names}</li>`;
        });
        const heading = home === undefined ? title : anchor(router.getFullUrl(home), title);
        return `<h2>${heading}</h2><ul>${items.join("")}</ul>`;
      });
      return [...guideSections, ...packageSections].join("");
    },
  };
}

/** The categories of a package that have names; what stands in a namespace, as losses, is found on its page. */
function sectionsOf(folder: string, root: Reflection | undefined, router: Router): Section[] {
  if (root === undefined || !root.isDeclaration()) return [];
  const modules = [root, ...(root.children ?? []).filter((child) => child.kindOf(ReflectionKind.SomeModule))];
  const namespaces = modules.flatMap((module) =>
    (module.children ?? []).filter((child) => child.kind === ReflectionKind.Namespace),
  );
  const containers = [...new Set([...modules, ...namespaces])];
  return categories[folder].flatMap(({ title }) => {
    const names = containers
      .flatMap((container) => container.children ?? [])
      .filter((name) => name.kindOf(callable) && categoryTitle(name) === title)
      .sort((a, b) => a.name.localeCompare(b.name));
    if (names.length === 0) return [];
    const homes = new Map<Reflection | undefined, number>();
    for (const { parent } of names) homes.set(parent, (homes.get(parent) ?? 0) + 1);
    const [[home]] = [...homes].sort((a, b) => b[1] - a[1]);
    const isNamespace = namespaces.includes(home as DeclarationReflection);
    return [
      { title, url: `${router.getFullUrl(home ?? root)}${isNamespace ? "" : `#${anchorOf(title)}`}`, names },
    ];
  });
}

/** The anchor of a category on the page of its package. */
export function anchorOf(title: string): string {
  return title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}
