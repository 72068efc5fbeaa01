/** The search of the site: its index is loaded when it is first opened. */
import { entriesByRelevance, type SearchEntry, searchIndexOf } from "../search.ts";

declare global {
  // Set by assets/search-entries.js, which a page can load from a disk too.
  var strataSearchEntries: readonly SearchEntry[] | undefined;
}

export function prepareSearch(base: string): void {
  const dialog = document.querySelector<HTMLDialogElement>(".search-dialog");
  const input = dialog?.querySelector("input");
  const list = dialog?.querySelector("ul");
  const status = dialog?.querySelector<HTMLElement>(".search-status");
  if (!dialog || !input || !list || !status) return;
  let search: ((query: string) => SearchEntry[]) | null = null;

  function open(): void {
    dialog?.showModal();
    input?.select();
    if (search === null) load();
  }

  function load(): void {
    const script = document.createElement("script");
    script.src = `${base}assets/search-entries.js`;
    script.onload = () => {
      const entries = globalThis.strataSearchEntries ?? [];
      const index = searchIndexOf(entries);
      search = (query) => entriesByRelevance(index, entries, query);
      show();
    };
    script.onerror = () => say("The index could not be loaded.");
    document.head.append(script);
  }

  function say(text: string): void {
    if (status) status.textContent = text;
  }

  function show(): void {
    if (!list || !input) return;
    const query = input.value.trim();
    const found = query === "" || search === null ? [] : search(query).slice(0, 20);
    list.replaceChildren(...found.map((entry, index) => item(entry, index, query)));
    input.setAttribute("aria-expanded", String(found.length > 0));
    select(found.length > 0 ? 0 : -1);
    say(query === "" ? "" : found.length === 0 ? "Nothing found." : `${found.length} results`);
  }

  function item({ title, url, where, text }: SearchEntry, index: number, query: string): HTMLLIElement {
    const element = document.createElement("li");
    element.role = "option";
    element.id = `result-${index}`;
    const link = document.createElement("a");
    link.href = base + url;
    link.tabIndex = -1;
    const place = document.createElement("span");
    place.className = "where";
    place.textContent = where;
    const name = document.createElement("strong");
    name.textContent = title;
    const excerpt = document.createElement("p");
    excerpt.textContent = excerptOf(text, query);
    link.append(place, name, excerpt);
    element.append(link);
    return element;
  }

  let selected = -1;
  function select(index: number): void {
    const items = [...(list?.children ?? [])];
    selected = items.length === 0 ? -1 : (index + items.length) % items.length;
    items.forEach((each, position) => {
      each.setAttribute("aria-selected", String(position === selected));
    });
    items[selected]?.scrollIntoView({ block: "nearest" });
    if (selected === -1) input?.removeAttribute("aria-activedescendant");
    else input?.setAttribute("aria-activedescendant", `result-${selected}`);
  }

  document.querySelector(".search-button")?.addEventListener("click", open);
  input.addEventListener("input", show);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  list.addEventListener("click", () => dialog.close());
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      select(selected + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      const link = list.children[selected]?.querySelector("a");
      if (!link) return;
      event.preventDefault();
      link.click();
    }
  });
  document.addEventListener("keydown", (event) => {
    const isTyping =
      event.target instanceof HTMLElement &&
      (event.target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(event.target.tagName));
    const asks = (event.key === "/" && !isTyping) || (event.key === "k" && (event.ctrlKey || event.metaKey));
    if (!asks || dialog.open) return;
    event.preventDefault();
    open();
  });
}

/** What stands around the first word that was asked for. */
function excerptOf(text: string, query: string): string {
  const positions = query
    .toLowerCase()
    .split(/\s+/)
    .map((word) => text.toLowerCase().indexOf(word))
    .filter((position) => position >= 0);
  const start = positions.length === 0 ? 0 : Math.max(0, Math.min(...positions) - 40);
  const excerpt = text.slice(start, start + 160);
  return `${start > 0 ? "…" : ""}${excerpt}${start + 160 < text.length ? "…" : ""}`;
}
