import { readOptions } from "@strata/core/internal";
import type { History } from "../callbacks/history.ts";
import { type Curve, drawPanels, trainingCurve, validationCurve } from "./panels.ts";

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
  const panels = names.map((name) => ({ name, curves: curvesOf(history, name) }));
  return drawPanels(panels, title === undefined ? { width } : { width, title });
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
    { key: name, make: trainingCurve },
    { key: `val_${name}`, make: validationCurve },
  ];
  return parts.flatMap(({ key, make }) => {
    const values = history[key];
    if (values === undefined) return [];
    // Validation may have been every few epochs.
    const every = key === name ? 1 : Math.max(1, Math.floor(count / Math.max(1, values.length)));
    const points = values.map((value, index): readonly [number, number] => {
      const place = (index + 1) * every - 1;
      return [(epoch?.[place] ?? place) + 1, value];
    });
    return [make(points)];
  });
}
