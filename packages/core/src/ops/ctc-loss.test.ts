import { describe, expect, it } from "vitest";
import { gradients } from "../autodiff/gradients.ts";
import { jit } from "../jit.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { arange } from "./creation.ts";
import { ctcLoss } from "./ctc-loss.ts";
import { stack } from "./joining.ts";
import { pad } from "./padding.ts";
import { slice } from "./slicing.ts";
import { drawing, expectValues, onBackend, testOps } from "./testing/battery.ts";
import { sin } from "./transcendental.ts";

/** Three sequences of six frames and four classes, the same as in the scripts that made the values below. */
const logits = (): Tensor => {
  const axis = (size: number, rank: number) =>
    arange(0, size, 1, "float64").reshape([size, ...Array(rank).fill(1)]);
  return sin(axis(3, 2).mul(1.3).add(axis(6, 1).square().mul(0.7)).add(axis(4, 0).mul(2.1))).mul(2);
};
const labels = [
  [1, 1, 2],
  [3, 2, 0],
  [2, 0, 0],
];
const labelLengths = [3, 2, 1];
const logitLengths = [6, 4, 5];

testOps("ctcLoss", [
  {
    name: "ctcLoss",
    inputs: [[2, 3, 2]],
    apply: (x) =>
      ctcLoss(
        [
          [1, 1],
          [1, -1],
        ],
        x,
        [2, 1],
        [3, 2],
      ),
  },
  {
    name: "ctcLoss with another blank",
    inputs: [[1, 2, 3]],
    apply: (x) => ctcLoss([[0, 1]], x, [2], [2], { blankIndex: -1 }),
  },
  { name: "ctcLoss without labels", inputs: [[1, 2, 2]], apply: (x) => ctcLoss([[]], x, [0], [1]) },
]);

describe.each(["reference", "cpu"] as const)("ctcLoss on %s", (backend) => {
  // PyTorch 1.13, torch.nn.functional.ctc_loss of log_softmax, in float64.
  it("is PyTorch's", () => {
    onBackend(backend, () => {
      expectValues(
        ctcLoss(labels, logits(), labelLengths, logitLengths),
        [3.567812577590946, 1.2852957535684202, 3.9868773337137733],
        1e-14,
      );
      const blankIsLast = ctcLoss(
        [
          [0, 0, 1],
          [2, 1, 0],
          [1, 0, 0],
        ],
        logits(),
        labelLengths,
        logitLengths,
        {
          blankIndex: -1,
        },
      );
      expectValues(blankIsLast, [4.830477934531642, 4.5584020514570405, 5.281227375190166], 1e-14);
      expectValues(
        ctcLoss(labels, logits(), [0, 0, 0], logitLengths),
        [13.88476054817081, 5.90538155505048, 8.965105190568286],
        1e-14,
      );
    });
  });

  it("has PyTorch's gradient, and none beyond a sequence's last frame", () => {
    onBackend(backend, () => {
      const x = logits();
      const [gradient] = gradients(ctcLoss(labels, x, labelLengths, logitLengths), [x]);
      expectValues(
        slice(gradient, [1]),
        [
          0.1539876199888381, 0.040963982089317424, 0.016654738123011024, -0.21160634020116653,
          0.1419582456935262, 0.01465655658883639, 0.018238199042604673, -0.17485300132496726,
          0.024206133371379994, 0.11587815372847732, -0.16517535342918116, 0.025091066329323838,
          -0.4933135538386972, 0.03937718196553252, -0.019834004468809258, 0.4737703763419739, 0, 0, 0, 0, 0,
          0, 0, 0,
        ],
        1e-14,
      );
    });
  });

  it("keeps its digits for logits of 10,000, in float32 too", () => {
    onBackend(backend, () => {
      const x = logits().mul(5000);
      const loss = ctcLoss(labels, x, labelLengths, logitLengths);
      expectValues(loss, [7296.7832878438985, 40.87829363489436, 11177.556422015108], 1e-12);
      const single = x.cast("float32");
      const loss32 = ctcLoss(labels, single, labelLengths, logitLengths);
      expect(loss32.dtype).toBe("float32");
      expectValues(loss32.sub(loss), [0, 0, 0], 2e-3);
      for (const slope of gradients(loss32, [single])[0].sum(-1).dataSync()) expect(slope).toBeCloseTo(0, 5);
    });
  });

  it("is infinite, with a gradient of 0, where the frames are too few", () => {
    onBackend(backend, () => {
      const x = logits();
      const loss = ctcLoss(labels, x, labelLengths, [3, 1, 0]);
      expect(loss.arraySync()).toEqual([Infinity, Infinity, Infinity]);
      expect([...gradients(loss, [x])[0].dataSync()].every((slope) => slope === 0)).toBe(true);
      expect(ctcLoss([[1]], tensor([], [1, 0, 2]), [0], [0]).arraySync()).toEqual([0]);
      expect(ctcLoss([[1]], tensor([], [1, 0, 2]), [1], [0]).arraySync()).toEqual([Infinity]);
    });
  });

  it("takes classes that are ruled out", () => {
    onBackend(backend, () => {
      const x = tensor([0, 0, -Infinity, 0, 0, -Infinity], [1, 2, 3]);
      const possible = ctcLoss([[1]], x, [1], [2]);
      expectValues(possible.neg().exp(), [0.75]);
      expectValues(gradients(possible, [x])[0], [1 / 6, -1 / 6, 0, 1 / 6, -1 / 6, 0]);
      const impossible = ctcLoss([[2]], x, [1], [2]);
      expect(impossible.item()).toBe(Infinity);
      expectValues(gradients(impossible, [x])[0], Array(6).fill(0));
    });
  });

  it("is NaN for labels and lengths that cannot be, and only there", () => {
    onBackend(backend, () => {
      const x = tensor(new Float32Array(6 * 4 * 3), [6, 4, 3]);
      const given = [
        [1, 3],
        [0, 1],
        [-1, 1],
        [1, 7],
        [1, 1],
        [1, 2],
      ];
      const loss = ctcLoss(given, x, [2, 1, 1, 1, 3, 2], [4, 4, 4, 4, 4, 5]);
      const isNaN = [...loss.dataSync()].map(Number.isNaN);
      expect(isNaN).toEqual([true, true, true, false, true, true]);
    });
  });

  it("does not look beyond a sequence's length, and takes no sequences", () => {
    onBackend(backend, () => {
      const x = logits();
      const loss = ctcLoss(labels, x, labelLengths, logitLengths);
      const longer = ctcLoss(
        labels.map((row) => [...row, 9]),
        pad(
          x,
          [
            [0, 0],
            [0, 3],
            [0, 0],
          ],
          { value: 50 },
        ),
        labelLengths,
        logitLengths,
      );
      expectValues(longer, [...loss.dataSync()], 1e-14);
      expect(
        ctcLoss(
          tensor([], [0, 2], "int32"),
          tensor([], [0, 3, 2]),
          tensor([], [0], "int32"),
          tensor([], [0], "int32"),
        ).shape,
      ).toEqual([0]);
    });
  });
});

