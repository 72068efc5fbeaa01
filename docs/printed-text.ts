/** How values are shown that code prints: as Node does, on one line. */

/** The arguments of `console.log`, call by call. */
export function asText(printed: readonly (readonly unknown[])[], quotes: boolean): string {
  return printed.map((values) => values.map((value) => formatValue(value, quotes)).join(" ")).join("\n");
}

function formatValue(value: unknown, quotes: boolean): string {
  if (typeof value === "string") return quotes ? JSON.stringify(value) : value;
  if (Array.isArray(value)) return `[${value.map((item) => formatValue(item, true)).join(", ")}]`;
  if (ArrayBuffer.isView(value) && Symbol.iterator in value) {
    return `${value.constructor.name} ${formatValue(Array.from(value as Iterable<unknown>), true)}`;
  }
  if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    const fields = Object.entries(value).map(([name, item]) => `${name}: ${formatValue(item, true)}`);
    return `{ ${fields.join(", ")} }`;
  }
  return String(value);
}
