/** The functions of tensors that Keras has as operations, which stand in configurations of functional models. */

import type { DType } from "@strata/core";
import * as core from "@strata/core";
import { SymbolicTensor } from "../layer/symbolic-tensor.ts";
import type { Json } from "../schema/option.ts";
import { getItem, type KeyPart } from "./get-item.ts";

/** A function of tensors whose arguments are not looked at. */
export type AnyFunction = (...inputs: never) => unknown;

/** How Keras writes a call of a function. */
export interface KerasOperation {
  /** The function. */
  readonly f: AnyFunction;
  /** The module of Keras's class. */
  readonly module: string;
  /** The name of Keras's class. */
  readonly className: string;
  /** The arguments of the call in Keras, and the options of the class, of the function's arguments. */
  readonly write: (args: readonly unknown[]) => KerasCall;
  /** The function's arguments, of those of the call in Keras and the options of the class. */
  readonly read: (call: KerasCall) => readonly unknown[];
}

/** A call of an operation of Keras's: what its class is made with, and what that is applied to. */
export interface KerasCall {
  /** The options of the class. */
  readonly config: { readonly [name: string]: unknown };
  /** The arguments by position. */
  readonly args: readonly unknown[];
  /** The arguments by name. */
  readonly kwargs?: { readonly [name: string]: unknown };
}

/** The further arguments in order: the names of the options that they are in Keras, with their defaults here. */
type Parameters = Readonly<Record<string, Json>>;

interface Irregular {
  /** How many arguments are arguments of the call. Default: 1. */
  readonly inputs?: number;
  /** Options that have one value only. */
  readonly constants?: Parameters;
}

function operation(
  module: string,
  className: string,
  f: AnyFunction,
  parameters: Parameters = {},
  { inputs = 1, constants = {} }: Irregular = {},
): KerasOperation {
  const names = Object.keys(parameters);
  return {
    f,
    module: `keras.src.ops.${module}`,
    className,
    write: (given) => {
      const rest = given.slice(inputs);
      if (rest.slice(names.length).some((each) => each !== undefined)) {
        throw new TypeError(
          `toKerasConfig: ${className} has the options ${names.join(", ") || "none"} in Keras; the call has more arguments`,
        );
      }
      const values = names.map((name, index) => [name, rest[index] ?? parameters[name]]);
      return { args: given.slice(0, inputs), config: { ...Object.fromEntries(values), ...constants } };
    },
    read: ({ args, config }) => {
      for (const [name, value] of Object.entries(constants)) {
        if (JSON.stringify(config[name] ?? value) === JSON.stringify(value)) continue;
        throw new RangeError(
          `${className}: ${name} is ${JSON.stringify(config[name])} in the configuration; supported is ${JSON.stringify(value)} only`,
        );
      }
      const rest = names.map((name) => {
        const value = config[name] ?? parameters[name];
        return value === null ? undefined : value;
      });
      return [...args, ...rest];
    },
  };
}

const numpy = operation.bind(null, "numpy");
const nn = operation.bind(null, "nn");
const math = operation.bind(null, "math");
const two = { inputs: 2 };
const reduced = { axis: null, keepdims: false };

/** An axis that Keras may leave out to mean all elements in one row, which the function does not take. */
function alongAxis(
  className: string,
  f: AnyFunction,
  axis: number,
  irregular: Irregular = {},
): KerasOperation {
  const row = numpy(className, f, { axis }, irregular);
  return {
    ...row,
    read: (call) => {
      if (call.config.axis !== null) return row.read(call);
      throw new RangeError(`${className}: axis is null in the configuration; it must be a number`);
    },
  };
}

const gelu: KerasOperation = {
  ...nn("Gelu", core.gelu),
  write: ([x, options]) => ({
    args: [x],
    config: { approximate: isRecord(options) ? (options.approximate ?? false) : false },
  }),
  read: ({ args, config: { approximate = true } }) => [...args, { approximate }],
};

/** The equation, which is an option in Keras, comes first. */
const einsum: KerasOperation = {
  ...numpy("Einsum", core.einsum),
  write: ([subscripts, ...args]) => ({ args, config: { subscripts } }),
  read: ({ args, config: { subscripts } }) => [subscripts, ...args],
};

/** The value of what is put around is an argument of the call in Keras, the mode an option of the class. */
const pad: KerasOperation = {
  ...numpy("Pad", core.pad),
  write: ([x, pad_width, options]) => {
    const { mode = "constant", value = null } = isRecord(options) ? options : {};
    return { args: [x], kwargs: { constant_values: value }, config: { pad_width, mode } };
  },
  read: ({ args: [x], kwargs = {}, config: { pad_width, mode = "constant" } }) => {
    const value = kwargs.constant_values ?? null;
    const rank = x instanceof SymbolicTensor ? x.rank : 1;
    return [x, paddingsOf(pad_width, rank), { mode, ...(value === null ? {} : { value }) }];
  },
};

