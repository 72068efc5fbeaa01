import { describeValue, readOptions } from "@strata/core/internal";
import { classNameOf, nameOfClass, toCamelCase, toSnakeCase } from "../utilities/names.ts";
import type { Json, Omission, OptionTable, OptionValues, Rest, Restore, Serialize } from "./option.ts";

/** The values of an object's options, by name. */
export type Configuration = Readonly<Record<string, unknown>>;

/** An object that is made from a table of options, and can tell them again. */
export abstract class Configurable {
  /** The name of the class, which minifiers leave alone; empty where JavaScript's own serves. */
  static readonly className: string = "";
  /** The options of the constructor. */
  static readonly options: OptionTable = {};
  /** The module in which Keras has the class; null for classes of the user's own. */
  static readonly kerasModule: string | null = null;
  /** The entries of Keras's configuration that have one value only. */
  static readonly configConstants: Readonly<Record<string, Json>> = {};

  readonly #values: Configuration;
  readonly #table: OptionTable;
  readonly #module: string | null;
  readonly #constants: Readonly<Record<string, Json>>;

  /**
   * Reads the options, and keeps each as a property of its name.
   *
   * @param given The options, by name.
   * @throws RangeError for an unknown name, and for a value that is not accepted, with the accepted ones.
   */
  constructor(given: object = {}) {
    const { options, configConstants, kerasModule } = new.target;
    const owner = classNameOf(this);
    this.#table = options;
    this.#module = kerasModule;
    this.#constants = configConstants;
    this.#values = readOptionTable(owner, options, given);
    for (const [name, value] of Object.entries(this.#values)) {
      if (options[name].isKept)
        Object.defineProperty(this, name, { value, enumerable: true, writable: true });
    }
  }

  /** The options that make an equal object, by name: `new SomeClass(object.getConfig())`. */
  getConfig(): Configuration {
    const current = Object.entries(this.#values).map(([name, value]) => [
      name,
      this.optionValue(name, value),
    ]);
    return Object.fromEntries(current);
  }

