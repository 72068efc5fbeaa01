/** Makes the site: the guides, the pages of the API, and what runs in them. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Application } from "typedoc";
import { writeAssets } from "./site/bundle.ts";
import { describePackages } from "./site/converter.ts";
import { checkLacks, lacksOf } from "./site/coverage.ts";
import { writeDigits } from "./site/digits.ts";
import { guides } from "./site/guides.ts";
import { extendMarkdown } from "./site/markdown.ts";
import { writeSearchEntries } from "./site/search-entries.ts";
import { useTheme } from "./site/theme.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));

process.chdir(folder);
const app = await Application.bootstrapWithPlugins({
  options: "typedoc.json",
  plugin: [describePackages, useTheme, writeSearchEntries],
  projectDocuments: guides.flatMap(({ pages }) => pages.map((page) => `guide/${page}.md`)),
  markdownItLoader: extendMarkdown,
  sort: ["documents-first", "source-order"],
});
const project = await app.convert();
if (project === undefined || app.logger.hasErrors()) process.exit(1);
app.validate(project);
if (!checkLacks(lacksOf(project), (line) => console.log(line))) process.exitCode = 1;
await app.generateOutputs(project);
// The frame of these pages has a menu and a search of its own.
await Promise.all(
  ["main", "search", "navigation", "hierarchy"].map((name) => rm(`api/assets/${name}.js`, { force: true })),
);
const assets = join(folder, "api", "assets");
await Promise.all([writeAssets(assets), writeDigits(assets)]);
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1);