/** A pair of counts for each axis, of those, of one pair for all axes, or of a number for all. */
function paddingsOf(given: unknown, rank: number): unknown {
  const pairs: unknown =
    typeof given === "number"
      ? [[given, given]]
      : Array.isArray(given) && typeof given[0] === "number"
        ? [given]
        : given;
  return Array.isArray(pairs) && pairs.length === 1 ? Array.from({ length: rank }, () => pairs[0]) : pairs;
}

/** A function of a tensor and a key, which has the form of Python's slices in Keras. */
function item(f: AnyFunction): KerasOperation {
  return {
    ...numpy("GetItem", f, {}, two),
    write: ([x, key]) => ({ args: [x, Array.isArray(key) ? key.map(writeKeyPart) : key], config: {} }),
    read: ({ args: [x, key] }) => [x, (Array.isArray(key) ? key : [key]).map(readKeyPart)],
  };
}

/** The rows; the first of a class is the one that configurations are read with. */
const rows: readonly KerasOperation[] = [
  numpy("Add", core.add, {}, two),
  numpy("Subtract", core.sub, {}, two),
  numpy("Multiply", core.mul, {}, two),
  numpy("Divide", core.div, {}, two),
  numpy("TrueDivide", core.div, {}, two),
  numpy("DivideNoNan", core.divNoNan, {}, two),
  numpy("FloorDivide", core.floorDiv, {}, two),
  numpy("Mod", core.mod, {}, two),
  numpy("Power", core.pow, {}, two),
  numpy("Maximum", core.maximum, {}, two),
  numpy("Minimum", core.minimum, {}, two),
  numpy("Matmul", core.matmul, {}, two),
  numpy("Dot", core.dot, {}, two),
  numpy("Outer", core.outer, {}, two),
  numpy("Arctan2", core.atan2, {}, two),
  numpy("Equal", core.equal, {}, two),
  numpy("NotEqual", core.notEqual, {}, two),
  numpy("Less", core.less, {}, two),
  numpy("LessEqual", core.lessEqual, {}, two),
  numpy("Greater", core.greater, {}, two),
  numpy("GreaterEqual", core.greaterEqual, {}, two),
  numpy("LogicalAnd", core.logicalAnd, {}, two),
  numpy("LogicalOr", core.logicalOr, {}, two),
  numpy("LogicalXor", core.logicalXor, {}, two),
  numpy("LogicalNot", core.logicalNot),
  numpy("Where", core.where, {}, { inputs: 3 }),
  numpy("Negative", core.neg),
  numpy("Absolute", core.abs),
  numpy("Abs", core.abs),
  numpy("Sign", core.sign),
  numpy("Square", core.square),
  numpy("Sqrt", core.sqrt),
  numpy("Reciprocal", core.reciprocal),
  numpy("Exp", core.exp),
  numpy("Expm1", core.expm1),
  numpy("Log", core.log),
  numpy("Log1p", core.log1p),
  numpy("Log2", core.log2),
  numpy("Sin", core.sin),
  numpy("Cos", core.cos),
  numpy("Tan", core.tan),
  numpy("Arcsin", core.asin),
  numpy("Arccos", core.acos),
  numpy("Arctan", core.atan),
  numpy("Sinh", core.sinh),
  numpy("Cosh", core.cosh),
  numpy("Tanh", core.tanh),
  numpy("Arcsinh", core.asinh),
  numpy("Arccosh", core.acosh),
  numpy("Arctanh", core.atanh),
  numpy("Floor", core.floor),
  numpy("Ceil", core.ceil),
  numpy("Trunc", core.trunc),
  numpy("Round", core.round, {}, { constants: { decimals: 0 } }),
  numpy("Isnan", core.isNaN),
  numpy("Isinf", core.isInf),
  numpy("Isfinite", core.isFinite),
  numpy("ZerosLike", core.zerosLike),
  numpy("OnesLike", core.onesLike),
  numpy("Clip", core.clip, { x_min: null, x_max: null }),
  numpy("Sum", core.sum, reduced),
  numpy("Mean", core.mean, reduced),
  numpy("Prod", core.prod, reduced, { constants: { dtype: null } }),
  numpy("Max", core.max, reduced, { constants: { initial: null } }),
  numpy("Min", core.min, reduced, { constants: { initial: null } }),
  numpy("Amax", core.max, reduced),
  numpy("Amin", core.min, reduced),
  numpy("Any", core.any, reduced),
  numpy("All", core.all, reduced),
  numpy("Var", core.variance, reduced),
  numpy("Std", core.std, reduced),
  numpy("CountNonzero", core.countNonZero, { axis: null }),
  alongAxis("Argmax", core.argMax, 0, { constants: { keepdims: false } }),
  alongAxis("Argmin", core.argMin, 0, { constants: { keepdims: false } }),
  alongAxis("Sort", core.sort, -1),
  alongAxis("Argsort", core.argsort, -1),
  alongAxis("Cumsum", core.cumsum, 0, { constants: { dtype: null } }),
  alongAxis("Cumprod", core.cumprod, 0, { constants: { dtype: null } }),
  alongAxis("Take", core.gather, 0, two),
  alongAxis("TakeAlongAxis", core.takeAlongAxis, -1, two),
  numpy("Reshape", core.reshape, { newshape: null }),
  numpy("Transpose", core.transpose, { axes: null }),
  numpy("ExpandDims", core.expandDims, { axis: 0 }),
  numpy("Squeeze", core.squeeze, { axis: null }),
  numpy("BroadcastTo", core.broadcastTo, { shape: null }),
  numpy("Concatenate", core.concat, { axis: 0 }),
  numpy("Stack", core.stack, { axis: 0 }),
  numpy("Split", core.split, { indices_or_sections: null, axis: 0 }),
  numpy("Tile", core.tile, { repeats: null }),
  numpy("Repeat", core.repeat, { repeats: null, axis: null }),
  numpy("Flip", core.flip, { axis: null }),
  numpy("Roll", core.roll, { shift: null, axis: null }),
  numpy("Tril", core.tril, { k: 0 }),
  numpy("Triu", core.triu, { k: 0 }),
  item(getItem),
  item(core.slice),
  einsum,
  pad,
  nn("Relu", core.relu),
  nn("Relu6", core.relu6),
  nn("Sigmoid", core.sigmoid),
  nn("LogSigmoid", core.logSigmoid),
  nn("HardSigmoid", core.hardSigmoid),
  nn("HardSilu", core.hardSwish),
  nn("HardTanh", core.hardTanh),
  nn("Silu", core.silu),
  nn("Softplus", core.softplus),
  nn("Softsign", core.softsign),
  nn("Selu", core.selu),
  nn("Elu", core.elu, { alpha: 1 }),
  nn("Celu", core.celu, { alpha: 1 }),
  nn("LeakyRelu", core.leakyRelu, { negative_slope: 0.2 }),
  nn("Softmax", core.softmax, { axis: -1 }),
  nn("LogSoftmax", core.logSoftmax, { axis: -1 }),
  nn("Glu", core.glu, { axis: -1 }),
  gelu,
  math("Logsumexp", core.logSumExp, reduced),
  math("Erf", core.erf),
  math("Erfinv", core.erfinv),
  math("Rsqrt", core.rsqrt),
  operation("core", "Cast", core.cast, { dtype: "float32" satisfies DType }),
  operation("core", "StopGradient", core.stopGradient),
];

