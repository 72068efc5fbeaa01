/** Pictures hold what they are to show, are well-formed, and refuse what they cannot draw. */
import "../operations/methods.ts";
import { ShapeError, tensor, zeros } from "@strata/core";
import { afterEach, describe, expect, it } from "vitest";
import { Dense } from "../layers/core/dense.ts";
import { Input } from "../layers/core/input-layer.ts";
import { Add } from "../layers/merging/elementwise.ts";
import { Model } from "../models/model.ts";
import { Sequential } from "../models/sequential.ts";
import { clearSession } from "../utilities/names.ts";
import { plotConfusionMatrix, plotHistory, plotImages, plotModel } from "./index.ts";
import { type Edge, layOut } from "./layout.ts";
import { axisFor } from "./ticks.ts";

/** Throws unless every element is closed, in order, and no sign of SVG stands bare in a text. */
function checkWellFormed(svg: string): void {
  const open: string[] = [];
  const rest = svg.replace(/<(\/?)([a-z]+)((?: [\w:-]+="[^"<]*")*)(\/?)>/g, (_, end, name, __, single) => {
    if (end !== "") expect(open.pop()).toBe(name);
    else if (single === "") open.push(name);
    return "";
  });
  expect(open).toEqual([]);
  expect(rest).not.toMatch(/[<>"]|&(?!amp;|lt;|gt;|quot;)/);
}

const count = (svg: string, pattern: RegExp): number => [...svg.matchAll(pattern)].length;

afterEach(clearSession);

describe("plotHistory", () => {
  const history = { loss: [3, 2, 1], acc: [0.1, 0.2, 0.4], val_loss: [3, 2.5, 2] };

  it("has a panel for each name, and curves of training and validation", () => {
    const svg = plotHistory({ history, epoch: [0, 1, 2] }, { title: "a < b & c" });
    checkWellFormed(svg);
    expect(count(svg, /<polyline/g)).toBe(3);
    expect(count(svg, />validation</g)).toBe(1);
    expect(svg).toContain("a &lt; b &amp; c");
  });

  it("draws the names that are asked for, and a gap where a value is no number", () => {
    const svg = plotHistory({ history: { ...history, loss: [3, NaN, 1] } }, { metrics: ["loss"] });
    expect(count(svg, /<polyline/g)).toBe(3);
    expect(svg).not.toContain(">acc<");
  });

  it("places the values of validations that are rarer at their epochs", () => {
    const rare = plotHistory({ history: { loss: [1, 1, 1, 1], val_loss: [1, 1] } });
    const everyEpoch = plotHistory({ history: { loss: [1, 1, 1, 1], val_loss: [NaN, 1, NaN, 1] } });
    const dots = (svg: string) => [...svg.matchAll(/<circle cx="([\d.]+)"[^>]*d55e00/g)].map(([, x]) => x);
    expect(dots(rare)).toHaveLength(2);
    expect(dots(rare)).toEqual(dots(everyEpoch));
  });

  it("marks values that are not finite at their epochs, and draws curves of them alone", () => {
    const svg = plotHistory({ history: { loss: [NaN, Infinity, 1] } });
    expect(svg).not.toContain("NaN");
    expect(count(svg, /<line [^>]*#0072b2/g)).toBe(4);
    checkWellFormed(plotHistory({ history: { loss: [NaN] } }));
  });

  it("draws long runs in few points, with their peaks", () => {
    const values = Array.from({ length: 200_000 }, (_, index) => (index === 77_777 ? 50 : Math.sin(index)));
    const svg = plotHistory({ history: { loss: values } }, { width: 400 });
    expect(svg.length).toBeLessThan(60_000);
    const [[, points]] = [...svg.matchAll(/<polyline[^>]*points="([^"]*)"/g)];
    const heights = points.split(" ").map((point) => Number(point.split(",")[1]));
    expect(heights.filter((y) => y < 60)).toHaveLength(1);
  });

  it("keeps names and the legend apart, however long the one and narrow the other", () => {
    const name = "a_metric_with_a_name_that_is_longer_than_any_panel_is_wide";
    const wide = plotHistory({ history: { [name]: [1, 2], [`val_${name}`]: [1, 2], loss: [1, 2] } });
    expect(wide).toMatch(/>a_metric_\w*…</);
    const narrow = plotHistory({ history: { loss: [1, 2], val_loss: [1, 2] } }, { width: 240 });
    expect(narrow).toContain(">loss<");
    expect(narrow).toContain(">val<");
  });

  it("refuses an unknown name and an empty history", () => {
    expect(() => plotHistory({ history }, { metrics: ["auc"] })).toThrow(
      'plotHistory: "auc" is not in the history; it has loss, acc',
    );
    expect(() => plotHistory({ history: {} })).toThrow("there is nothing to draw");
  });
});

describe("axes", () => {
  it.each([
    [
      [0.1, 2.3],
      ["0", "0.5", "1.0", "1.5", "2.0", "2.5"],
    ],
    [
      [-3, 7],
      ["-4", "-2", "0", "2", "4", "6", "8"],
    ],
    [
      [5, 5],
      ["5", "6"],
    ],
    [
      [0, 3e6],
      ["0", "1e+6", "2e+6", "3e+6"],
    ],
    [
      [1e-6, 3e-6],
      ["1.0e-6", "1.5e-6", "2.0e-6", "2.5e-6", "3.0e-6"],
    ],
    [
      [NaN, Infinity],
      ["0", "0.2", "0.4", "0.6", "0.8", "1.0"],
    ],
  ])("%j stand at round numbers", (values, labels) => {
    expect(axisFor(values, 5).ticks.map(({ label }) => label)).toEqual(labels);
  });
});

describe("plotConfusionMatrix", () => {
  it("has each count, or each share of a row", () => {
    const matrix = [
      [3, 1],
      [0, 0],
    ];
    const svg = plotConfusionMatrix(matrix, { labels: ["cat", "<dog>"] });
    checkWellFormed(svg);
    expect(count(svg, /<rect/g)).toBe(5);
    expect(svg).toContain("&lt;dog&gt;");
    expect(plotConfusionMatrix(matrix, { normalize: true })).toContain("75 %");
  });

  it("refuses a matrix that is not square, and labels of another number", () => {
    expect(() => plotConfusionMatrix([[1, 2]])).toThrow("it must be square");
    expect(() => plotConfusionMatrix([[1]], { labels: [] })).toThrow("with a label for each class");
  });
});

describe("plotImages", () => {
  it("finds the range of values among those that are finite", async () => {
    const [clean, spoiled] = [[[[0, 4, 2]]], [[[0, 4, Number.NaN]]]];
    const bytes = async (images: number[][][]): Promise<string> =>
      atob(/base64,([^"]*)/.exec(await plotImages(images))?.[1] ?? "");
    const [one, other] = [await bytes(clean), await bytes(spoiled)];
    const start = one.indexOf("IDAT") + 4 + 7;
    expect([...one.slice(start, start + 4)].map((sign) => sign.charCodeAt(0))).toEqual([0, 0, 255, 128]);
    expect([...other.slice(start, start + 4)].map((sign) => sign.charCodeAt(0))).toEqual([0, 0, 255, 0]);
  });

  it("has an image for each, with its label", async () => {
    const svg = await plotImages(zeros([3, 2, 2, 3]), { labels: ["a", "b", "c & d"], columns: 2 });
    checkWellFormed(svg);
    expect(count(svg, /<image/g)).toBe(3);
    expect(svg).toContain("c &amp; d");
  });

  it("scales floats by their range, and whole numbers from 0 to 255", async () => {
    const floats = await plotImages(tensor([[[0, 1]]]));
    expect(await plotImages(tensor([[[0, 255]]], undefined, "uint8"))).toBe(floats);
    expect(await plotImages(tensor([[[-2, 2]]]))).toBe(floats);
    expect(await plotImages(tensor([[[5, 7]]]), { range: [5, 7] })).toBe(floats);
  });

  it("refuses what are no images", async () => {
    await expect(plotImages(zeros([2, 2, 2, 2]))).rejects.toThrow(ShapeError);
    await expect(plotImages(zeros([2, 2]))).rejects.toThrow("it must be [images, height, width]");
  });
});

describe("plotModel", () => {
  it("draws nothing of a model without layers", () => {
    const svg = plotModel(new Sequential([]));
    checkWellFormed(svg);
    expect(svg).not.toMatch(/NaN|Infinity|="-/);
  });

  function residual() {
    const input = Input({ shape: [2], name: "x" });
    const hidden = new Dense(2, { name: "hidden" }).apply(input);
    const outputs = new Add({ name: "sum" }).apply([input, hidden.mul(2)]);
    return new Model({ inputs: input, outputs });
  }

  it("writes layers, operations and what leads to what, in each format", () => {
    const model = residual();
    expect(plotModel(model, { format: "mermaid" })).toBe(
      [
        "flowchart TB",
        '  n0["x<br/>InputLayer<br/>[null, 2]"]',
        '  n1["hidden<br/>Dense<br/>[null, 2]"]',
        '  n2["multiply<br/>Multiply<br/>[null, 2]"]',
        '  n3["sum<br/>Add<br/>[null, 2]"]',
        "  n0 --> n1",
        "  n1 --> n2",
        "  n0 --> n3",
        "  n2 --> n3",
      ].join("\n"),
    );
    const dot = plotModel(model, { format: "dot", showShapes: false });
    expect(dot).toContain('n3 [label="sum\\nAdd"];');
    expect(count(dot, / -> /g)).toBe(4);
    const svg = plotModel(model);
    checkWellFormed(svg);
    expect(count(svg, /<path/g)).toBe(4);
    expect(count(svg, /<rect/g)).toBe(5);
  });

  it("draws a Sequential from layer to layer, and a model that is not built", () => {
    const model = new Sequential([new Dense(1, { name: "a" }), new Dense(1, { name: "b" })]);
    expect(count(plotModel(model), /<path/g)).toBe(1);
    expect(plotModel(new Sequential([Input({ shape: [1] }), ...model.layers]))).toContain("[null, 1]");
  });

  it("refuses layers and unknown formats", () => {
    expect(() => plotModel(new Dense(1))).toThrow("is no model; layers have nothing to draw");
    expect(() => Reflect.apply(plotModel, null, [residual(), { format: "png" }])).toThrow(
      'plotModel: format is "png"; it must be "svg", "mermaid" or "dot"',
    );
  });
});

describe("layouts", () => {
  it("nodes do not overlap, and edges lead down", () => {
    let state = 1;
    const random = (below: number): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state % below;
    };
    for (let run = 0; run < 50; run++) {
      const boxes = Array.from({ length: 2 + random(20) }, () => ({
        width: 20 + random(80),
        height: 20 + random(20),
      }));
      const edges = boxes
        .slice(1)
        .flatMap((_, index): Edge[] => [
          [random(index + 1), index + 1],
          ...(random(2) === 0 ? [[random(index + 1), index + 1] as const] : []),
        ]);
      const { centres, width, height } = layOut(boxes, edges);
      for (const [from, to] of edges) expect(centres[from].y).toBeLessThan(centres[to].y);
      centres.forEach(({ x, y }, index) => {
        expect(x - boxes[index].width / 2).toBeGreaterThan(-1e-6);
        expect(x + boxes[index].width / 2).toBeLessThan(width + 1e-6);
        expect(y + boxes[index].height / 2).toBeLessThan(height + 1e-6);
        centres.slice(0, index).forEach((other, before) => {
          const apart = Math.abs(other.x - x) - (boxes[before].width + boxes[index].width) / 2;
          if (Math.abs(other.y - y) < 20) expect(apart).toBeGreaterThan(0);
        });
      });
    }
  });
});
