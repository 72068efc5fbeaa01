import { describe, expect, it } from "vitest";
import { isPlainObject } from "../schema/configurable.ts";
import { expectAsInKeras, isTensorCase, readKerasCases, structureOf } from "../testing/keras-cases.node.ts";
import { testKerasCases } from "../testing/keras-suite.node.ts";
import { normalize } from "./normalize.ts";
import { padSequences } from "./pad-sequences.ts";
import { toCategorical } from "./to-categorical.ts";

testKerasCases("utils", readKerasCases("utils"), (test) => {
  const [given] = Array.isArray(test.args) ? test.args : [];
  const kwargs: Record<string, unknown> = isPlainObject(test.kwargs) ? test.kwargs : {};
  const { maxlen, num_classes: classes, axis, order, ...rest } = kwargs;
  const input = structureOf(given) as never;
  const functions: Record<string, () => unknown> = {
    pad_sequences: () => padSequences(input, { ...rest, maxLength: maxlen as number | undefined }),
    to_categorical: () => toCategorical(input, classes as number | undefined),
    normalize: () => normalize(input, axis as number | undefined, order as number | undefined),
  };
  if (!isTensorCase(test.output)) throw new Error("the output is no tensor");
  expectAsInKeras(test.id, functions[String(test.name)](), test.output);
});

describe("padSequences", () => {
  it("names what it was given and what it takes", () => {
    const given: object = { padding: "left" };
    expect(() => padSequences([[1]], given)).toThrow(
      'padSequences: padding is "left"; it must be "pre" or "post"',
    );
  });
});
