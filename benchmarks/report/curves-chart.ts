import type { CurveResult, Timing } from "../results.ts";
import { colourOf } from "./colours.ts";
import { formatThreads } from "./format.ts";
import { formatTick, logarithmicScale, type Scale } from "./logarithmic-scale.ts";
import { element, line, picture, text } from "./svg.ts";

const [panelWidth, panelHeight] = [290, 250];
const [legendColumns, legendWidth] = [2, 300];
/** As wide as the legend needs. */
const leastPanels = 2;
const [margin, axisWidth, top] = [16, 44, 92];

/** Time against size, a panel a curve, both axes logarithmic: what grows in proportion rises at the slope drawn. */
export function curvesChart(curves: readonly CurveResult[]): string {
  const width = margin + Math.max(curves.length, leastPanels) * (panelWidth + margin);
  const parts = curves.flatMap((curve, index) => drawPanel(curve, margin + index * (panelWidth + margin)));
  const contestants = new Map(
    curves.flatMap(({ points }) =>
      points.flatMap(({ timings }) =>
        timings.map(({ contestant, threads }) => [contestant, threads] as const),
      ),
    ),
  );
  const legend = [...contestants].flatMap(([contestant, threads], index) => {
    const x = margin + axisWidth + (index % legendColumns) * legendWidth;
    const y = 20 + Math.floor(index / legendColumns) * 20;
    return [
      line(x, y, x + 22, y, { stroke: stroke(contestant), "stroke-width": 2.5, ...dashes(contestant) }),
      text(x + 28, y + 4, `${contestant}, ${formatThreads(threads)}`),
    ];
  });
  return picture(width, top + panelHeight + 56, "Time of a step of training against its size", [
    ...legend,
    ...parts,
  ]);
}

function drawPanel({ name, axis, points }: CurveResult, left: number): string[] {
  const measured = points.filter(({ timings }) => timings.length > 0);
  if (measured.length === 0) return [];
  const [begin, end, bottom] = [left + axisWidth, left + panelWidth, top + panelHeight];
  const times = measured.flatMap(({ timings }) => timings.map(({ median }) => median));
  const horizontal = logarithmicScale(
    measured.map(({ x }) => x),
    begin,
    end,
  );
  const vertical = logarithmicScale(times, bottom, top);
  return [
    text(begin, top - 12, `milliseconds against ${name}`, { class: "title" }),
    ...grid(horizontal, vertical, { begin, end, bottom }),
    text((begin + end) / 2, bottom + 38, axis, { "text-anchor": "middle" }),
    ...namesOf(measured.flatMap(({ timings }) => timings)).map((contestant) =>
      curve(contestant, measured, horizontal, vertical),
    ),
  ];
}

function grid(
  horizontal: Scale,
  vertical: Scale,
  { begin, end, bottom }: { begin: number; end: number; bottom: number },
): string[] {
  const faint = { stroke: "#e4e7eb" };
  return [
    ...horizontal.ticks.flatMap((tick) => [
      line(horizontal.at(tick), top, horizontal.at(tick), bottom, faint),
      text(horizontal.at(tick), bottom + 16, formatTick(tick), { class: "quiet", "text-anchor": "middle" }),
    ]),
    ...vertical.ticks.flatMap((tick) => [
      line(begin, vertical.at(tick), end, vertical.at(tick), faint),
      text(begin - 6, vertical.at(tick) + 4, formatTick(tick), { class: "quiet", "text-anchor": "end" }),
    ]),
  ];
}

function curve(
  contestant: string,
  points: CurveResult["points"],
  horizontal: Scale,
  vertical: Scale,
): string {
  const places = points.flatMap(({ x, timings }) => {
    const timing = timings.find((each) => each.contestant === contestant);
    return timing ? [`${horizontal.at(x).toFixed(1)},${vertical.at(timing.median).toFixed(1)}`] : [];
  });
  const attributes = { fill: "none", stroke: stroke(contestant), "stroke-width": 2.5, ...dashes(contestant) };
  return element("polyline", { points: places.join(" "), ...attributes });
}

function namesOf(timings: readonly Timing[]): string[] {
  return [...new Set(timings.map(({ contestant }) => contestant))];
}

const stroke = colourOf;

/** Of the two versions of Node, the older one is dashed. */
function dashes(contestant: string): Record<string, string> {
  return contestant.includes("Node 20") ? { "stroke-dasharray": "5 4" } : {};
}
