import { createHash } from "node:crypto";
import { evaluate, type Variable, zeros } from "@strata/core";
import { joinContent } from "@strata/core/internal/files";
import { beforeAll, expect, it } from "vitest";
import { Dense, Input, Sequential } from "../../index.ts";
import { AnyLayer } from "../../layer/any-layer.ts";
import { Model } from "../../models/model.ts";
import { fromKerasConfig } from "../../saving/from-keras-config.ts";
import { registerKerasSerializable } from "../../saving/known-classes.ts";
import { toKerasConfig } from "../../saving/to-keras-config.ts";
import { isJsonRecord, type Json, type Restore, type Serialize } from "../../schema/option.ts";
import {
  isTensorCase,
  type KerasCase,
  readKerasCases,
  structureOf,
  tensorOf,
} from "../../testing/keras-cases.node.ts";
import { clearSession } from "../../utilities/names.ts";
import { readHdf5 } from "../hdf5/read-hdf5.ts";
import { writeHdf5 } from "../hdf5/write-hdf5.ts";
import { decodeKerasArchive, encodeKerasArchive } from "./archive.ts";
import { readWeights, writeWeights } from "./weights.ts";

/** A model that only holds layers, so that many are written into one file. */
class Shelf extends Model {
  static override readonly className: string = "Shelf";
  readonly parts: readonly AnyLayer[];

  constructor(parts: readonly AnyLayer[] = []) {
    super();
    this.parts = parts;
    this.built = true;
  }

  override writeConfig(serialize: Serialize): Json {
    return { parts: this.parts.map(serialize) };
  }

  static override restoreConfig(config: Json, restore: Restore): Shelf {
    const parts = isJsonRecord(config) && Array.isArray(config.parts) ? config.parts.map(restore) : [];
    return new Shelf(parts.filter((each) => each instanceof AnyLayer));
  }
}

const files = [
  "attention",
  "conv_pool",
  "core",
  "fuzz",
  "lookup_text",
  "normalization",
  "preprocessing",
  "rnn",
];

/** The layer of a case, with its weights; its configuration alone must build it. */
function restored({ config, weights, adapt_data: data }: KerasCase): AnyLayer {
  const layer = fromKerasConfig(config ?? null);
  if (!(layer instanceof AnyLayer)) throw new Error("the configuration is not that of a layer");
  if (data !== undefined && "adapt" in layer && typeof layer.adapt === "function")
    layer.adapt(structureOf(data));
  const values = Array.isArray(weights) ? weights.filter(isTensorCase) : [];
  layer.setWeights(values.map(tensorOf));
  return layer;
}

/** Lambda has a function, which no file holds. */
function hasFunction(json: Json | undefined): boolean {
  const text = JSON.stringify(json);
  return text.includes('"Lambda"') || text.includes('"__lambda__"');
}

function bitsOf(variables: readonly Variable[]): readonly (readonly [string, string, string])[] {
  evaluate(...variables.map(({ value }) => value));
  return variables.map(({ value, dtype, shape }) => {
    const { buffer, byteOffset, byteLength } = value.dataSync();
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    return [dtype, String(shape), createHash("sha256").update(bytes).digest("hex")];
  });
}

/** What must be the same after a round trip, layer by layer. */
function stateOf(shelf: AnyLayer): readonly unknown[] {
  if (!(shelf instanceof Shelf)) throw new Error("it is no shelf");
  return shelf.parts.map((layer) => ({
    config: JSON.stringify(toKerasConfig(layer)),
    weights: bitsOf(layer.weights),
    knowledge: layer.readKnowledge(),
  }));
}

beforeAll(() => registerKerasSerializable(Shelf));

const rows: string[] = [];

it.each(files)(
  "every case of layers/%s.json comes back from .keras and .weights.h5 bit by bit",
  async (file) => {
    clearSession();
    const cases = readKerasCases(`layers/${file}`).filter(({ config }) => !hasFunction(config));
    const shelf = new Shelf(cases.map(restored));
    const expected = stateOf(shelf);
    rows.push(`${file}: ${shelf.parts.length} layers, ${shelf.weights.length} weights`);

    const loaded = await decodeKerasArchive(await joinContent(encodeKerasArchive(shelf)));
    expect(stateOf(loaded)).toEqual(expected);

    const weights = await joinContent(writeHdf5(await writeWeights(shelf)));
    for (const weight of loaded.weights) weight.assign(zeros(weight.shape, weight.dtype));
    await readWeights(loaded, readHdf5(weights), "weights");
    expect(stateOf(loaded)).toEqual(expected);
  },
);

it("all cases were there", () => {
  console.log(rows.join("\n"));
  expect(rows).toHaveLength(files.length);
});

it("bytes that a model was loaded from may change afterwards", async () => {
  const model = new Sequential([Input({ shape: [3] }), new Dense(4)]);
  const archive = await joinContent(encodeKerasArchive(model));
  const weights = await joinContent(writeHdf5(await writeWeights(model)));
  const expected = model.getWeights().map((each) => each.arraySync());
  const [loaded, given] = [
    await decodeKerasArchive(archive),
    new Sequential([Input({ shape: [3] }), new Dense(4)]),
  ];
  await given.loadWeights(new File([weights.slice()], "model.weights.h5"));
  archive.fill(7);
  weights.fill(7);
  for (const each of [loaded, given]) {
    expect(each.weights.map((weight) => weight.arraySync())).toEqual(expected);
  }
});
