import type { Timing, WorkloadResult } from "../results.ts";
import { colourOf } from "./colours.ts";
import { formatNumber, formatThreads } from "./format.ts";
import { formatTick, logarithmicScale } from "./logarithmic-scale.ts";
import { element, line, picture, text } from "./svg.ts";

const width = 860;
const rowHeight = 18;
const [labelWidth, valueWidth, margin] = [262, 70, 16];

/** The steps one below the other: a row a contestant, a dot for the median, and a line between the quartiles. */
export function stepsChart(steps: readonly WorkloadResult[]): string {
  const parts: string[] = [];
  let y = 16;
  for (const { name, description, timings } of steps) {
    if (timings.length === 0) continue;
    const panel = drawPanel(`${name}: ${description}`, timings, y);
    parts.push(...panel.parts);
    y = panel.bottom;
  }
  return picture(width, y + 4, "Milliseconds that a step of training takes", parts);
}

function drawPanel(title: string, timings: readonly Timing[], top: number) {
  const [left, right] = [margin + labelWidth, width - margin - valueWidth];
  const values = timings.flatMap(({ lowerQuartile, median, upperQuartile }) => [
    lowerQuartile,
    median,
    upperQuartile,
  ]);
  const scale = logarithmicScale(values, left, right);
  const [first, bottom] = [top + 30, top + 30 + timings.length * rowHeight];
  const parts = [
    text(margin, top + 16, title, { class: "title" }),
    ...scale.ticks.map((tick) => line(scale.at(tick), first, scale.at(tick), bottom, { stroke: "#e4e7eb" })),
    ...scale.ticks.map((tick) =>
      text(scale.at(tick), bottom + 14, `${formatTick(tick)} ms`, {
        class: "quiet",
        "text-anchor": "middle",
      }),
    ),
  ];
  const bestPeer = timings.find(({ contestant, threads }) => {
    return contestant === "PyTorch" && threads === Math.max(...timings.map((timing) => timing.threads));
  });
  if (bestPeer) {
    const x = scale.at(bestPeer.median);
    parts.push(line(x, first, x, bottom, { stroke: "#1f2933", "stroke-dasharray": "2 3" }));
  }
  timings.forEach((timing, index) => {
    parts.push(...drawRow(timing, first + (index + 0.5) * rowHeight, scale.at, left, right));
  });
  return { parts, bottom: bottom + 28 };
}

function drawRow(
  { contestant, threads, median, lowerQuartile, upperQuartile }: Timing,
  y: number,
  at: (value: number) => number,
  left: number,
  right: number,
): string[] {
  const colour = colourOf(contestant);
  return [
    text(left - 10, y + 4, `${contestant}, ${formatThreads(threads)}`, { "text-anchor": "end" }),
    line(at(lowerQuartile), y, at(upperQuartile), y, { stroke: colour, "stroke-width": 3, opacity: 0.45 }),
    element("circle", { cx: at(median), cy: y, r: 4.5, fill: colour }),
    text(right + valueWidth, y + 4, `${formatNumber(median)} ms`, { "text-anchor": "end" }),
  ];
}
