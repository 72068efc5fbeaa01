/** The page that lists Keras's names by category: here or not, and why not. */

/** A public name of Keras's. */
export interface KerasName {
  readonly name: string;
  readonly kind: string;
  readonly alias_of?: string;
}

/** A category of Keras's names, and where they are here. */
export interface CoveredCategory {
  /** The heading, as `layers`. */
  readonly title: string;
  /** The modules that export the names here. */
  readonly place: string;
  /** Keras's names. */
  readonly names: readonly KerasName[];
  /** Our name for one of Keras's; null if there is none. */
  readonly find: (name: string) => string | null;
  /** The reasons for those that are not here. */
  readonly reasons: Readonly<Record<string, string>>;
}

/** The names of a category that are neither here nor have a reason. */
export function unexplained({ names, find, reasons }: CoveredCategory): string[] {
  return names.map(({ name }) => name).filter((name) => find(name) === null && !(name in reasons));
}

export function coveragePage(categories: readonly CoveredCategory[], version: string): string {
  const summary = categories.map(({ title, place, names, find }) => {
    const here = names.filter(({ name }) => find(name) !== null).length;
    return `| ${title} | ${here} of ${names.length} | ${place} |`;
  });
  return [
    "# Keras's names",
    "",
    `The public names of Keras ${version}, by category, and what they are here. A test makes this page of Keras's own list and of what`,
    "the packages export: a name that is not here needs a reason.",
    "",
    "| category | here | exported as |",
    "| --- | --- | --- |",
    ...summary,
    "",
    ...categories.flatMap(section),
  ].join("\n");
}

function section({ title, names, find, reasons }: CoveredCategory): string[] {
  const here = names.flatMap(({ name }) => {
    const found = find(name);
    if (found === null) return [];
    return [found === name ? `\`${name}\`` : `\`${name}\` → \`${found}\``];
  });
  const missing = names.filter(({ name }) => find(name) === null);
  return [
    `## ${title}`,
    "",
    here.length > 0 ? `${here.join(", ")}.` : "None.",
    "",
    ...(missing.length === 0
      ? []
      : [
          "| not here | why |",
          "| --- | --- |",
          ...missing.map(({ name }) => `| \`${name}\` | ${reasons[name] ?? "?"} |`),
          "",
        ]),
  ];
}
