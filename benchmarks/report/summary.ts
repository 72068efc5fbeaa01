import type { Timing, WorkloadResult } from "../results.ts";
import { colourOf } from "./colours.ts";
import { formatNumber } from "./format.ts";
import { formatTick, logarithmicScale } from "./logarithmic-scale.ts";
import { element, line, picture, text } from "./svg.ts";

const width = 860;
const rowHeight = 26;
const [labelWidth, margin] = [150, 16];

/** Whom the summary shows, each with as many threads as PyTorch: on the system's BLAS, and on WebAssembly alone. */
const shown = ["Strata, BLAS", "Strata, WebAssembly, Node 24"];
const others = ["jax-js", "TensorFlow.js, wasm"];

/** Contestants whose time for one step is compared with PyTorch's. */
interface Comparison {
  readonly step: string;
  readonly ratios: ReadonlyMap<string, number>;
}

function comparisonsOf(steps: readonly WorkloadResult[]): Comparison[] {
  return steps.flatMap(({ name, timings }) => {
    const threads = Math.max(...timings.map((timing) => timing.threads));
    const ratios = new Map(
      timings
        .filter((timing) => timing.threads === threads && shown.includes(timing.contestant))
        .flatMap(({ contestant, ratioToPyTorch }) =>
          ratioToPyTorch === null ? [] : [[contestant, ratioToPyTorch] as const],
        ),
    );
    return ratios.size === 0 ? [] : [{ step: name, ratios }];
  });
}

/** A row a step: how long it takes, divided by PyTorch's time on as many threads. */
export function summaryChart(steps: readonly WorkloadResult[]): string {
  const comparisons = comparisonsOf(steps);
  const values = comparisons.flatMap(({ ratios }) => [...ratios.values()]);
  const scale = logarithmicScale([...values, 1], margin + labelWidth, width - margin - 20);
  const top = 62;
  const bottom = top + comparisons.length * rowHeight;
  const parts = [
    text(margin, 24, "The time of a step of training, divided by PyTorch's", { class: "title" }),
    ...shown.flatMap((contestant, index) => [
      element("circle", { cx: margin + 6 + index * 200, cy: 42, r: 5, fill: colourOf(contestant) }),
      text(margin + 17 + index * 200, 46, contestant),
    ]),
    ...scale.ticks.flatMap((tick) => [
      line(scale.at(tick), top, scale.at(tick), bottom, { stroke: "#e4e7eb" }),
      text(scale.at(tick), bottom + 16, formatTick(tick), { class: "quiet", "text-anchor": "middle" }),
    ]),
    line(scale.at(1), top - 4, scale.at(1), bottom, { stroke: "#1f2933", "stroke-dasharray": "2 3" }),
    text(scale.at(1), top - 8, "PyTorch", { "text-anchor": "middle" }),
    text(margin, bottom + 16, "← faster", { class: "quiet" }),
  ];
  for (const [index, { step, ratios }] of comparisons.entries()) {
    const y = top + (index + 0.5) * rowHeight;
    parts.push(text(margin + labelWidth - 12, y + 4, step, { "text-anchor": "end" }));
    for (const [contestant, ratio] of ratios) {
      parts.push(element("circle", { cx: scale.at(ratio), cy: y, r: 5.5, fill: colourOf(contestant) }));
    }
  }
  return picture(width, bottom + 28, "The time of a step of training, divided by PyTorch's", parts);
}

/** Three sentences: against PyTorch, against the other libraries in JavaScript, and what the figures are worth. */
export function summaryText(steps: readonly WorkloadResult[], isQuiet: boolean): string {
  const comparisons = comparisonsOf(steps);
  const [blas, wasm] = shown.map((contestant) => {
    const ratios = comparisons.flatMap((each) => each.ratios.get(contestant) ?? []);
    return `${range(ratios)} of PyTorch's time (in the middle ${formatNumber(middle(ratios))})`;
  });
  const peers = others.flatMap((peer) => {
    const ratios = steps.flatMap(({ timings }) => ratioTo(timings, peer));
    return ratios.length === 0 ? [] : [`${peer} takes ${range(ratios)} times as long`];
  });
  return [
    `A step of training takes ${blas} on the system's BLAS, and ${wasm} on WebAssembly alone, on as many threads.`,
    peers.length === 0
      ? ""
      : `Beside Strata on WebAssembly, on one thread, ${peers.join(", and ")}, in the steps that they can do.`,
    isQuiet
      ? "The losses of all contestants agree, and the machine did nothing else meanwhile."
      : "The losses of all contestants agree, but the machine had other work meanwhile: the ratios are rough.",
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

/** How many times as long a peer takes as ours, on one thread. */
function ratioTo(timings: readonly Timing[], peer: string): number[] {
  const find = (name: string) =>
    timings.find(({ contestant, threads }) => contestant === name && threads === 1);
  const [theirs, ours] = [find(peer), find("Strata, WebAssembly, Node 24")];
  return theirs === undefined || ours === undefined ? [] : [theirs.median / ours.median];
}

function range(values: readonly number[]): string {
  if (values.length === 0) return "–";
  const [least, most] = [formatNumber(Math.min(...values)), formatNumber(Math.max(...values))];
  return least === most ? least : `${least} to ${most}`;
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
