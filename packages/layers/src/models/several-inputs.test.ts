import { ones, zeros } from "@strata/core";
import { beforeEach, describe, expect, it } from "vitest";
import { Attention } from "../layers/attention/attention.ts";
import { MultiHeadAttention } from "../layers/attention/multi-head-attention.ts";
import { Dense } from "../layers/core/dense.ts";
import { Input } from "../layers/core/input-layer.ts";
import { Add } from "../layers/merging/elementwise.ts";
import { LSTM } from "../layers/recurrent/lstm.ts";
import { clearSession } from "../utilities/names.ts";
import { Model } from "./model.ts";
import type { SummaryOptions } from "./summary.ts";

beforeEach(clearSession);

const quiet = { verbose: 0 } as const;

function summaryOf(model: { readonly summary: (options: SummaryOptions) => void }): string {
  let text = "";
  model.summary({ lineLength: 160, printFn: (part) => (text += part) });
  return text;
}

function attending() {
  const query = Input({ shape: [2, 4], name: "query" });
  const value = Input({ shape: [3, 4], name: "value" });
  const attended = new MultiHeadAttention(2, 3).apply({ query, value });
  const outputs = new Dense(1).apply(new Add().apply([attended, query]));
  return new Model({ inputs: [query, value], outputs });
}

describe("models whose layers take several inputs", () => {
  it("predict, evaluate and fit with arrays of inputs, and with objects of them", async () => {
    const model = attending();
    const [query, value] = [ones([5, 2, 4]), ones([5, 3, 4])];
    const outputs = await model.predict([query, value], { batchSize: 2, ...quiet });
    expect(outputs.shape).toEqual([5, 2, 1]);
    const byName = await model.predict({ value, query }, quiet);
    expect(byName.arraySync()).toEqual(outputs.arraySync());
    expect((await model.predictOnBatch([query, value])).arraySync()).toEqual(outputs.arraySync());
    model.compile({ loss: "mse", optimizer: "adam" });
    const { history } = await model.fit([query, value], zeros([5, 2, 1]), { epochs: 3, ...quiet });
    expect(history.loss[2]).toBeLessThan(history.loss[0]);
    const [loss] = await model.evaluate({ query, value }, zeros([5, 2, 1]), quiet);
    expect(loss).toBeLessThan(history.loss[2]);
    await expect(model.predict([query, ones([4, 3, 4])], quiet)).rejects.toThrow("of 5, 4 samples");
    await expect(model.predict(query, quiet)).rejects.toThrow('the model has 2 ("query" or "value")');
  });

  it("say in their summary what each layer is connected to", () => {
    const text = summaryOf(attending());
    expect(text).toMatch(
      /multi_head_attention \(MultiHeadAttention\).*\(None, 2, 4\).*query\[0\]\[0\], value\[0\]\[0\]/,
    );
    expect(text).toMatch(/add \(Add\).*multi_head_attention\[0\]\[0\],/);
    expect(text).toContain("Total params: ");
  });

  it("with states, scores and masks among the tensors that go from layer to layer", async () => {
    const steps = Input({ shape: [3, 4], name: "steps" });
    const [sequence, hidden, memory] = new LSTM(4, { returnSequences: true, returnState: true }).apply(steps);
    const next = new LSTM(4, { returnSequences: true }).apply(sequence, { initialState: [hidden, memory] });
    const [output, scores] = new Attention().apply([next, sequence], { returnAttentionScores: true });
    const model = new Model({ inputs: { steps }, outputs: { output, scores } });
    const result = await model.predict({ steps: ones([2, 3, 4]) }, quiet);
    expect([result.output.shape, result.scores.shape]).toEqual([
      [2, 3, 4],
      [2, 3, 3],
    ]);
    const text = summaryOf(model);
    expect(text).toMatch(/lstm_1 \(LSTM\).*lstm\[0\]\[0\],/);
    expect(text).toMatch(/lstm\[0\]\[1\],/);
    expect(text).toMatch(/lstm\[0\]\[2\]/);
  });
});
