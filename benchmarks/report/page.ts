import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { mostLoad } from "../machine.ts";
import type {
  BuildResult,
  DeterminismResult,
  Introduction,
  LayersResults,
  MemoryResult,
  NotMeasured,
  PredictionResult,
  Results,
  Timing,
  WorkloadResult,
} from "../results.ts";
import { curvesChart } from "./curves-chart.ts";
import { formatBytes, formatNumber } from "./format.ts";
import { stepsChart } from "./steps-chart.ts";

/** Writes the page and its charts beside a file of results, and returns their paths. */
export function writePage(input: string): string[] {
  const results: Results = JSON.parse(readFileSync(input, "utf8"));
  const stem = input.replace(/\.json$/, "");
  const charts: [path: string, content: string, title: string][] = [];
  if (results.steps.length > 0) {
    charts.push([`${stem}.svg`, stepsChart(results.steps), "What a step of training takes"]);
  }
  if (results.curves.length > 0) {
    charts.push([`${stem}-curves.svg`, curvesChart(results.curves), "Time of a step against its size"]);
  }
  for (const [path, content] of charts) writeFileSync(path, content);
  const links = charts.map(([path, , title]) => `![${title}](${basename(path)})`);
  writeFileSync(`${stem}.md`, page(results, links));
  return [`${stem}.md`, ...charts.map(([path]) => path)];
}

function page(results: Results, charts: readonly string[]): string {
  const {
    date,
    command,
    machine,
    loadBefore,
    contestants,
    steps,
    operations,
    memory,
    determinism,
    notMeasured,
    layers,
  } = results;
  const sections = [
    introduction,
    `Measured on ${date} by \`${command}\`: ${machine}.`,
    loadBefore > mostLoad ? busy(loadBefore) : "",
    charts.join("\n\n"),
    section("Steps of training", timingTables(steps)),
    section("Single ops", timingTables(operations)),
    layers === null ? "" : layersSection(layers, layers.command === command && layers.date === date),
    section("Peak memory", memory.length > 0 ? memoryTable(memory) : ""),
    section("The same again", determinism.length > 0 ? determinismTable(determinism) : ""),
    section("What could not be measured", missingList(notMeasured)),
    section("Who took part", introductionTable(contestants)),
  ];
  return `${sections.filter((part) => part !== "").join("\n\n")}\n`;
}

const introduction = `# Benchmarks

This page is made by \`npm run benchmark\`, from one run of Strata and its peers on one machine; \`npm run
benchmark:page\` makes it anew of the results in \`benchmarks.json\`. Every contestant is a process of its own. They take
turns, A B C A B C …, and each figure is the median of the rounds. All start from the same weights and the same data,
and a contestant whose losses differ from the others' is not timed. A step of training is the loss, its gradients and
Adam's update in float32, and reads the loss; the definitions are in \`benchmarks/workloads\`.

Ratios are to PyTorch on as many threads, round by round: below 1 is faster than PyTorch. "First" is what the
first run takes, compilation included; loading the library ("ready") comes before that.`;

function busy(loadBefore: number): string {
  return `**The machine was busy with other work** (a load of ${loadBefore.toFixed(1)} a core), so these figures are no
record: threads that wait for each other by spinning, as PyTorch's do, wait for the other work as well.`;
}

/** @param isOfSameRun Whether the page says already when and where this was measured. */
function layersSection(results: LayersResults, isOfSameRun: boolean): string {
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
      `\`fit\` against a loop by hand that draws the order of the samples, gathers batches, and takes the same steps.`,
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

function introductionTable(contestants: readonly Introduction[]): string {
  return table(
    ["contestant", "threads", "ready (ms)", "versions, and the BLAS in use"],
    contestants.map(({ name, threads, startMilliseconds, description }) => [
      name,
      String(threads),
      formatNumber(startMilliseconds),
      description,
    ]),
  );
}

function section(title: string, content: string): string {
  return content === "" ? "" : `## ${title}\n\n${content}`;
}

function timingTables(results: readonly WorkloadResult[], level = 3): string {
  return results
    .filter(({ timings }) => timings.length > 0)
    .map(({ name, description, timings }) => {
      const paragraph = description === "" ? "" : `${description}\n\n`;
      return `${"#".repeat(level)} ${name}\n\n${paragraph}${timingTable(timings)}`;
    })
    .join("\n\n");
}

function timingTable(timings: readonly Timing[]): string {
  const hasBlas = timings.some(({ ratioToBlas }) => ratioToBlas !== null);
  const hasTwins = timings.some(({ ratioToCore }) => ratioToCore !== null);
  const headings = ["contestant", "threads", "median (ms)", "quartiles", "first", "÷ PyTorch"];
  if (hasBlas) headings.push("÷ cblas_sgemm");
  if (hasTwins) headings.push("÷ core");
  const rows = timings.map((timing) => [
    timing.contestant,
    String(timing.threads),
    `${formatNumber(timing.median)}${timing.rounds === 0 ? " (one run)" : ""}`,
    `${formatNumber(timing.lowerQuartile)} – ${formatNumber(timing.upperQuartile)}`,
    formatNumber(timing.first),
    ratio(timing.ratioToPyTorch),
    ...(hasBlas ? [ratio(timing.ratioToBlas)] : []),
    ...(hasTwins ? [ratio(timing.ratioToCore)] : []),
  ]);
  return table(headings, rows);
}

function ratio(value: number | null): string {
  return value === null ? "–" : formatNumber(value);
}

function memoryTable(results: readonly MemoryResult[]): string {
  const rows = results.map(({ workload, contestant, threads, peakBytes, countedBytes }) => [
    workload,
    contestant,
    String(threads),
    formatBytes(peakBytes),
    countedBytes === null ? "–" : formatBytes(countedBytes),
  ]);
  return `What a process of its own holds at most during five steps, above what it held once the library was loaded; and
what the library counts as held after them.

${table(["step", "contestant", "threads", "peak", "counted"], rows)}`;
}

function determinismTable(results: readonly DeterminismResult[]): string {
  const rows = results.map(({ workload, contestant, sameBits, threadDifference }) => [
    workload,
    contestant,
    sameBits ? "yes" : "**no**",
    threadDifference === null ? "–" : threadDifference === 0 ? "none" : threadDifference.toExponential(1),
  ]);
  return `Whether two processes with one seed give the same losses to the bit over five steps, and the largest relative
difference between numbers of threads.

${table(["step", "contestant", "same bits", "between threads"], rows)}`;
}

/** One line for each reason. */
function missingList(notMeasured: readonly NotMeasured[]): string {
  const reasons = [...new Set(notMeasured.map(({ why }) => why))];
  return reasons
    .map((reason) => {
      const concerned = notMeasured.filter(({ why }) => why === reason).map(({ what }) => what);
      return `- ${concerned.join("; ")}: ${reason}`;
    })
    .join("\n");
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(headings), line(headings.map(() => "---")), ...rows.map(line)].join("\n");
}
