/** What every page does: its menu, its colours, its copy buttons, search, and code that runs. */
import { prepareBlocks } from "./blocks.ts";
import { prepareLivePair } from "./live-pair.ts";
import { prepareSearch } from "./search.ts";

const root = document.documentElement;

function find<Kind extends HTMLElement>(selector: string, kind: new () => Kind): Kind | null {
  const found = document.querySelector(selector);
  return found instanceof kind ? found : null;
}

const menuButton = find(".menu-button", HTMLButtonElement);
menuButton?.addEventListener("click", () => {
  const isOpen = document.body.classList.toggle("menu-is-open");
  menuButton.setAttribute("aria-expanded", String(isOpen));
});

// The menu begins where its page is.
const menu = find("#site-menu", HTMLElement);
const current = menu?.querySelector('[aria-current="page"]');
if (menu !== null && current instanceof HTMLElement) {
  menu.scrollTop = Math.max(0, current.offsetTop - menu.clientHeight / 2);
}

find(".theme-button", HTMLButtonElement)?.addEventListener("click", () => {
  const systemIsDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const isDark = root.dataset.theme === "dark" || (root.dataset.theme !== "light" && systemIsDark);
  root.dataset.theme = isDark ? "light" : "dark";
  localStorage.setItem("strata-theme", root.dataset.theme);
});

prepareBlocks(root.dataset.base ?? "./");
prepareLivePair(root.dataset.base ?? "./");
prepareSearch(root.dataset.base ?? "./");
