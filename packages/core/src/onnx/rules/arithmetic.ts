/** How arithmetic, rounding and bits are written. */
import type { Value } from "../value.ts";
import type { GraphWriter } from "../writer.ts";
import { elementwise, type Rule } from "./rule.ts";

/** An operator for numbers, another for bools. */
function byKind(numbers: string, bools: string): Rule {
  return {
    write: ({ writer, inputs, output }) =>
      writer.elementwise(output.dtype === "bool" ? bools : numbers, inputs, output),
  };
}

function isFloat({ dtype }: Value): boolean {
  return dtype !== "int32";
}

/** The remainder, with the sign of the dividend where they are floats, of the divisor where they are integers. */
function remainder(writer: GraphWriter, x: Value, y: Value): Value {
  const fmod = { kind: "int", value: Number(isFloat(x)) } as const;
  const { shape } = writer.map("Add", [x, y]);
  return writer.value("Mod", [x, y], { shape, dtype: x.dtype }, { fmod });
}

/** Whether a float remainder lies on the other side of 0 than the divisor. */
function isOpposite(writer: GraphWriter, rest: Value, y: Value): Value {
  const isInexact = writer.map("Not", [writer.map("Equal", [rest, 0], "bool")]);
  const [restBelow, divisorBelow] = [rest, y].map((each) => writer.map("Less", [each, 0], "bool"));
  return writer.map("And", [isInexact, writer.map("Xor", [restBelow, divisorBelow])]);
}

/** The divisor with 1 in place of 0, by which no runtime divides integers; and where it was 0. */
function safeDivisor(writer: GraphWriter, y: Value): { readonly divisor: Value; readonly isZero: Value } {
  const isZero = writer.map("Equal", [y, 0], "bool");
  return { divisor: writer.where(isZero, 1, y), isZero };
}

const floorDiv: Rule = {
  write({ writer, inputs: [x, y] }) {
    if (!isFloat(x)) {
      const { divisor, isZero } = safeDivisor(writer, y);
      const multiple = writer.map("Sub", [x, remainder(writer, x, divisor)]);
      return writer.where(isZero, 0, writer.map("Div", [multiple, divisor]));
    }
    const rest = remainder(writer, x, y);
    const quotient = writer.map("Div", [writer.map("Sub", [x, rest]), y]);
    const excess = writer.cast(isOpposite(writer, rest, y), x.dtype);
    const rounded = writer.map("Round", [writer.map("Sub", [quotient, excess])]);
    return writer.where(writer.map("Equal", [y, 0], "bool"), writer.map("Div", [x, y]), rounded);
  },
};

const mod: Rule = {
  write({ writer, inputs: [x, y] }) {
    if (!isFloat(x)) {
      const { divisor, isZero } = safeDivisor(writer, y);
      return writer.where(isZero, 0, remainder(writer, x, divisor));
    }
    const rest = remainder(writer, x, y);
    return writer.where(isOpposite(writer, rest, y), writer.map("Add", [rest, y]), rest);
  },
};

/** ONNX shifts unsigned integers only, and leaves open what happens beyond 31 places. */
function shifted(writer: GraphWriter, x: Value, places: Value, direction: "LEFT" | "RIGHT"): Value {
  const unsigned = [x, places].map((each) => writer.cast(each, "uint32"));
  const { shape } = writer.map("Add", [x, places]);
  const attributes = { direction: { kind: "text", value: direction } } as const;
  return writer.cast(writer.value("BitShift", unsigned, { shape, dtype: "uint32" }, attributes), "int32");
}

function isPlaces(writer: GraphWriter, places: Value): Value {
  const isNotNegative = writer.map("GreaterOrEqual", [places, 0], "bool");
  return writer.map("And", [isNotNegative, writer.map("Less", [places, 32], "bool")]);
}

const shiftLeft: Rule = {
  write({ writer, inputs: [x, places] }) {
    const inRange = isPlaces(writer, places);
    return writer.where(inRange, shifted(writer, x, writer.where(inRange, places, 0), "LEFT"), 0);
  },
};

const shiftRight: Rule = {
  write({ writer, inputs: [x, places] }) {
    const count = writer.where(isPlaces(writer, places), places, 31);
    // Of a negative number the bits that come in are ones: they are the zeros that come into its complement.
    const isNegative = writer.map("Less", [x, 0], "bool");
    const complement = writer.map("BitwiseNot", [x]);
    const moved = shifted(writer, writer.where(isNegative, complement, x), count, "RIGHT");
    return writer.where(isNegative, writer.map("BitwiseNot", [moved]), moved);
  },
};

export const arithmeticRules = {
  neg: elementwise("Neg"),
  abs: elementwise("Abs"),
  sign: elementwise("Sign"),
  floor: elementwise("Floor"),
  ceil: elementwise("Ceil"),
  round: elementwise("Round"),
  trunc: {
    write: ({ writer, inputs: [x] }) =>
      writer.map("Mul", [writer.map("Sign", [x]), writer.map("Floor", [writer.map("Abs", [x])])]),
  },
  add: elementwise("Add"),
  sub: elementwise("Sub"),
  mul: elementwise("Mul"),
  div: elementwise("Div"),
  floorDiv,
  mod,
  pow: elementwise("Pow"),
  maximum: byKind("Max", "Or"),
  minimum: byKind("Min", "And"),
  bitwiseAnd: byKind("BitwiseAnd", "And"),
  bitwiseOr: byKind("BitwiseOr", "Or"),
  bitwiseXor: byKind("BitwiseXor", "Xor"),
  shiftLeft,
  shiftRight,
} satisfies Record<string, Rule>;
