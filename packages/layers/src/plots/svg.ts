/** SVG as text: elements, and what all drawings share. */

/** Attributes of an element; undefined leaves one out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** A point of a drawing, in pixels from its upper left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Colours that differ also for the colour-blind (Okabe & Ito 2008, "Color Universal Design"). */
export const colours = {
  blue: "#0072b2",
  orange: "#d55e00",
  green: "#009e73",
  purple: "#8a4a78",
  amber: "#b07400",
  sky: "#2f7fa8",
  ink: "#1f2328",
  grey: "#59636e",
  line: "#d1d9e0",
  paper: "#ffffff",
} as const;

/** An element of attributes and children, which are elements themselves. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(typeof value === "number" ? rounded(value) : String(value))}"`)
    .join("");
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join("")}</${name}>`;
}

/** A line of text. */
export function text(content: string, attributes: Attributes): string {
  return element("text", attributes, escaped(content));
}

/** A line through points. */
export function polyline(points: readonly Point[], attributes: Attributes): string {
  const way = points.map(({ x, y }) => `${rounded(x)},${rounded(y)}`).join(" ");
  return element("polyline", { fill: "none", "stroke-linejoin": "round", ...attributes, points: way });
}

/**
 * A whole drawing on white paper, which stands alone in a file or in a page.
 *
 * @param label What it shows, for those who do not see it.
 */
export function drawing(
  width: number,
  height: number,
  label: string,
  ...children: readonly string[]
): string {
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${rounded(width)} ${rounded(height)}`,
      width,
      height,
      role: "img",
      "aria-label": label,
      "font-family": "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif",
      "font-size": fontSize,
      fill: colours.ink,
    },
    element("rect", { width, height, fill: colours.paper }),
    ...children,
  );
}

/** The size of text, in pixels. */
export const fontSize = 12;

/** About how wide a text is, in pixels: nothing measures it here, so that it is rather too much. */
export function widthOf(content: string, size = fontSize): number {
  return content.length * size * 0.6;
}

/** The text, with an ellipsis in place of what does not fit. */
export function fitted(content: string, width: number, size = fontSize): string {
  const most = Math.max(1, Math.floor(width / (size * 0.6)));
  return content.length <= most ? content : `${content.slice(0, most - 1)}…`;
}

/** Two decimals are a hundredth of a pixel. */
function rounded(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** The text as it stands in XML and HTML. */
export function escaped(content: string): string {
  return content.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
