import { describeValue } from "@strata/core/internal";

/** A value of JSON, as configurations are written in. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Whether a value of JSON is an object with names. */
export function isJsonRecord(json: Json | undefined): json is { readonly [name: string]: Json } {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

/** Restores an object from its configuration in Keras's form. */
export type Restore = (config: Json) => unknown;

/** Writes an object in Keras's form. */
export type Serialize = (value: unknown) => Json;

/** When a configuration leaves an option out. */
export type Omission = "never" | "whenNull" | "whenFalse" | "always";

/** An option, apart from its documentation, which stands above it in its table. */
interface OptionRule<Value> {
  /** The accepted values in words, as in `it must be a positive integer`. */
  readonly accepted: string;
  /** The value that is kept of what was given; undefined for what is not accepted. It may throw a sentence of its own. */
  read(given: unknown, owner: string): Value | undefined;
  /** The value as JSON. */
  write?(value: Value, serialize: Serialize): Json;
  /** The argument that gives the value that JSON describes. */
  restore?(json: Json, restore: Restore): unknown;
}

/**
 * One option of a constructor: its type, default, check, and its form in Keras's configuration, stated once. A table of
 * options gives a class its constructor's type ({@link Given}), its properties ({@link Values}), the check of names
 * and values, and its configuration.
 */
export class Option<
  Value,
  Accepted = Value,
  IsRequired extends boolean = boolean,
  IsKept extends boolean = true,
> {
  /** Whether the constructor must be given it. */
  readonly isRequired: IsRequired;
  /** Whether it becomes a property of the object. */
  readonly isKept: IsKept;
  /** The name in Keras's configuration, where it is not the option's in snake_case. */
  readonly configName: string | undefined;
  /** When the configuration leaves the option out. */
  readonly omission: Omission;
  private readonly rule: OptionRule<Value>;
  private readonly initial: (() => Accepted) | undefined;

  constructor(
    rule: OptionRule<Value>,
    initial: (() => Accepted) | undefined,
    isRequired: IsRequired,
    isKept: IsKept,
    { configName, omission = "never" }: { configName?: string | undefined; omission?: Omission } = {},
  ) {
    this.rule = rule;
    this.initial = initial;
    this.isRequired = isRequired;
    this.isKept = isKept;
    this.configName = configName;
    this.omission = omission;
  }

  /** The value for what was given; the default for undefined. Throws a RangeError in the owner's name. */
  read(owner: string, name: string, given: unknown): Value {
    const value = given === undefined ? this.initial?.() : given;
    if (value === undefined) {
      throw new RangeError(`${owner}: ${name} is missing; it must be ${this.rule.accepted}`);
    }
    const read = this.rule.read(value, `${owner}: ${name}`);
    if (read !== undefined) return read;
    throw new RangeError(`${owner}: ${name} is ${describeValue(value)}; it must be ${this.rule.accepted}`);
  }

  /** The value in a configuration. */
  write(value: Value, serialize: Serialize): Json {
    return this.rule.write?.(value, serialize) ?? serialize(value);
  }

  /** The argument that gives a value of a configuration. */
  restore(json: Json, restore: Restore): unknown {
    return this.rule.restore?.(json, restore) ?? json;
  }

  /** The same, with null accepted, which is the default. */
  orNull(): Option<Value | null, Accepted | null, false> {
    return new Option<Value | null, Accepted | null, false>(
      this.ruleWithNull(),
      () => null,
      false,
      true,
      this,
    );
  }

  /** The same, with null accepted. */
  nullable(): Option<Value | null, Accepted | null, IsRequired, IsKept> {
    const { initial, isRequired, isKept } = this;
    return new Option<Value | null, Accepted | null, IsRequired, IsKept>(
      this.ruleWithNull(),
      initial,
      isRequired,
      isKept,
      this,
    );
  }

  private ruleWithNull(): OptionRule<Value | null> {
    const { rule } = this;
    return {
      accepted: `${rule.accepted}, or null`,
      read: (given, owner) => (given === null ? null : rule.read(given, owner)),
      write: (value, serialize) =>
        value === null ? null : (rule.write?.(value, serialize) ?? serialize(value)),
      restore: (json, restore) => (json === null ? null : (rule.restore?.(json, restore) ?? json)),
    };
  }

  /** The same, under an irregular name in Keras's configuration. */
  as(configName: string): Option<Value, Accepted, IsRequired, IsKept> {
    const { rule, initial, isRequired, isKept, omission } = this;
    return new Option(rule, initial, isRequired, isKept, { configName, omission });
  }

  /** The same, which a configuration leaves out always, or while it is null or false. */
  omitted(omission: Omission): Option<Value, Accepted, IsRequired, IsKept> {
    const { rule, initial, isRequired, isKept, configName } = this;
    return new Option(rule, initial, isRequired, isKept, { configName, omission });
  }

  /** The same, which the class keeps in a way of its own and not as a property of that name. */
  kept(): Option<Value, Accepted, IsRequired, false> {
    const { rule, initial, isRequired } = this;
    return new Option(rule, initial, isRequired, false as const, this);
  }
}

/** Makes the two forms of an option: with a default, or required without one. */
export function option<Value, Accepted = Value>(
  rule: OptionRule<Value>,
): {
  (): Option<Value, Accepted, true>;
  (initial: Accepted): Option<Value, Accepted, false>;
} {
  function make(): Option<Value, Accepted, true>;
  function make(initial: Accepted): Option<Value, Accepted, false>;
  function make(initial?: Accepted): Option<Value, Accepted, boolean> {
    return initial === undefined
      ? new Option<Value, Accepted, true>(rule, undefined, true, true)
      : new Option<Value, Accepted, false>(rule, () => initial, false, true);
  }
  return make;
}

/** The options of a class by name. */
export type OptionTable = Readonly<Record<string, Option<unknown, unknown, boolean, boolean>>>;

type ValueOf<Each> = Each extends { read(owner: string, name: string, given: unknown): infer Value }
  ? Value
  : never;

type AcceptedBy<Each> =
  Each extends Option<infer _Value, infer Accepted, boolean, boolean> ? Accepted : never;

/** An option that has to be given. */
interface RequiredOption {
  readonly isRequired: true;
}

/** An option that becomes a property. */
interface KeptOption {
  readonly isKept: true;
}

/** The argument of a constructor with a table of options. */
export type Given<Table> = {
  readonly [Name in keyof Table as Table[Name] extends RequiredOption ? Name : never]: AcceptedBy<
    Table[Name]
  >;
} & {
  readonly [Name in keyof Table as Table[Name] extends RequiredOption ? never : Name]?:
    | AcceptedBy<Table[Name]>
    | undefined;
};

/** The values of all options of a table. */
export type OptionValues<Table> = { readonly [Name in keyof Table]: ValueOf<Table[Name]> };

/** The properties that objects have for a table of options. */
export type Values<Table> = {
  readonly [Name in keyof Table as Table[Name] extends KeptOption ? Name : never]: ValueOf<Table[Name]>;
};

/** Arguments of a constructor that takes its leading options by position, or all of them as one object. */
export type Rest<Options, Leading extends keyof Options> = Omit<Options, Leading>;
