/** What a page says of a name beside its docstring: its names elsewhere, its gradient, its relatives. */
import { type DeclarationReflection, type DefaultThemeRenderContext, ReflectionKind } from "typedoc";
import { counterpartsOf } from "./counterparts.ts";
import { gradientFinding, gradientRule } from "./gradients.ts";
import { escapeHtml } from "./html.ts";
import { categoryTitle } from "./menu.ts";

/** The folder of the package, and the name with its namespace. */
export function placeOf(model: DeclarationReflection): { readonly folder: string; readonly name: string } {
  const path: string[] = [model.name];
  let module = model.parent;
  while (module?.kindOf(ReflectionKind.Namespace)) {
    path.unshift(module.name);
    module = module.parent;
  }
  if (module?.name === "applications") path.unshift("applications");
  const folder = module?.name === "@strata/core" || model.name === "@strata/core" ? "core" : "layers";
  return { folder, name: path.join(".") };
}

export function factsOf(model: DeclarationReflection, context: DefaultThemeRenderContext): string {
  const { folder, name } = placeOf(model);
  const rows: [title: string, text: string][] = [];
  for (const { library, name: other } of counterpartsOf(folder, name)) {
    rows.push([library, `<code>${escapeHtml(other)}</code>`]);
  }
  const isOp = folder === "core" && model.kind === ReflectionKind.Function;
  const finding = isOp ? gradientFinding(model.name) : undefined;
  if (finding !== undefined) {
    const rule = gradientRule(model.name);
    const shown = rule === undefined ? "" : context.markdown(`\n\n\`\`\`typescript\n${rule}\n\`\`\`\n`);
    rows.push([
      "Gradient",
      `${escapeHtml(finding)}${rule === undefined ? "" : `; the rule in the row of the primitive:${shown}`}`,
    ]);
  }
  const relatives = relativesOf(model);
  if (relatives.length > 0) {
    const links = relatives.map((each) => `<a href="${context.urlTo(each)}">${escapeHtml(each.name)}</a>`);
    rows.push([categoryTitle(model) ?? "Beside it", links.join(", ")]);
  }
  if (rows.length === 0) return "";
  const list = rows.map(([title, text]) => `<dt>${escapeHtml(title)}</dt><dd>${text}</dd>`).join("");
  return `<section class="facts"><h2 id="elsewhere">Elsewhere and beside it</h2><dl>${list}</dl></section>`;
}

/** The others of its category that can be called, nearest in the order of the sources. */
function relativesOf(model: DeclarationReflection): DeclarationReflection[] {
  const category = categoryTitle(model);
  const parent = model.parent;
  if (category === null || !parent?.isDeclaration()) return [];
  const names = (parent.children ?? []).filter(
    (each) =>
      each.kindOf(ReflectionKind.Class | ReflectionKind.Function | ReflectionKind.Variable) &&
      categoryTitle(each) === category,
  );
  const index = names.indexOf(model);
  return index === -1 ? [] : names.slice(Math.max(0, index - 6), index + 7).filter((each) => each !== model);
}

/** The options of a class in a table: those of the interface beside it whose name is the class's with "Options". */
export function optionsOf(model: DeclarationReflection, context: DefaultThemeRenderContext): string {
  const parent = model.parent;
  if (model.kind !== ReflectionKind.Class || !parent?.isDeclaration()) return "";
  const options = parent.children?.find(({ name }) => name === `${model.name}Options`);
  if (options?.children === undefined) return "";
  const rows = options.children.map((option) => {
    const name = option.flags.isOptional ? option.name : `${option.name} (required)`;
    return `<dt><a href="${context.urlTo(option)}">${escapeHtml(name)}</a></dt><dd>${context.markdown(option.comment?.summary ?? [])}</dd>`;
  });
  return `<section class="options"><h2 id="options">Options</h2><dl class="names">${rows.join("")}</dl></section>`;
}
