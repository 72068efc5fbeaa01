import { readOptions } from "@strata/core/internal";
import type { History } from "../callbacks/history.ts";
import { colours, drawing, element, type Point, polyline, text, widthOf } from "./svg.ts";
import { type Axis, axisFor } from "./ticks.ts";

/** The numbers of epochs by name, as `fit` gives them. */
export type PlottedHistory = Pick<History, "history"> & Partial<Pick<History, "epoch">>;

/** Options of {@link plotHistory}. */
export interface PlotHistoryOptions {
  /** The names that are drawn, without `val_`, in this order. Default: all. */
  readonly metrics?: readonly string[];
  /** The width of the picture, in pixels. Default: 760. */
  readonly width?: number;
  /** Stands above. Default: none. */
  readonly title?: string;
}

/** The values of one name over the epochs. */
interface Curve {
  readonly label: string;
  readonly colour: string;
  readonly points: readonly (readonly [epoch: number, value: number])[];
}

const panelHeight = 240;
const margin = { left: 58, right: 18, top: 34, bottom: 40 };
const titleHeight = 34;

/**
 * Draws what `fit` noted in each epoch: a panel for the loss and one for each metric, with the curves of training and of
 * validation.
 *
 * @param history What `fit` returns, or an object with its `history`.
 * @returns SVG, for a file or a page.
 * @throws RangeError if there is nothing to draw, or a name is unknown.
 *
 * @example
 * ```ts
 * import { plotHistory } from "@strata/layers";
 *
 * const svg = plotHistory({ history: { loss: [2, 1.2, 0.9], val_loss: [2.1, 1.4, 1.3] } });
 * console.log(svg.startsWith("<svg"), svg.includes("validation")); // true true
 * ```
 */
export function plotHistory(history: PlottedHistory, options: PlotHistoryOptions = {}): string {
  readOptions("plotHistory", options, ["metrics", "width", "title"]);
  const { width = 760, title } = options;
  const names = namesOf(history, options.metrics);
  const columns = Math.min(names.length, width < 520 ? 1 : 2);
  const top = title === undefined ? 0 : titleHeight;
  const panels = names.map((name, index) => {
    const place = {
      x: ((index % columns) * width) / columns,
      y: top + Math.floor(index / columns) * panelHeight,
    };
    const translate = `translate(${place.x} ${place.y})`;
    return element("g", { transform: translate }, ...panel(name, curvesOf(history, name), width / columns));
  });
  const heading =
    title === undefined
      ? []
      : [text(title, { x: width / 2, y: 24, "text-anchor": "middle", "font-size": 16, "font-weight": 600 })];
  const height = top + Math.ceil(names.length / columns) * panelHeight;
  return drawing(width, height, `${names.join(", ")} by epoch`, ...heading, ...panels);
}

/** The names that are drawn: those that were asked for, or all, a name and that of its validation as one. */
function namesOf({ history }: PlottedHistory, wanted: readonly string[] | undefined): readonly string[] {
  const known = [...new Set(Object.keys(history).map((name) => name.replace(/^val_/, "")))];
  const unknown = wanted?.find((name) => !known.includes(name));
  if (unknown !== undefined || known.length === 0 || wanted?.length === 0) {
    throw new RangeError(
      `plotHistory: ${unknown === undefined ? "there is nothing to draw" : `${JSON.stringify(unknown)} is not in the history`}; ` +
        `it has ${known.join(", ") || "no values"}`,
    );
  }
  return wanted ?? known;
}

function curvesOf({ history, epoch }: PlottedHistory, name: string): readonly Curve[] {
  const count = Math.max(...Object.values(history).map((values) => values.length));
  const parts = [
    { key: name, label: "training", colour: colours.blue },
    { key: `val_${name}`, label: "validation", colour: colours.orange },
  ];
  return parts.flatMap(({ key, label, colour }) => {
    const values = history[key];
    if (values === undefined) return [];
    // Validation may have been every few epochs.
    const every = Math.max(1, Math.floor(count / Math.max(1, values.length)));
    const points = values.map((value, index): readonly [number, number] => {
      const place = (index + 1) * every - 1;
      return [(epoch?.[place] ?? place) + 1, value];
    });
    return [{ label, colour, points }];
  });
}

function panel(name: string, curves: readonly Curve[], width: number): string[] {
  const all = curves.flatMap(({ points }) => points);
  const vertical = axisFor(
    all.map(([, value]) => value),
    5,
  );
  const epochs = all.map(([epoch]) => epoch);
  const horizontal = axisFor(epochs, Math.max(2, Math.floor(width / 70)), 1);
  const first = Math.min(...epochs);
  const last = Math.max(...epochs);
  const inner = {
    width: width - margin.left - margin.right,
    height: panelHeight - margin.top - margin.bottom,
  };
  const place = (epoch: number, value: number): Point => ({
    x: margin.left + (last === first ? 0.5 : (epoch - first) / (last - first)) * inner.width,
    y: margin.top + (1 - (value - vertical.low) / (vertical.high - vertical.low)) * inner.height,
  });
  return [
    text(name, { x: margin.left, y: 22, "font-weight": 600, "font-size": 13 }),
    ...(curves.length > 1 ? legend(curves, width - margin.right) : []),
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

function legend(curves: readonly Curve[], right: number): string[] {
  let end = right;
  return [...curves].reverse().flatMap(({ label, colour }) => {
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

/** A line through the values, with a gap where one is not finite, and dots where there are few of them. */
function lines({ points, colour }: Curve, place: (epoch: number, value: number) => Point): string[] {
  const runs: Point[][] = [[]];
  for (const [epoch, value] of points) {
    if (Number.isFinite(value)) runs[runs.length - 1].push(place(epoch, value));
    else runs.push([]);
  }
  const drawn = runs.filter((run) => run.length > 0);
  const dots = points.length > 30 ? drawn.filter((run) => run.length === 1).flat() : drawn.flat();
  return [
    ...drawn.map((run) => polyline(run, { stroke: colour, "stroke-width": 2 })),
    ...dots.map(({ x, y }) => element("circle", { cx: x, cy: y, r: 2.5, fill: colour })),
  ];
}