const byClass = new Map<string, KerasOperation>();
const byFunction = new Map<AnyFunction, KerasOperation>();
for (const row of rows) {
  if (!byClass.has(row.className)) byClass.set(row.className, row);
  if (!byFunction.has(row.f)) byFunction.set(row.f, row);
}

/** How Keras writes calls of a function; undefined if it does not have it. */
export function kerasOperationOf(f: AnyFunction): KerasOperation | undefined {
  return byFunction.get(f);
}

/** The operation of a class of Keras's; undefined if it is not supported. */
export function findKerasOperation(className: string): KerasOperation | undefined {
  return byClass.get(className);
}

function writeKeyPart(part: unknown): Json {
  if (part === "newAxis") return null;
  if (part === "...") return { class_name: "__ellipsis__", config: {} };
  if (typeof part === "number") return part;
  const [start = null, stop = null, step = null]: readonly (number | null)[] = Array.isArray(part)
    ? part
    : [];
  return { class_name: "__slice__", config: { start, stop, step } };
}

function readKeyPart(part: unknown): KeyPart {
  if (part === null) return "newAxis";
  if (typeof part === "number") return part;
  if (isRecord(part) && part.class_name === "__ellipsis__") return "...";
  if (isRecord(part) && part.class_name === "__slice__" && isRecord(part.config)) {
    const { start, stop, step } = part.config;
    return [start, stop, step].map((each) => (typeof each === "number" ? each : null));
  }
  throw new RangeError(`GetItem: the key ${JSON.stringify(part)} in the configuration is not supported`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
