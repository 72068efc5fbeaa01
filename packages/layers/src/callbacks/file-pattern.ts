import type { Logs } from "./callback.ts";

/**
 * A name with numbers in it: `"{epoch:02d}-{val_loss:.2f}.keras"` becomes `"03-0.25.keras"`. After the colon stand, as
 * in Python, the width (with 0 before it: filled with zeros), a point and the number of decimals, and `d`, `f` or `e`.
 *
 * @param owner Who asks, for messages.
 * @throws RangeError for a name that the numbers do not have, and for a format that is not one of these.
 */
export function fillPattern(owner: string, pattern: string, numbers: Logs): string {
  return pattern.replace(/\{([^}:]*)(?::([^}]*))?\}/g, (place, name: string, format: string | undefined) => {
    if (Object.hasOwn(numbers, name)) return formatted(owner, place, numbers[name], format ?? "");
    throw new RangeError(
      `${owner}: the file's name has ${place}; there are ${Object.keys(numbers).join(", ")}`,
    );
  });
}

function formatted(owner: string, place: string, value: number, format: string): string {
  const parts = /^(0?)(\d*)(?:\.(\d+))?([dfe]?)$/.exec(format);
  if (parts === null) {
    throw new RangeError(
      `${owner}: the file's name has ${place}; a format is a width, decimals and d, f or e, as in {epoch:02d} and {loss:.3f}`,
    );
  }
  const [, zero, width, decimals = "6", kind] = parts;
  const text = withDecimals(value, kind, Number(decimals), format === "");
  return text.padStart(Number(width), zero === "" ? " " : "0");
}

function withDecimals(value: number, kind: string, decimals: number, isPlain: boolean): string {
  if (isPlain || kind === "d") return String(kind === "d" ? Math.round(value) : value);
  return kind === "e" ? value.toExponential(decimals) : value.toFixed(decimals);
}
