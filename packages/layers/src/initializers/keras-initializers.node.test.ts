import { jit, matmul, type Tensor } from "@strata/core";
import { expect } from "vitest";
import { fromKerasConfig } from "../saving/from-keras-config.ts";
import { toKerasConfig } from "../saving/to-keras-config.ts";
import { isPlainObject } from "../schema/configurable.ts";
import {
  expectAsInKeras,
  isTensorCase,
  type KerasCase,
  readKerasCases,
} from "../testing/keras-cases.node.ts";
import { testKerasCases } from "../testing/keras-suite.node.ts";
import { toCamelCase } from "../utilities/names.ts";
import * as initializers from "./index.ts";

testKerasCases("initializers", readKerasCases("initializers"), (test) => {
  const initializer = made(test);
  const shape = numbersIn(test.shape);
  expect(toKerasConfig(initializer)).toEqual(test.config);
  const values = initializer.apply(shape);
  expect(values.shape).toEqual(shape);
  if (test.kind === "exact" && isTensorCase(test.values)) expectAsInKeras("values", values, test.values);
  else if (test.kind === "property") expectOrthonormal(values, Number(test.gain));
  else expectDistribution(initializer, shape, test);
});

/** By its configuration; one whose configuration leaves options out, by those that it was made with. */
function made({ config, class_name, init_kwargs }: KerasCase): initializers.Initializer {
  if (class_name === "Identity" && isPlainObject(init_kwargs) && Object.keys(init_kwargs).length > 0) {
    const given = Object.entries(init_kwargs).map(([name, value]) => [toCamelCase(name), value]);
    return new initializers.Identity(Object.fromEntries(given));
  }
  const restored = fromKerasConfig(config ?? null);
  if (restored instanceof initializers.Initializer) return restored;
  throw new Error("the case is not one of an initializer");
}

/** Small shapes are drawn many times: a program draws so many at once. */
const drawsAtOnce = 16;

/** Draws at least 20,000 numbers for the shape, and compares their extremes and deviation with Keras's. */
function expectDistribution(
  initializer: initializers.Initializer,
  shape: readonly number[],
  test: KerasCase,
): void {
  const without = Object.assign(Object.create(Object.getPrototypeOf(initializer)), initializer, {
    seed: null,
  });
  const draw = jit((): Tensor[] => Array.from({ length: drawsAtOnce }, () => without.apply(shape)));
  const numbers: number[] = [];
  while (numbers.length < 20_000) for (const each of draw()) numbers.push(...each.dataSync());
  const mean = numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
  const deviation = Math.sqrt(numbers.reduce((sum, each) => sum + (each - mean) ** 2, 0) / numbers.length);
  const largest = numbers.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  const bound = Number(test.limit ?? test.cut_off ?? test.max ?? Number.POSITIVE_INFINITY);
  expect(largest).toBeLessThanOrEqual(bound * (1 + 1e-6));
  if (Number.isFinite(bound)) expect(largest).toBeGreaterThan(0.98 * bound);
  if (test.stddev !== undefined) expect(Math.abs(deviation / Number(test.stddev) - 1)).toBeLessThan(0.03);
}

function expectOrthonormal(values: Tensor, gain: number): void {
  const { shape } = values;
  const columns = shape[shape.length - 1];
  const matrix = values.reshape([values.size / columns, columns]);
  const isWide = matrix.shape[0] < columns;
  const products = isWide ? matmul(matrix, matrix.transpose()) : matmul(matrix.transpose(), matrix);
  const size = products.shape[0];
  products.dataSync().forEach((value, index) => {
    const expected = Math.floor(index / size) === index % size ? gain ** 2 : 0;
    expect(Math.abs(value - expected)).toBeLessThan(1e-5);
  });
}

function numbersIn(json: unknown): number[] {
  return Array.isArray(json) ? json.map(Number) : [];
}
