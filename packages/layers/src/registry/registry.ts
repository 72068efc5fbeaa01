import { listAlternatives, unknownName } from "@strata/core/internal";
import { Option } from "../schema/option.ts";
import { camelCaseOfClass } from "../utilities/names.ts";

/** Things of one kind by the names of their classes, found by any spelling: `GlorotUniform`, `glorot_uniform`… */
export class Registry<Entry> {
  /** The things by name. */
  readonly entries: Readonly<Record<string, Entry>>;
  private readonly kind: string;
  private readonly spell: (name: string) => string;
  private readonly bySpelling = new Map<string, Entry>();
  private readonly names = new Map<Entry, string>();

  /**
   * @param kind Their kind, for messages: `"initializer"`.
   * @param entries The things by name.
   * @param aliases Further names, each with the name that it stands for.
   * @param spell The spelling in which messages list the names. Default: camelCase.
   */
  constructor(
    kind: string,
    entries: Readonly<Record<string, Entry>>,
    aliases: Readonly<Record<string, string>> = {},
    spell: (name: string) => string = camelCaseOfClass,
  ) {
    this.kind = kind;
    this.spell = spell;
    this.entries = entries;
    for (const [name, entry] of Object.entries(entries)) {
      this.bySpelling.set(simplified(name), entry);
      this.names.set(entry, name);
    }
    for (const [alias, name] of Object.entries(aliases))
      this.bySpelling.set(simplified(alias), entries[name]);
  }

  /** The thing of a name, whichever way that is spelled; undefined if there is none. */
  find(name: string): Entry | undefined {
    return this.bySpelling.get(simplified(name));
  }

  /** The name of a thing; undefined if it is none of these. */
  nameOf(entry: Entry): string | undefined {
    return this.names.get(entry);
  }

  /** As {@link Registry.find}; throws a RangeError in the owner's name, with the accepted names. */
  resolve(owner: string, name: string): Entry {
    const found = this.find(name);
    if (found !== undefined) return found;
    throw unknownName(owner, name, this.kind, this.usableNames);
  }

  /** The names, as a message lists them: of classes, those of which objects can be made without options. */
  list(): string {
    return listAlternatives(this.usableNames);
  }

  private get usableNames(): readonly string[] {
    const usable = Object.entries(this.entries).filter(([, entry]) => !requiresOptions(entry));
    return usable.map(([name]) => this.spell(name));
  }
}

function requiresOptions(entry: unknown): boolean {
  if (typeof entry !== "function" || !("options" in entry)) return false;
  return Object.values(entry.options ?? {}).some((option) => option instanceof Option && option.isRequired);
}

function simplified(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}
