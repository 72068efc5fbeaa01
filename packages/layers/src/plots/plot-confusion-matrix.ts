import { readOptions } from "@strata/core/internal";
import { colours, drawing, element, fitted, text, widthOf } from "./svg.ts";

/** Options of {@link plotConfusionMatrix}. */
export interface PlotConfusionMatrixOptions {
  /** The names of the classes. Default: their numbers. */
  readonly labels?: readonly string[];
  /** Whether cells have the share of their row in place of the count. Default: false. */
  readonly normalize?: boolean;
  /** Stands above. Default: none. */
  readonly title?: string;
}

const widestLabel = 120;

/** Cells of more classes are small, and have no numbers. */
const mostWithNumbers = 24;

/**
 * Draws which classes were taken for which: rows are the true classes, columns the predicted ones. The darker a cell, the
 * larger its share of the row.
 *
 * @param matrix Counts, [true classes, predicted classes].
 * @returns SVG, for a file or a page.
 * @throws RangeError if the matrix is not square, or there are not as many labels.
 *
 * @example
 * ```ts
 * import { plotConfusionMatrix } from "@strata/layers";
 *
 * const svg = plotConfusionMatrix([[48, 2], [5, 45]], { labels: ["cat", "dog"] });
 * console.log(svg.startsWith("<svg"), svg.includes("dog")); // true true
 * ```
 */
export function plotConfusionMatrix(
  matrix: readonly (readonly number[])[],
  options: PlotConfusionMatrixOptions = {},
): string {
  readOptions("plotConfusionMatrix", options, ["labels", "normalize", "title"]);
  const { normalize = false, title } = options;
  const count = matrix.length;
  const labels = options.labels ?? matrix.map((_, index) => String(index));
  if (count === 0 || matrix.some((row) => row.length !== count) || labels.length !== count) {
    throw new RangeError(
      `plotConfusionMatrix: the matrix has ${count} rows of ${matrix.map((row) => row.length).join(", ")} numbers, and there are ` +
        `${labels.length} labels; it must be square, with a label for each class`,
    );
  }
  const content = matrix.map((row) => {
    const sum = row.reduce((total, value) => total + value, 0);
    return row.map((value) => {
      const share = sum === 0 ? 0 : value / sum;
      return { share, words: normalize ? `${Math.round(100 * share)} %` : String(value) };
    });
  });
  const longest = Math.max(...content.flat().map(({ words }) => widthOf(words)));
  const cell = count > mostWithNumbers ? 20 : Math.max(36, Math.ceil(longest) + 10);
  const names = labels.map((label) => fitted(label, widestLabel));
  const label = Math.max(...names.map((name) => widthOf(name)));
  const isTurned = label > cell - 1;
  const left = label + 40;
  const top = (title === undefined ? 0 : 34) + 30 + (isTurned ? label * 0.75 + 12 : 20);
  const width = Math.max(
    left + count * cell + (isTurned ? label * 0.75 : 0) + 16,
    widthOf(title ?? "", 16) + 32,
  );
  const height = top + count * cell + 16;
  const middle = left + (count * cell) / 2;
  return drawing(
    width,
    height,
    title ?? "confusion matrix",
    ...(title === undefined
      ? []
      : [text(title, { x: width / 2, y: 24, "text-anchor": "middle", "font-size": 16, "font-weight": 600 })]),
    text("predicted", {
      x: middle,
      y: title === undefined ? 20 : 54,
      "text-anchor": "middle",
      fill: colours.grey,
    }),
    text("true", {
      transform: `translate(18 ${top + (count * cell) / 2}) rotate(-90)`,
      "text-anchor": "middle",
      fill: colours.grey,
    }),
    ...names.flatMap((name, index) => [
      text(name, { x: left - 8, y: top + (index + 0.5) * cell + 4, "text-anchor": "end" }),
      columnLabel(name, left + (index + 0.5) * cell, top - 8, isTurned),
    ]),
    ...content.flatMap((row, y) =>
      row.flatMap(({ share, words }, x) => {
        const place = { x: left + x * cell, y: top + y * cell };
        const square = element("rect", {
          ...place,
          width: cell,
          height: cell,
          fill: shade(share),
          stroke: colours.paper,
        });
        if (count > mostWithNumbers) return [square];
        const ink = share > 0.5 ? colours.paper : colours.ink;
        const centre = { x: place.x + cell / 2, y: place.y + cell / 2 + 4 };
        return [square, text(words, { ...centre, "text-anchor": "middle", fill: ink })];
      }),
    ),
  );
}

function columnLabel(name: string, x: number, y: number, isTurned: boolean): string {
  return isTurned
    ? text(name, { transform: `translate(${x} ${y}) rotate(-45)` })
    : text(name, { x, y, "text-anchor": "middle" });
}

/** From nearly white to dark blue. */
function shade(share: number): string {
  const [from, to] = [
    [238, 243, 248],
    [8, 81, 156],
  ];
  const mixed = from.map((value, index) => Math.round(value + (to[index] - value) * share));
  return `rgb(${mixed.join(",")})`;
}