describe("ctcLoss", () => {
  it("is the sum over all paths", () => {
    const next = drawing(3);
    const values = Array.from({ length: 4 }, () => Array.from({ length: 3 }, () => 2 * next()));
    const probabilities = values.map((row) => {
      const total = row.reduce((sum, value) => sum + Math.exp(value), 0);
      return row.map((value) => Math.exp(value) / total);
    });
    const spelled = (path: readonly number[]): string =>
      path.filter((each, index) => each !== 0 && each !== path[index - 1]).join("");
    let expected = 0;
    for (let code = 0; code < 3 ** 4; code++) {
      const path = [27, 9, 3, 1].map((unit) => Math.floor(code / unit) % 3);
      if (spelled(path) === "12")
        expected += path.reduce((p, each, frame) => p * probabilities[frame][each], 1);
    }
    const loss = ctcLoss([[1, 2]], tensor(values, undefined, "float64").expandDims(0), [2], [4]);
    expect(Math.exp(-loss.item())).toBeCloseTo(expected, 14);
  });

  it("runs inside jit, with labels and lengths that change", () => {
    const x = logits();
    const compiled = jit((given: Tensor, lengths: Tensor) => ctcLoss(given, x, lengths, logitLengths).sum());
    for (const lengths of [labelLengths, [1, 1, 0]]) {
      const expected = ctcLoss(labels, x, lengths, logitLengths).sum().item();
      const actual = compiled(tensor(labels, undefined, "int32"), tensor(lengths, undefined, "int32")).item();
      expect(actual).toBeCloseTo(expected, 12);
    }
  });

  it("says what does not fit", () => {
    const x = tensor(new Float32Array(24), [2, 3, 4]);
    const given = [[1], [2]];
    const one = [1, 1];
    expect(() => ctcLoss(given, x.sum(0), one, one)).toThrow(
      "ctcLoss: takes logits [batch, T, K], not [3, 4]",
    );
    expect(() => ctcLoss([1, 2], x, one, one)).toThrow(
      "ctcLoss: the labels have the shape [2]; for logits of [2, 3, 4] it must be [2, S]",
    );
    expect(() => ctcLoss(given, x, [1], one)).toThrow(
      "ctcLoss: the label lengths have the shape [1]; it must be [2]",
    );
    expect(() => ctcLoss(given, x, one, 1)).toThrow(
      "ctcLoss: the logit lengths have the shape []; it must be [2]",
    );
    expect(() => ctcLoss(given, x, one, one, { blankIndex: 4 })).toThrow(
      "ctcLoss: blankIndex is 4; for 4 classes accepted are the integers -4 to 3",
    );
    expect(() => ctcLoss(given, x.cast("int32"), one, one)).toThrow("ctcLoss: does not take int32");
    expect(() => ctcLoss(stack(given).cast("float32"), x, one, one)).toThrow(
      "ctcLoss: the labels are float32; they must be int32 or uint8",
    );
  });
});
