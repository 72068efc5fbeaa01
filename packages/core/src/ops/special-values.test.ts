import { describe, expect, it } from "vitest";
import { allocateArray, type TypedArray } from "../dtype.ts";
import { evaluate, type Tensor, tensor } from "../tensor.ts";
import { onBackend } from "../testing/backends.ts";
import "./methods.ts";
import * as activations from "./activations.ts";
import * as arithmetic from "./arithmetic.ts";
import * as gates from "./gates.ts";
import * as logic from "./logic.ts";
import * as rectifiers from "./rectifiers.ts";
import * as rounding from "./rounding.ts";
import {
  binaryArguments,
  binarySpecialValues,
  unaryArguments,
  unarySpecialValues,
} from "./testing/special-values.ts";
import * as transcendental from "./transcendental.ts";

const modules = {
  ...arithmetic,
  ...transcendental,
  ...rounding,
  ...logic,
  ...activations,
  ...rectifiers,
  ...gates,
};

/** Ops of the same files that are tested elsewhere: not of each element alone, not of floats, or with three operands. */
const testedElsewhere = [
  "softmax logSoftmax glu where clip cast stopGradient polygamma",
  "bitwiseAnd bitwiseOr bitwiseXor bitwiseNot leftShift rightShift",
]
  .join(" ")
  .split(" ");

const floats = ["float32", "float64"] as const;
type Float = (typeof floats)[number];

const named = {
  float32: { nan: Number.NaN, inf: Number.POSITIVE_INFINITY, t: 2 ** -149, M: (2 - 2 ** -23) * 2 ** 127 },
  float64: { nan: Number.NaN, inf: Number.POSITIVE_INFINITY, t: Number.MIN_VALUE, M: Number.MAX_VALUE },
} as const satisfies Record<Float, Record<string, number>>;

/** Values that are to be met exactly, with their signs; the accuracy of others is measured elsewhere. */
const isSpecial = /^-?(nan|inf|t|M|0|1)$/;

function splitWords(text: string): string[] {
  return text.trim().split(/\s+/);
}

function valueOf(word: string, dtype: Float): number {
  const [forFloat32, forFloat64 = forFloat32] = word.split("|");
  const own = dtype === "float32" ? forFloat32 : forFloat64;
  const magnitude = own.replace(/^-/, "");
  const value = Object.entries(named[dtype]).find(([name]) => name === magnitude)?.[1] ?? Number(magnitude);
  return own === magnitude ? value : -value;
}

function numbersOf(text: string, dtype: Float): TypedArray {
  const values = splitWords(text).map((word) => valueOf(word, dtype));
  const array = allocateArray(dtype, values.length);
  array.set(values);
  return array;
}

/** What is wrong, as `pow(-1, inf) is NaN, not 1`. */
function differences(name: string, calls: readonly string[], result: TypedArray, text: string, dtype: Float) {
  const tolerance = dtype === "float32" ? 1e-6 : 1e-9;
  const wanted = numbersOf(text, dtype);
  return splitWords(text).flatMap((word, position) => {
    const [got, expected] = [result[position], wanted[position]];
    if (Object.is(got, expected)) return [];
    const isNear = Math.abs(got - expected) <= tolerance * Math.abs(expected);
    return isNear && !isSpecial.test(word) ? [] : [`${name}(${calls[position]}) is ${got}, not ${word}`];
  });
}

type Op = (...operands: Tensor[]) => Tensor;

function isOp(value: unknown): value is Op {
  return typeof value === "function";
}

/** Applies all ops at once, in one program. */
function resultsOf(names: readonly string[], operands: readonly Tensor[]): TypedArray[] {
  const ops: Readonly<Record<string, unknown>> = modules;
  const results = names.map((name) => {
    const op = ops[name];
    if (!isOp(op)) throw new Error(`${name} is no elementwise op`);
    return op(...operands);
  });
  evaluate(...results);
  return results.map((result) => result.dataSync());
}

describe.each(["cpu", "reference"] as const)("on the %s backend, special values are NumPy's:", (backend) => {
  it.each(floats)("functions of one %s", (dtype) => {
    const results = onBackend(backend, () =>
      resultsOf(Object.keys(unarySpecialValues), [tensor(numbersOf(unaryArguments, dtype))]),
    );
    const found = Object.entries(unarySpecialValues).flatMap(([name, text], at) =>
      differences(name, splitWords(unaryArguments), results[at], text, dtype),
    );
    expect(found).toEqual([]);
  });

  it.each(floats)("functions of two %s", (dtype) => {
    const words = splitWords(binaryArguments);
    const results = onBackend(backend, () => {
      const y = tensor(numbersOf(binaryArguments, dtype));
      return resultsOf(Object.keys(binarySpecialValues), [y.expandDims(1), y]);
    });
    const calls = words.flatMap((first) => words.map((second) => `${first}, ${second}`));
    const found = Object.entries(binarySpecialValues).flatMap(([name, text], at) =>
      differences(name, calls, results[at], text, dtype),
    );
    expect(found).toEqual([]);
  });
});

it("every elementwise op has its special values in the table", () => {
  const listed = [
    ...Object.keys(unarySpecialValues),
    ...Object.keys(binarySpecialValues),
    ...testedElsewhere,
  ];
  expect(Object.keys(modules).filter((name) => !listed.includes(name))).toEqual([]);
});