  /** The configuration in Keras's form, from which `restoreConfig` of the class makes an equal object. */
  writeConfig(serialize: Serialize): Json {
    const entries = Object.entries(this.getConfig()).flatMap(([name, value]): [string, Json][] => {
      const option = Object.hasOwn(this.#table, name) ? this.#table[name] : undefined;
      if (option === undefined) return [[toSnakeCase(name), serialize(value)]];
      if (isOmitted(option.omission, value)) return [];
      return [[option.configName ?? toSnakeCase(name), option.write(value, serialize)]];
    });
    return { ...Object.fromEntries(entries), ...this.#constants };
  }

  /** The module in which Keras has the class. */
  get kerasModule(): string | null {
    return this.#module;
  }

  /** The name under which Keras registers its own class, where configurations have it; null elsewhere. */
  get registeredName(): string | null {
    return null;
  }

  /** The part beside the configuration: of a layer, the shapes that it was built for. */
  writeBeside(_serialize: Serialize): { readonly [name: string]: Json } {
    return {};
  }

  /** Takes in what {@link Configurable.writeBeside} wrote. */
  restoreBeside(_beside: { readonly [name: string]: Json }, _restore: Restore): void {}

  /** Makes an object of a configuration in Keras's form. */
  static restoreConfig(config: Json, restore: Restore): Configurable {
    return Reflect.construct(this, [this.optionsOfConfig(config, restore)]);
  }

  /** The options that a configuration in Keras's form describes. */
  static optionsOfConfig(config: Json, restore: Restore): Configuration {
    const owner = nameOfClass(this);
    if (!isPlainObject(config))
      throw new TypeError(`${owner}: the configuration is ${describeValue(config)}; it must be an object`);
    const byKey = new Map(
      Object.entries(this.options).map(([name, option]) => [
        option.configName ?? toSnakeCase(name),
        { name, option },
      ]),
    );
    const entries = Object.entries(config).flatMap(([key, json]): [string, unknown][] => {
      if (Object.hasOwn(this.configConstants, key)) {
        checkConstant(owner, key, json, this.configConstants[key]);
        return [];
      }
      const known = byKey.get(key);
      return [
        known === undefined
          ? [toCamelCase(key), restore(json)]
          : [known.name, known.option.restore(json, restore)],
      ];
    });
    return Object.fromEntries(entries);
  }

  /** The value of an option now, where it may differ from the one that was given. */
  protected optionValue(name: string, given: unknown): unknown {
    return Object.getOwnPropertyDescriptor(this, name)?.value ?? given;
  }

  /** The values of some options as the constructor read them. */
  protected valuesOf<Table extends OptionTable>(table: Table): OptionValues<Table>;
  protected valuesOf(table: OptionTable): Configuration {
    return Object.fromEntries(Object.keys(table).map((name) => [name, this.#values[name]]));
  }
}

/**
 * Checks and completes the options of a constructor.
 *
 * @throws RangeError for an unknown name, and for a value that is not accepted, with the accepted ones.
 */
export function readOptionTable<Table extends OptionTable>(
  owner: string,
  table: Table,
  given: object,
): OptionValues<Table>;
export function readOptionTable(owner: string, table: OptionTable, given: object): Configuration {
  const options = checkOptionNames(owner, Object.keys(table), given);
  return Object.fromEntries(
    Object.entries(table).map(([name, option]) => [name, option.read(owner, name, options[name])]),
  );
}

/** The arguments of a constructor that takes its first option by position, or all as one object. */
export type FirstOrOptions<Options, First extends string> =
  | [options?: Options]
  | [
      first: First extends keyof Options ? Options[First] : never,
      options?: Rest<Options, First & keyof Options>,
    ];

/**
 * The options of a constructor that takes its leading ones by position, or all as one object.
 *
 * @param made The class, for messages.
 * @param given The arguments of the constructor.
 * @param leading The names of the options that are given by position.
 */
export function named(
  made: { readonly name: string; readonly className?: string },
  given: readonly unknown[],
  ...leading: readonly string[]
): object {
  const owner = nameOfClass(made);
  const [first] = given;
  if (given.length === 1 && isPlainObject(first)) return first;
  const byPosition = given.slice(0, leading.length);
  const [rest = {}, extra] = given.slice(leading.length);
  if (extra !== undefined || !isPlainObject(rest)) {
    const culprit = extra === undefined ? rest : extra;
    const position = leading.length + (extra === undefined ? 1 : 2);
    throw new TypeError(
      `${owner}: argument ${position} is ${describeValue(culprit)}; accepted are ` +
        `${[...leading, "an object of options"].join(", ")}, as in new ${owner}(${[...leading, "{ name: … }"].join(", ")})`,
    );
  }
  const twice = leading.slice(0, byPosition.length).find((name) => name in rest);
  if (twice !== undefined) throw new TypeError(`${owner}: ${twice} is given twice, by position and by name`);
  return { ...Object.fromEntries(byPosition.map((value, index) => [leading[index], value])), ...rest };
}

function checkOptionNames(
  owner: string,
  accepted: readonly string[],
  given: object,
): Record<string, unknown> {
  if (isPlainObject(given)) return readOptions(owner, given, accepted);
  throw new TypeError(
    `${owner}: the options are ${describeValue(given)}; they must be an object, as { ${accepted[0]}: … }`,
  );
}

function isOmitted(omission: Omission, value: unknown): boolean {
  return omission === "always" || value === { never: undefined, whenNull: null, whenFalse: false }[omission];
}

function checkConstant(owner: string, key: string, found: unknown, expected: Json): void {
  if (JSON.stringify(found) === JSON.stringify(expected)) return;
  throw new RangeError(
    `${owner}: ${key} is ${JSON.stringify(found)} in the configuration; supported is ${JSON.stringify(expected)} only`,
  );
}

/** Whether a value is an object that was written as `{ … }`, and no instance of a class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
