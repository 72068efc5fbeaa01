import type { FileTarget } from "@strata/core";
import { describeValue } from "@strata/core/internal";
import type { Logs } from "./callback.ts";
import { ModelCallback } from "./model-callback.ts";

/** Options of {@link CSVLogger}. */
export interface CSVLoggerOptions {
  /** The text between two values. Default: `","`. */
  readonly separator?: string;
  /** Whether lines follow those that the file has, where it is a path or an address. Default: false. */
  readonly append?: boolean;
}

/**
 * Writes the numbers of each epoch as a line of a CSV file: `epoch`, then the names of the logs in alphabetical order.
 * The file is written anew after each epoch, whole or not at all.
 */
export class CSVLogger extends ModelCallback {
  static override readonly className: string = "CSVLogger";

  private readonly target: FileTarget;
  private readonly separator: string;
  private readonly append: boolean;
  private text = "";
  private names: readonly string[] | null = null;

  /**
   * @param filename A path, or another target of files.
   * @param options The separator; whether to append.
   */
  constructor(filename: FileTarget, { separator = ",", append = false }: CSVLoggerOptions = {}) {
    super();
    if (typeof separator !== "string" || separator === "") {
      throw new RangeError(`CSVLogger: separator is ${describeValue(separator)}; it must be a string`);
    }
    if (append && typeof filename !== "string" && !(filename instanceof URL)) {
      throw new RangeError(
        "CSVLogger: append is true; the file must be a path or an address, to be read before",
      );
    }
    this.target = filename;
    this.separator = separator;
    this.append = append;
  }

  /** @internal */
  async onTrainBegin(): Promise<void> {
    this.names = null;
    this.text = this.append ? await this.existingText() : "";
  }

  /** @internal */
  async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    if (this.names === null) {
      this.names = columnsOf(logs);
      if (this.text === "") this.addRow(["epoch", ...this.names]);
    }
    this.addRow([
      String(epoch),
      ...this.names.map((name) => (Object.hasOwn(logs, name) ? numberText(logs[name]) : "NA")),
    ]);
    const { writeTarget } = await import("@strata/core/internal/files");
    await writeTarget(this.target, new TextEncoder().encode(this.text), "CSVLogger");
  }

  private addRow(values: readonly string[]): void {
    this.text += `${values.map((value) => this.quoted(value)).join(this.separator)}\n`;
  }

  private quoted(value: string): string {
    if (!value.includes(this.separator) && !/["\r\n]/.test(value)) return value;
    return `"${value.replaceAll('"', '""')}"`;
  }

  private async existingText(): Promise<string> {
    const { target } = this;
    if (typeof target !== "string" && !(target instanceof URL)) return "";
    const { fileExists, withSource } = await import("@strata/core/internal/files");
    if (!(await fileExists(target))) return "";
    return withSource(target, {}, async (file) => new TextDecoder().decode(await file.readAll()));
  }
}

/** The columns after the epoch's: also those of a validation that comes in later epochs only. */
function columnsOf(logs: Logs): readonly string[] {
  const names = Object.keys(logs).sort();
  return names.some((name) => name.startsWith("val_"))
    ? names
    : [...names, ...names.map((name) => `val_${name}`)];
}

/** A number as Python writes it, so that its readers tell it from an integer: `0.0`, `1e-07`, `inf`. */
function numberText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [digits, exponent] = value.toExponential().split("e");
    return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
  }
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
