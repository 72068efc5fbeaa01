// As much of SVG as two charts need.

type Attributes = Readonly<Record<string, string | number>>;

export function element(name: string, attributes: Attributes, content = ""): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escaped(typeof value === "number" ? round(value) : value)}"`)
    .join("");
  return content === "" ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}

export function text(x: number, y: number, content: string, attributes: Attributes = {}): string {
  return element("text", { x, y, ...attributes }, escaped(content));
}

export function line(x1: number, y1: number, x2: number, y2: number, attributes: Attributes): string {
  return element("line", { x1, y1, x2, y2, ...attributes });
}

/** A whole picture on white, so that it can be read where the page is dark. */
export function picture(width: number, height: number, title: string, parts: readonly string[]): string {
  const style =
    "text{font:12px system-ui,sans-serif;fill:#1f2933}.quiet{fill:#616e7c;font-size:11px}.title{font-weight:600;font-size:13px}";
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
  };
  return `${element(
    "svg",
    { ...attributes, role: "img", "aria-label": title },
    [
      "",
      element("style", {}, style),
      element("rect", { width, height, rx: 6, fill: "#ffffff" }),
      ...parts,
      "",
    ].join("\n"),
  )}\n`;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
