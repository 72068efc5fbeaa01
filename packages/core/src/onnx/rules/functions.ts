/** How the real functions, comparisons and choices are written. */
import type { CastAttributes } from "../../primitives/selection.ts";
import { carrierOf } from "../value.ts";
import { elementwise, passing, type Rule, refused } from "./rule.ts";

const noOperator = "which ONNX has no operator for";

/** Near 0 from f(x) = ln(1 + x) or eˣ − 1 nothing is lost. W. Kahan's way, in N. Higham, "Accuracy and Stability", 1.14.1. */
const log1p: Rule = {
  write({ writer, inputs: [x] }) {
    const sum = writer.map("Add", [x, 1]);
    const kept = writer.map("Sub", [sum, 1]);
    const scaled = writer.map("Mul", [writer.map("Log", [sum]), writer.map("Div", [x, kept])]);
    // Where 1 + x is 1 the quotient is 0/0, and where x is infinite ∞/∞.
    const isExact = writer.map("Equal", [kept, x], "bool");
    const direct = writer.where(isExact, writer.map("Log", [sum]), scaled);
    return writer.where(writer.map("Equal", [sum, 1], "bool"), x, direct);
  },
};

const expm1: Rule = {
  write({ writer, inputs: [x] }) {
    const power = writer.map("Exp", [x]);
    const less = writer.map("Sub", [power, 1]);
    const scaled = writer.map("Mul", [less, writer.map("Div", [x, writer.map("Log", [power])])]);
    const isSmall = writer.map("Less", [writer.map("Abs", [x]), 1], "bool");
    const result = writer.where(isSmall, scaled, less);
    return writer.where(writer.map("Equal", [power, 1], "bool"), x, result);
  },
};

/** The angle from the quotient, in the right half plane; in the left one half a turn further. */
const atan2: Rule = {
  write({ writer, inputs: [y, x] }) {
    const angle = writer.map("Atan", [writer.map("Div", [y, x])]);
    const halfTurn = writer.where(
      writer.map("Less", [y, 0], "bool"),
      -Math.PI,
      writer.map("Add", [writer.map("Mul", [y, 0]), Math.PI]),
    );
    const turned = writer.where(
      writer.map("Less", [x, 0], "bool"),
      writer.map("Add", [angle, halfTurn]),
      angle,
    );
    const bothZero = writer.map("And", [
      writer.map("Equal", [x, 0], "bool"),
      writer.map("Equal", [y, 0], "bool"),
    ]);
    return writer.where(bothZero, writer.map("Mul", [y, 0]), turned);
  },
};

/** Compares numbers, and bools as 0 and 1. */
function compared(name: string): Rule {
  return {
    write: ({ writer, inputs, output }) =>
      writer.elementwise(
        name,
        inputs.map((input) => (input.dtype === "bool" ? writer.cast(input, "int32") : input)),
        output,
      ),
  };
}

const where: Rule = {
  write: ({ writer, inputs: [condition, whenTrue, whenFalse] }) =>
    writer.where(condition, whenTrue, whenFalse),
};

const cast: Rule<CastAttributes> = {
  write: ({ writer, inputs: [x], dtype }) => writer.cast(x, carrierOf(dtype)),
};

export const functionRules = {
  sqrt: elementwise("Sqrt"),
  exp: elementwise("Exp"),
  expm1,
  log: elementwise("Log"),
  log1p,
  sin: elementwise("Sin"),
  cos: elementwise("Cos"),
  tan: elementwise("Tan"),
  asin: elementwise("Asin"),
  acos: elementwise("Acos"),
  atan: elementwise("Atan"),
  sinh: elementwise("Sinh"),
  cosh: elementwise("Cosh"),
  tanh: elementwise("Tanh"),
  asinh: elementwise("Asinh"),
  acosh: elementwise("Acosh"),
  atanh: elementwise("Atanh"),
  sigmoid: elementwise("Sigmoid"),
  softsign: elementwise("Softsign"),
  erf: elementwise("Erf"),
  erfc: { write: ({ writer, inputs: [x] }) => writer.map("Sub", [1, writer.map("Erf", [x])]) },
  erfinv: refused(noOperator),
  lgamma: refused(noOperator),
  digamma: refused(noOperator),
  polygamma: refused(noOperator),
  randomGammaGradient: refused(noOperator),
  atan2,
  equal: elementwise("Equal"),
  notEqual: { write: ({ writer, inputs }) => writer.map("Not", [writer.map("Equal", inputs, "bool")]) },
  less: compared("Less"),
  lessEqual: compared("LessOrEqual"),
  where,
  cast,
  stopGradient: passing,
  customGradient: passing,
  after: passing,
  logGammaDraw: passing,
} satisfies Record<string, Rule>;
