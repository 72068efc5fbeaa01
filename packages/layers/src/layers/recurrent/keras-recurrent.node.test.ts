import { describe, it } from "vitest";
import { readKerasCases } from "../../testing/keras-cases.node.ts";
import { runLayerCase } from "../../testing/keras-layer-case.node.ts";

const classes =
  /^((SimpleRNN|LSTM|GRU)(Cell)?|RNN|StackedRNNCells|ConvLSTM[123]D|Bidirectional|TimeDistributed)$/;

describe("layers compute as in Keras: recurrent", () => {
  const cases = ["layers/rnn", "layers/fuzz"]
    .flatMap(readKerasCases)
    .filter(({ class_name }) => classes.test(String(class_name)));
  it.each(cases.map((test) => [test.id, test] as const))("%s", (_, test) => runLayerCase(test));
});
