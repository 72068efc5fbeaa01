/** Rows of arithmetic, rounding and bits. */
import { floatDTypes } from "../dtype.ts";
import { power } from "../special/power.ts";
import { floorDivide, floorMod, roundHalfToEven } from "../special/rounding.ts";
import { binary, bitwiseDTypes, integerDTypes, numericDTypes, unary } from "./elementwise.ts";

/** At a tie of two operands each gets half of the gradient, so that the result is symmetric in them. */
const halfAtTies = 0.5;

const keepsPrecision = true;

export const arithmeticPrimitives = {
  neg: unary("neg", {
    accepts: numericDTypes,
    keepsPrecision,
    additive: true,
    scalar: (x) => -x,
    gradient: ({ gradient, build }) => build.neg(gradient),
  }),
  abs: unary("abs", {
    accepts: numericDTypes,
    keepsPrecision,
    scalar: Math.abs,
    gradient: ({ gradient, build }, x) => build.mul(gradient, build.sign(x)),
  }),
  // Math.sign keeps −0; NumPy's sign of it is +0.
  sign: unary("sign", {
    accepts: numericDTypes,
    keepsPrecision,
    scalar: (x) => Math.sign(x) + 0,
    gradient: null,
  }),
  floor: unary("floor", { accepts: floatDTypes, keepsPrecision, scalar: Math.floor, gradient: null }),
  ceil: unary("ceil", { accepts: floatDTypes, keepsPrecision, scalar: Math.ceil, gradient: null }),
  round: unary("round", { accepts: floatDTypes, keepsPrecision, scalar: roundHalfToEven, gradient: null }),
  trunc: unary("trunc", { accepts: floatDTypes, keepsPrecision, scalar: Math.trunc, gradient: null }),
  add: binary("add", {
    accepts: numericDTypes,
    additive: true,
    scalar: (x, y) => x + y,
    // Adding +0 would turn −0 into +0.
    neutral: { left: -0, right: -0 },
    gradient: ({ gradient }) => [gradient, gradient],
  }),
  sub: binary("sub", {
    accepts: numericDTypes,
    additive: true,
    scalar: (x, y) => x - y,
    neutral: { right: 0 },
    gradient: ({ gradient, build }) => [gradient, build.neg(gradient)],
  }),
  mul: binary("mul", {
    accepts: numericDTypes,
    scalar: (x, y) => x * y,
    integerScalar: Math.imul,
    neutral: { left: 1, right: 1 },
    gradient: ({ gradient, build }, x, y) => [build.mul(gradient, y), build.mul(gradient, x)],
  }),
  div: binary("div", {
    accepts: floatDTypes,
    scalar: (x, y) => x / y,
    neutral: { right: 1 },
    gradient: ({ gradient, output, build }, _x, y) => {
      const towardsX = build.div(gradient, y);
      return [towardsX, build.neg(build.mul(towardsX, output))];
    },
  }),
  floorDiv: binary("floorDiv", {
    accepts: numericDTypes,
    scalar: floorDivide,
    integerScalar: (x, y) => (y === 0 ? 0 : Math.floor(x / y)),
    expensive: true,
    gradient: null,
  }),
  mod: binary("mod", {
    accepts: numericDTypes,
    scalar: floorMod,
    integerScalar: (x, y) => (y === 0 ? 0 : floorMod(x, y)),
    expensive: true,
    gradient: ({ gradient, build }, x, y) => [
      gradient,
      build.neg(build.mul(gradient, build.floor(build.div(x, y)))),
    ],
  }),
  pow: binary("pow", {
    accepts: numericDTypes,
    scalar: power,
    integerScalar: integerPower,
    expensive: true,
    // d/dx = y·x^(y−1), which is 0 for y = 0 even at x = 0; d/dy = x^y·ln x, taken as 0 where x ≤ 0.
    gradient: ({ gradient, output, build }, x, y) => {
      const isConstant = build.equal(y, 0);
      const lowered = build.pow(x, build.where(isConstant, 1, build.sub(y, 1)));
      const hasLogarithm = build.less(0, x);
      const logarithm = build.log(build.where(hasLogarithm, x, 1));
      return [
        build.mul(gradient, build.where(isConstant, 0, build.mul(y, lowered))),
        build.mul(gradient, build.mul(output, logarithm)),
      ];
    },
  }),
  maximum: binary("maximum", {
    accepts: [...numericDTypes, "bool"],
    keepsPrecision,
    // Not Math.max itself, which would look at a third argument too.
    scalar: (x, y) => Math.max(x, y),
    gradient: ({ gradient, build }, x, y) => {
      const share = build.where(build.equal(x, y), halfAtTies, build.cast(build.less(y, x), gradient.dtype));
      return [build.mul(gradient, share), build.mul(gradient, build.sub(1, share))];
    },
  }),
  minimum: binary("minimum", {
    accepts: [...numericDTypes, "bool"],
    keepsPrecision,
    scalar: (x, y) => Math.min(x, y),
    gradient: ({ gradient, build }, x, y) => {
      const share = build.where(build.equal(x, y), halfAtTies, build.cast(build.less(x, y), gradient.dtype));
      return [build.mul(gradient, share), build.mul(gradient, build.sub(1, share))];
    },
  }),
  bitwiseAnd: binary("bitwiseAnd", { accepts: bitwiseDTypes, scalar: (x, y) => x & y, gradient: null }),
  bitwiseOr: binary("bitwiseOr", { accepts: bitwiseDTypes, scalar: (x, y) => x | y, gradient: null }),
  bitwiseXor: binary("bitwiseXor", { accepts: bitwiseDTypes, scalar: (x, y) => x ^ y, gradient: null }),
  // Shifts by more than the width push all bits out, as in NumPy; JavaScript's own take the count modulo 32.
  shiftLeft: binary("shiftLeft", {
    accepts: integerDTypes,
    scalar: (x, y) => (isShift(y) ? x << y : 0),
    gradient: null,
  }),
  shiftRight: binary("shiftRight", {
    accepts: integerDTypes,
    scalar: (x, y) => x >> (isShift(y) ? y : 31),
    gradient: null,
  }),
};

function isShift(count: number): boolean {
  return count >= 0 && count < 32;
}

/** x^y by squaring, wrapping as int32 products do; a negative exponent leaves only powers of ±1. */
function integerPower(x: number, y: number): number {
  if (y < 0) {
    if (x === 1) return 1;
    return x === -1 ? 1 - 2 * (y & 1) : 0;
  }
  let result = 1;
  let square = x;
  for (let exponent = y; exponent > 0; exponent >>>= 1) {
    if (exponent & 1) result = Math.imul(result, square);
    square = Math.imul(square, square);
  }
  return result;
}
