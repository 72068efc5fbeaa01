/** Curves over epochs, in panels side by side. */
import { colours, drawing, element, fitted, type Point, polyline, text, widthOf } from "./svg.ts";
import { type Axis, axisFor, extremes } from "./ticks.ts";

/** The values of one name over the epochs. */
export interface Curve {
  readonly label: string;
  /** In its place where there is little room. */
  readonly shortLabel: string;
  readonly colour: string;
  /** Epochs are counted from 1; a part of one is a fraction. */
  readonly points: readonly (readonly [epoch: number, value: number])[];
}

/** A name with its curves. */
export interface Panel {
  readonly name: string;
  readonly curves: readonly Curve[];
}

const panelHeight = 240;
const margin = { left: 62, right: 18, top: 34, bottom: 40 };
const titleHeight = 34;
/** Of more values that are not finite the first are marked: where the curve ends is what one wants to know. */
const mostCrosses = 50;

/** The curve of what was trained on. */
export function trainingCurve(points: Curve["points"]): Curve {
  return { label: "training", shortLabel: "train", colour: colours.blue, points };
}

/** The curve of validation. */
export function validationCurve(points: Curve["points"]): Curve {
  return { label: "validation", shortLabel: "val", colour: colours.orange, points };
}

/** Draws panels in rows of two, or one where the picture is narrow. */
export function drawPanels(
  panels: readonly Panel[],
  { width, title }: { readonly width: number; readonly title?: string },
): string {
  const columns = Math.min(panels.length, width < 520 ? 1 : 2);
  const top = title === undefined ? 0 : titleHeight;
  const drawn = panels.map((panel, index) => {
    const x = ((index % columns) * width) / columns;
    const y = top + Math.floor(index / columns) * panelHeight;
    return element("g", { transform: `translate(${x} ${y})` }, ...drawPanel(panel, width / columns));
  });
  const middle = { x: width / 2, y: 24, "text-anchor": "middle" };
  const heading =
    title === undefined
      ? []
      : [text(fitted(title, width, 16), { ...middle, "font-size": 16, "font-weight": 600 })];
  const height = top + Math.ceil(panels.length / columns) * panelHeight;
  return drawing(
    width,
    height,
    `${panels.map(({ name }) => name).join(", ")} by epoch`,
    ...heading,
    ...drawn,
  );
}

function drawPanel({ name, curves }: Panel, width: number): string[] {
  const all = curves.flatMap(({ points }) => points);
  const vertical = axisFor(
    all.map(([, value]) => value),
    5,
  );
  const epochs = all.map(([epoch]) => epoch);
  const horizontal = axisFor(epochs, Math.max(2, Math.floor(width / 70)), 1);
  const [first, last] = extremes(epochs);
  const inner = {
    width: width - margin.left - margin.right,
    height: panelHeight - margin.top - margin.bottom,
  };
  const place = (epoch: number, value: number): Point => ({
    x: margin.left + (last === first ? 0.5 : (epoch - first) / (last - first)) * inner.width,
    y: margin.top + (1 - (value - vertical.low) / (vertical.high - vertical.low)) * inner.height,
  });
  const hasLegend = curves.length > 1;
  const labels = curves.map(({ label, shortLabel }) => (inner.width < 260 ? shortLabel : label));
  return [
    text(fitted(name, inner.width - (hasLegend ? legendWidth(labels) : 0), 13), {
      x: margin.left,
      y: 22,
      "font-weight": 600,
      "font-size": 13,
    }),
    ...(hasLegend ? legend(curves, labels, width - margin.right) : []),
    ...verticalTicks(vertical, (value) => place(first, value).y, width),
    ...horizontal.ticks
      .filter(({ value }) => value >= first && value <= last)
      .map(({ value, label }) =>
        text(label, {
          x: place(value, 0).x,
          y: panelHeight - margin.bottom + 18,
          "text-anchor": "middle",
          fill: colours.grey,
        }),
      ),
    text("epoch", {
      x: margin.left + inner.width / 2,
      y: panelHeight - 6,
      "text-anchor": "middle",
      fill: colours.grey,
    }),
    ...curves.flatMap((curve) => lines(curve, place)),
  ];
}

function legendWidth(labels: readonly string[]): number {
  return labels.reduce((width, label) => width + widthOf(label) + 32, 0);
}

function legend(curves: readonly Curve[], labels: readonly string[], right: number): string[] {
  let end = right;
  return [...curves.keys()].reverse().flatMap((index) => {
    const { colour } = curves[index];
    const label = labels[index];
    const start = end - widthOf(label);
    const words = text(label, { x: end, y: 22, "text-anchor": "end", fill: colours.grey });
    const sign = { x1: start - 20, x2: start - 4, y1: 18, y2: 18 };
    end = start - 32;
    return [element("line", { ...sign, stroke: colour, "stroke-width": 2.5 }), words];
  });
}

function verticalTicks({ ticks }: Axis, place: (value: number) => number, width: number): string[] {
  return ticks.flatMap(({ value, label }) => {
    const y = place(value);
    return [
      element("line", { x1: margin.left, x2: width - margin.right, y1: y, y2: y, stroke: colours.line }),
      text(label, { x: margin.left - 8, y: y + 4, "text-anchor": "end", fill: colours.grey }),
    ];
  });
}

/** A line through the values, with a cross in place of those that are not finite, and dots where there are few of them. */
function lines({ points, colour }: Curve, place: (epoch: number, value: number) => Point): string[] {
  const runs: Point[][] = [[]];
  for (const [epoch, value] of points) {
    if (Number.isFinite(value)) runs[runs.length - 1].push(place(epoch, value));
    else runs.push([]);
  }
  const drawn = runs.filter((run) => run.length > 0);
  const dots = points.length > 30 ? drawn.filter((run) => run.length === 1).flat() : drawn.flat();
  const bottom = panelHeight - margin.bottom;
  const lost = points.filter(([, value]) => !Number.isFinite(value));
  const crosses = lost.slice(0, mostCrosses).map(([epoch]) => place(epoch, 0).x);
  return [
    ...crosses.flatMap((x) =>
      [-3, 3].map((slope) =>
        element("line", {
          x1: x - 3,
          y1: bottom - 7 - slope,
          x2: x + 3,
          y2: bottom - 7 + slope,
          stroke: colour,
        }),
      ),
    ),
    ...drawn.map((run) => polyline(thinned(run), { stroke: colour, "stroke-width": 2 })),
    ...dots.map(({ x, y }) => element("circle", { cx: x, cy: y, r: 2.5, fill: colour })),
  ];
}

/** Of points that lie closer than half a pixel to each other the lowest and the highest, since more are not seen. */
function thinned(run: readonly Point[]): readonly Point[] {
  const column = ({ x }: Point): number => Math.floor(2 * x);
  const kept: Point[] = [];
  for (let start = 0; start < run.length; ) {
    let end = start + 1;
    let [lowest, highest] = [start, start];
    for (; end < run.length && column(run[end]) === column(run[start]); end++) {
      if (run[end].y < run[lowest].y) lowest = end;
      if (run[end].y > run[highest].y) highest = end;
    }
    const ends = [start, lowest, highest, end - 1].sort((one, other) => one - other);
    kept.push(...[...new Set(ends)].map((index) => run[index]));
    start = end;
  }
  return kept;
}
