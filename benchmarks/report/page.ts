import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { mostLoad } from "../machine.ts";
import type { DeterminismResult, MemoryResult, Results } from "../results.ts";
import { curvesChart } from "./curves-chart.ts";
import { formatBytes } from "./format.ts";
import { layersSection } from "./layers-section.ts";
import { stepsChart } from "./steps-chart.ts";
import { summaryChart, summaryText } from "./summary.ts";
import { busy, introductionTable, missingList, table, timingTables } from "./tables.ts";

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
  const summaryPath = `${stem}-summary.svg`;
  const summary = summaryOf(results, summaryPath);
  writeFileSync(`${stem}.md`, page(results, summary, links));
  return [`${stem}.md`, ...(summary === "" ? [] : [summaryPath]), ...charts.map(([path]) => path)];
}

/** One chart and three sentences, for those who read no further. */
function summaryOf({ steps, loadBefore }: Results, path: string): string {
  if (steps.length === 0) return "";
  writeFileSync(path, summaryChart(steps));
  const picture = `![The time of a step of training, divided by PyTorch's](${basename(path)})`;
  return `${summaryText(steps, loadBefore <= mostLoad)}\n\n${picture}`;
}

function page(results: Results, summary: string, charts: readonly string[]): string {
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
    "# Benchmarks",
    summary,
    introduction,
    `Measured on ${date} by \`${command}\`: ${machine}.`,
    loadBefore > mostLoad ? busy(loadBefore) : "",
    section("Steps of training", [...charts, timingTables(steps)].join("\n\n")),
    section("Single ops", timingTables(operations)),
    layers === null ? "" : layersSection(layers, layers.command === command && layers.date === date),
    section("Peak memory", memory.length > 0 ? memoryTable(memory) : ""),
    section("The same again", determinism.length > 0 ? determinismTable(determinism) : ""),
    section("What could not be measured", missingList(notMeasured)),
    section("Who took part", introductionTable(contestants)),
  ];
  return `${sections.filter((part) => part !== "").join("\n\n")}\n`;
}

const introduction = `## How it is measured

This page is made by \`npm run benchmark\`, from one run of Strata and its peers on one machine; \`npm run
benchmark:page\` makes it anew of the results in \`benchmarks.json\`. Every contestant is a process of its own. They take
turns, A B C A B C …, and each figure is the median of the rounds. All start from the same weights and the same data,
and a contestant whose losses differ from the others' is not timed. A step of training is the loss, its gradients and
Adam's update in float32, and reads the loss; the definitions are in \`benchmarks/workloads\`.

Ratios are to PyTorch on as many threads, round by round: below 1 is faster than PyTorch. "First" is what the
first run takes, compilation included; loading the library ("ready") comes before that.`;

function section(title: string, content: string): string {
  return content === "" ? "" : `## ${title}\n\n${content}`;
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
