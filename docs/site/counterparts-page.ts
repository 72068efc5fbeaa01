/** The page that lists what our names are called elsewhere, made of the tables. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { coreCounterparts, layersCounterparts } from "../counterparts.ts";
import { categories, categoryOf } from "./categories.ts";
import { counterpartsOf, type NamedElsewhere } from "./counterparts.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const libraries: readonly NamedElsewhere["library"][] = ["NumPy", "PyTorch", "TensorFlow.js", "Keras"];

export function counterpartsPage(): string {
  return `# Names elsewhere

What things are called in NumPy (\`np\`), PyTorch (\`torch\`), TensorFlow.js (\`tf\`) and Keras (\`keras\`). Of \`@strata/layers\`, whose names are
Keras's own ([all of them](keras-coverage.md)), those are listed that another library has too. A counterpart does the same in general: defaults
and corners differ, and the pages of the names say what ours do. A test makes this page of \`docs/counterparts.ts\`, and holds the names to what the
libraries have.

## @strata/core

${tablesOf("core", Object.keys(coreCounterparts)).join("\n")}
## @strata/layers

${tablesOf("layers", Object.keys(layersCounterparts)).join("\n")}`;
}

function tablesOf(folder: string, names: readonly string[]): string[] {
  const homes = categoriesByName(folder);
  return (categories[folder] ?? []).flatMap(({ title }) => {
    const rows = names.filter((name) => homes.get(name) === title).flatMap((name) => rowOf(folder, name));
    if (rows.length === 0) return [];
    const head = `| \`@strata/${folder}\` | ${libraries.join(" | ")} |\n| --- | ${libraries.map(() => "---").join(" | ")} |`;
    return [`### ${title}\n\n${head}\n${rows.join("\n")}\n`];
  });
}

function rowOf(folder: string, name: string): string[] {
  const counterparts = counterpartsOf(folder, name);
  if (counterparts.length === 0) return [];
  const cells = libraries.map((library) => {
    const found = counterparts.find((each) => each.library === library);
    return found === undefined ? "" : `\`${found.name}\``;
  });
  return [`| \`${name}\` | ${cells.join(" | ")} |`];
}

/** The heading of every name that a file of a package declares; what stands in a namespace has that before it. */
function categoriesByName(folder: string): ReadonlyMap<string, string> {
  const sources = join(root, "packages", folder, "src");
  const found = new Map<string, string>();
  const index = readFileSync(join(sources, "index.ts"), "utf8");
  // A helper inside may have the name of an export.
  const isExported = (file: string): number => (index.includes(`"./${file}"`) ? 0 : 1);
  const files = readdirSync(sources, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .sort((a, b) => isExported(a) - isExported(b));
  for (const file of files) {
    if (!file.endsWith(".ts") || file.endsWith(".test.ts") || file.includes("testing/")) continue;
    const declarations = readFileSync(join(sources, file), "utf8").matchAll(
      /^export (?:async )?(?:abstract )?(?:function\*?|const|class) (?<name>\w+)/gm,
    );
    const [namespace] = file.split("/");
    for (const { groups: { name = "" } = {} } of declarations) {
      const category = categoryOf(join(sources, file), name);
      if (category === null) continue;
      for (const full of folder === "core" ? [name] : [name, `${namespace}.${name}`]) {
        if (!found.has(full)) found.set(full, category);
      }
    }
  }
  return found;
}
