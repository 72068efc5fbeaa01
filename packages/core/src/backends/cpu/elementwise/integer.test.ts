import { describe, expect, it } from "vitest";
import { elementwiseEmitters } from "./table.ts";
import { between } from "./testing/samples.ts";
import { vectorFunction } from "./testing/vector-function.ts";

type IntegerReference = (x: number, y: number) => number;

/** x^y modulo 2^32, exactly. */
function integerPower(x: number, y: number): number {
  if (y < 0) return Math.abs(x) === 1 ? (y % 2 === 0 ? 1 : x) : 0;
  let result = 1n;
  let square = BigInt(x);
  for (let exponent = y; exponent > 0; exponent = Math.floor(exponent / 2)) {
    if (exponent % 2 === 1) result = BigInt.asIntN(32, result * square);
    square = BigInt.asIntN(32, square * square);
  }
  return Number(result);
}

const compare =
  (holds: (x: number, y: number) => boolean): IntegerReference =>
  (x, y) =>
    holds(x, y) ? -1 : 0;

/** Exact results, which the lanes hold modulo 2^32 or 2^8. */
const references = {
  neg: (x) => -x,
  abs: (x) => Math.abs(x),
  sign: (x) => Math.sign(x),
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => Math.imul(x, y),
  floorDiv: (x, y) => (y === 0 ? 0 : Math.floor(x / y)),
  mod: (x, y) => (y === 0 ? 0 : x - y * Math.floor(x / y)),
  pow: integerPower,
  maximum: Math.max,
  minimum: Math.min,
  equal: compare((x, y) => x === y),
  notEqual: compare((x, y) => x !== y),
  less: compare((x, y) => x < y),
  lessEqual: compare((x, y) => x <= y),
  bitwiseAnd: (x, y) => x & y,
  bitwiseOr: (x, y) => x | y,
  bitwiseXor: (x, y) => x ^ y,
  shiftLeft: (x, y) => (y >= 0 && y < 32 ? x << y : 0),
  shiftRight: (x, y) => x >> (y >= 0 && y < 32 ? y : 31),
} satisfies Record<string, IntegerReference>;

type IntegerName = keyof typeof references;
const names = Object.keys(references) as IntegerName[];
const masks: readonly string[] = ["equal", "notEqual", "less", "lessEqual"];

const edges = [
  0,
  1,
  -1,
  2,
  -2,
  3,
  7,
  -7,
  8,
  31,
  32,
  33,
  255,
  256,
  46341,
  65536,
  2 ** 31 - 1,
  -(2 ** 31),
  1 - 2 ** 31,
];
const drawn = Array.from({ length: 5000 }, (_, k) => {
  const reach = 2 ** (1 + (k % 31));
  return [
    Math.floor(between(-reach, reach)),
    Math.floor(between(-(2 ** (1 + (k % 17))), 2 ** (k % 17))),
  ] as const;
});
const pairs = [...edges.flatMap((x) => edges.map((y) => [x, y] as const)), ...drawn];

function apply(
  name: IntegerName,
  dtype: "int32" | "uint8",
  operands: readonly (readonly [number, number])[],
) {
  const emitter = elementwiseEmitters[name][dtype];
  const applied = vectorFunction(emitter, Int32Array, { operands: 2, capacity: operands.length });
  operands.forEach(([x, y], k) => {
    applied.operands[0][k] = x;
    applied.operands[1][k] = y;
  });
  applied.run(operands.length);
  return applied.result;
}

describe("int32 functions", () => {
  it.each(names)("%s is exact modulo 2^32", (name) => {
    const reference: IntegerReference = references[name];
    const result = apply(name, "int32", pairs);
    pairs.forEach(([x, y], k) => {
      expect(result[k], `${name} of ${x}, ${y}`).toBe(reference(x, y) | 0);
    });
  });
});

describe("uint8 functions", () => {
  const bytes = Array.from({ length: 256 * 256 }, (_, k) => [k & 255, k >> 8] as const);

  it.each(names)("%s is exact modulo 256 for all pairs", (name) => {
    const reference: IntegerReference = references[name];
    const result = apply(name, "uint8", bytes);
    const isMask = masks.includes(name);
    const wrong = bytes.findIndex(
      ([x, y], k) => result[k] !== (isMask ? reference(x, y) : reference(x, y) & 255),
    );
    expect(wrong === -1 ? "none" : `${name} of ${bytes[wrong]}`).toBe("none");
  });
});

describe("bool functions", () => {
  const truths = [
    [0, 0],
    [0, -1],
    [-1, 0],
    [-1, -1],
  ];
  it.each([
    ["equal", [-1, 0, 0, -1]],
    ["notEqual", [0, -1, -1, 0]],
    ["less", [0, -1, 0, 0]],
    ["lessEqual", [-1, -1, 0, -1]],
    ["bitwiseAnd", [0, 0, 0, -1]],
    ["bitwiseOr", [0, -1, -1, -1]],
    ["bitwiseXor", [0, -1, -1, 0]],
    ["maximum", [0, -1, -1, -1]],
    ["minimum", [0, 0, 0, -1]],
  ] as const)("%s of masks is a mask", (name, expected) => {
    const applied = vectorFunction(elementwiseEmitters[name].bool, Int32Array, { operands: 2, capacity: 4 });
    truths.forEach(([x, y], k) => {
      applied.operands[0][k] = x;
      applied.operands[1][k] = y;
    });
    applied.run(4);
    expect([...applied.result]).toEqual(expected);
  });
});
