// The part of the page on the high level.
import { mostLoad } from "../machine.ts";
import type { BuildResult, LayersResults, PredictionResult, Timing, WorkloadResult } from "../results.ts";
import { formatNumber } from "./format.ts";
import { busy, introductionTable, missingList, ratio, table, timingTables } from "./tables.ts";

/** @param isOfSameRun Whether the page says already when and where this was measured. */
export function layersSection(results: LayersResults, isOfSameRun: boolean): string {
  const { date, command, machine, loadBefore, contestants, notMeasured, ...measured } = results;
  const { epochs, steps, predictions, resnet50, building } = measured;
  const parts = [
    `## Layers

What the high level costs. "÷ core" is the ratio to the same written by hand on core, in the same run and round.`,
    ...(isOfSameRun
      ? []
      : [
          `Measured on ${date} by \`${command}\`: ${machine}.`,
          loadBefore > mostLoad ? busy(loadBefore) : "",
        ]),
    part(
      "An epoch of `fit`",
      `\`fit\` against a loop by hand that draws the order of the samples, gathers batches, and takes the same steps. The networks
are those of the steps above.`,
      epochs.length > 0 ? epochTable(epochs) : "",
    ),
    part(
      "Layers against PyTorch's modules",
      "A step of training, in one loop of core's, of the layer, of the same formulas written by hand, and of PyTorch's module.",
      timingTables(steps, 4),
    ),
    part(
      "`predict`",
      "All samples, batch after batch, joined in one tensor; PyTorch without gradients.",
      predictions.length > 0 ? predictionTable(predictions) : "",
    ),
    part(
      "A large functional model",
      "ResNet-50 of `@strata/layers/applications`. The first step holds tracing, compilation and the touch of new memory.",
      [timingTables(resnet50, 4), building.length > 0 ? buildingTable(building) : ""].join("\n\n"),
    ),
    ...(isOfSameRun
      ? []
      : [
          part("Not measured of this part", "", missingList(notMeasured)),
          part("Who took part in this part", "", introductionTable(contestants)),
        ]),
  ];
  return parts.filter((each) => each !== "").join("\n\n");
}

/** A part of a section; nothing without content. */
function part(title: string, introduction: string, content: string): string {
  if (content.trim() === "") return "";
  return [`### ${title}`, introduction, content.trim()].filter((each) => each !== "").join("\n\n");
}

function epochTable(results: readonly WorkloadResult[]): string {
  return table(
    ["network", "contestant", "threads", "median (ms)", "quartiles", "÷ core"],
    rowsOf(results, ({ ratioToCore }) => ratio(ratioToCore)),
  );
}

function predictionTable(results: readonly PredictionResult[]): string {
  const rows = results.flatMap((result) =>
    rowsOf([result], ({ median, ratioToPyTorch, ratioToCore }) =>
      [formatNumber((1000 * result.samples) / median), ratio(ratioToPyTorch), ratio(ratioToCore)].join(" | "),
    ),
  );
  const headings = ["network", "contestant", "threads", "median (ms)", "quartiles", "samples a second"];
  return table([...headings, "÷ PyTorch", "÷ core"], rows);
}

function rowsOf(results: readonly WorkloadResult[], last: (timing: Timing) => string): string[][] {
  return results.flatMap(({ name, timings }) =>
    timings.map((timing) => [
      name,
      timing.contestant,
      String(timing.threads),
      formatNumber(timing.median),
      `${formatNumber(timing.lowerQuartile)} – ${formatNumber(timing.upperQuartile)}`,
      last(timing),
    ]),
  );
}

function buildingTable(results: readonly BuildResult[]): string {
  return table(
    ["making it, in a new process", "model (ms)", "`summary` (ms)"],
    results.map(({ contestant, buildMilliseconds, summaryMilliseconds }) => [
      contestant,
      formatNumber(buildMilliseconds),
      summaryMilliseconds === null ? "–" : formatNumber(summaryMilliseconds),
    ]),
  );
}
