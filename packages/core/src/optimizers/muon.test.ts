import { describe, expect, it } from "vitest";
import { onBackend } from "../testing/backends.ts";
import { variable } from "../variable.ts";
import { AdamW } from "./adam.ts";
import { Muon } from "./muon.ts";

const gradient = [
  [1, 2, -1],
  [0.5, -1, 3],
];
const kernel = [
  [1, 2, 3],
  [4, 5, 6],
];

describe("Muon", () => {
  it.each([
    ["an embedding", "Embedding_1/embeddings", {}],
    ["an excluded layer", "output/kernel", { excludeLayers: ["^out"] }],
  ])("takes AdamW's steps for %s", (_, name, options) => {
    const [x, y] = [variable(kernel, { name }), variable(kernel, { name })];
    const muon = new Muon(0.1, options);
    const adam = new AdamW(0.1);
    for (let step = 0; step < 2; step++) {
      muon.applyGradients([gradient], [x]);
      adam.applyGradients([gradient], [y]);
    }
    expect(x.arraySync()).toEqual(y.arraySync());
    expect(muon.variables.length).toBe(4);
  });

  it.each(["cpu", "reference"] as const)(
    "makes the same step of a wide and a tall matrix, on %s",
    (backend) => {
      onBackend(backend, () => {
        const [wide, tall] = [
          variable(kernel),
          variable([0, 1, 2].map((at) => kernel.map((row) => row[at]))),
        ];
        const optimizer = new Muon(0.1, { excludeEmbeddings: false });
        const transposed = [0, 1, 2].map((at) => gradient.map((row) => row[at]));
        optimizer.applyGradients([gradient, transposed], [wide, tall]);
        const rows = wide.dataSync();
        tall.dataSync().forEach((value, index) => {
          expect(value).toBeCloseTo(rows[(index % 2) * 3 + Math.floor(index / 2)], 5);
        });
        // The singular values of a step are near one, times the learning rate and 0.2·√3.
        const moved = Math.hypot(
          ...rows.map((value, index) => value - kernel.flat()[index] * (1 - 0.1 * 0.004)),
        );
        expect(moved / (0.1 * 0.2 * Math.sqrt(3) * Math.SQRT2)).toBeCloseTo(1, 0);
      });
    },
  );

  it("wants regular expressions", () => {
    expect(() => new Muon({ excludeLayers: ["("] })).toThrow(
      `Muon: excludeLayers is ["("]; it must be an array of regular expressions`,
    );
  });
});
