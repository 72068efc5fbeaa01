import { describeValue, readOptions } from "@strata/core/internal";
import type { AnyLayer } from "../layer/any-layer.ts";
import { layOut } from "./layout.ts";
import { graphOfModel, type ModelGraph, type ModelNode } from "./model-graph.ts";
import { colours, drawing, element, fitted, fontSize, type Point, polyline, text, widthOf } from "./svg.ts";

/** Options of {@link plotModel}. */
export interface PlotModelOptions {
  /** `"svg"`: a picture; `"mermaid"`: a text that GitHub and others draw; `"dot"`: a text for Graphviz. Default: `"svg"`. */
  readonly format?: "svg" | "mermaid" | "dot";
  /** Whether the shapes of results are written. Default: true. */
  readonly showShapes?: boolean;
}

/**
 * Draws the layers and operations of a model, and what leads to what, from the inputs above to the outputs below.
 *
 * @param model A functional model or a Sequential; of a model with a `call` of its own, the layers that it holds.
 * @returns SVG, which needs no other program; or a text in the format asked for.
 * @throws TypeError for what is no model.
 *
 * @example
 * ```ts
 * import { Dense, Input, plotModel, Sequential } from "@strata/layers";
 *
 * const model = new Sequential([Input({ shape: [4] }), new Dense(2, { name: "scores" })]);
 * console.log(plotModel(model, { format: "mermaid", showShapes: false }));
 * // flowchart TB
 * //   n0["scores<br/>Dense"]
 * ```
 */
export function plotModel(model: AnyLayer, options: PlotModelOptions = {}): string {
  readOptions("plotModel", options, ["format", "showShapes"]);
  const { format = "svg", showShapes = true } = options;
  if (!Object.hasOwn(formats, format)) {
    throw new RangeError(
      `plotModel: format is ${describeValue(format)}; it must be "svg", "mermaid" or "dot"`,
    );
  }
  return formats[format](graphOfModel(model), showShapes, model.name);
}

type Write = (graph: ModelGraph, showShapes: boolean, name: string) => string;

const formats: Readonly<Record<NonNullable<PlotModelOptions["format"]>, Write>> = {
  mermaid({ nodes, edges }, showShapes) {
    const written = nodes.map((node, index) => {
      const lines = linesOf(node, showShapes).map((line) =>
        line.replace(/[#"<>]/g, (each) => `#${each.charCodeAt(0)};`),
      );
      return `  n${index}["${lines.join("<br/>")}"]`;
    });
    return ["flowchart TB", ...written, ...edges.map(([from, to]) => `  n${from} --> n${to}`)].join("\n");
  },

  dot({ nodes, edges }, showShapes, name) {
    const written = nodes.map((node, index) => {
      const lines = linesOf(node, showShapes).map((line) => line.replace(/["\\]/g, "\\$&"));
      return `  n${index} [label="${lines.join("\\n")}"];`;
    });
    return [
      `digraph "${name.replace(/["\\]/g, "\\$&")}" {`,
      '  node [shape=box, fontname="sans-serif"];',
      ...written,
      ...edges.map(([from, to]) => `  n${from} -> n${to};`),
      "}",
    ].join("\n");
  },

  svg: drawGraph,
};

function linesOf({ name, type, shapes }: ModelNode, showShapes: boolean): readonly string[] {
  return showShapes && shapes !== "" ? [name, type, shapes] : [name, type];
}

const margin = 16;
const lineHeight = 16;
const padding = 10;
const widestText = 260;

function drawGraph({ nodes, edges }: ModelGraph, showShapes: boolean, name: string): string {
  const boxes = nodes.map((node) => {
    // The first line is bold, and wider.
    const sizes = [fontSize * 1.1, fontSize, fontSize];
    const lines = linesOf(node, showShapes).map((line, place) => fitted(line, widestText, sizes[place]));
    const width = Math.max(...lines.map((line, place) => widthOf(line, sizes[place]))) + 2 * padding;
    return { lines, type: node.type, width, height: lines.length * lineHeight + padding + 4 };
  });
  const { width, height, centres, bends } = layOut(boxes, edges);
  const moved = ({ x, y }: Point): Point => ({ x: x + margin, y: y + margin });
  const arrows = edges.map(([from, to], index) =>
    arrow([
      { x: moved(centres[from]).x, y: moved(centres[from]).y + boxes[from].height / 2 },
      ...bends[index].map(moved),
      { x: moved(centres[to]).x, y: moved(centres[to]).y - boxes[to].height / 2 },
    ]),
  );
  const drawn = boxes.map((box, index) => {
    const { x, y } = moved(centres[index]);
    const top = y - box.height / 2;
    const frame = element("rect", {
      x: x - box.width / 2,
      y: top,
      width: box.width,
      height: box.height,
      rx: 5,
      fill: fillOf(box.type),
      stroke: colours.grey,
    });
    const words = box.lines.map((line, place) =>
      text(line, {
        x,
        y: top + padding + 8 + place * lineHeight,
        "text-anchor": "middle",
        "font-weight": place === 0 ? 600 : undefined,
        fill: place === 0 ? undefined : colours.grey,
      }),
    );
    return element("g", {}, frame, ...words);
  });
  return drawing(width + 2 * margin, height + 2 * margin, `the layers of ${name}`, ...arrows, ...drawn);
}

/** A curve through points, which leaves and arrives straight down, with a head at its end. */
function arrow(points: readonly Point[]): string {
  const end = points[points.length - 1];
  const parts = points.slice(1).map((to, index) => {
    const from = points[index];
    const half = (to.y - from.y) / 2;
    return `C${[from.x, from.y + half, to.x, to.y - half, to.x, to.y].map((value) => Math.round(value * 10) / 10).join(" ")}`;
  });
  const d = `M${points[0].x.toFixed(1)} ${points[0].y.toFixed(1)}${parts.join("")}`;
  const head = [
    { x: end.x - 4, y: end.y - 7 },
    { x: end.x, y: end.y },
    { x: end.x + 4, y: end.y - 7 },
  ];
  const stroke = { stroke: colours.grey, "stroke-width": 1.3 };
  return element("path", { d, fill: "none", ...stroke }) + polyline(head, stroke);
}

/** Layers of a kind have a colour: those with kernels blue, those that join tensors amber, normalizations green. */
function fillOf(type: string): string {
  if (/Conv|Dense|Embedding|LSTM|GRU|RNN|Attention/.test(type)) return "#e3eef8";
  if (/Normalization/.test(type)) return "#e4f3ec";
  if (/^(Add|Concatenate|Multiply|Subtract|Average|Maximum|Minimum|Dot)$/.test(type)) return "#fbefdc";
  return /InputLayer/.test(type) ? "#f0e8ef" : "#f6f8fa";
}
