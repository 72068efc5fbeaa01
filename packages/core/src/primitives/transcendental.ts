/** Rows of the real functions. Derivatives: NIST Digital Library of Mathematical Functions, chapters 4, 5 and 7. */

import { floatDTypes } from "../dtype.ts";
import { EvaluationError } from "../errors.ts";
import type { Attributes } from "../graph/attributes.ts";
import { erf, erfc, erfinv } from "../special/error-function.ts";
import { digamma, lgamma } from "../special/gamma.ts";
import { checkPolygammaOrder, polygamma as polygammaOf } from "../special/polygamma.ts";
import { randomGammaGradient } from "../special/random-gamma-gradient.ts";
import { alignExamples } from "./batching.ts";
import { binary, commonDType, unary } from "./elementwise.ts";
import type { ElementwisePrimitive } from "./primitive.ts";

const accepts = floatDTypes;
const expensive = true;
const twoOverRootPi = 2 / Math.sqrt(Math.PI);

export interface PolygammaAttributes extends Attributes {
  /** Which derivative of digamma it is, from 1 on. */
  readonly order: number;
}

const polygamma: ElementwisePrimitive<PolygammaAttributes> = {
  kind: "elementwise",
  name: "polygamma",
  arity: 1,
  expensive,
  scalar: (x, _b, _c, { order }) => polygammaOf(order, x),
  batch: alignExamples,
  infer(inputs, { order }) {
    checkPolygammaOrder(order);
    return { shape: inputs[0].shape, dtype: commonDType("polygamma", inputs, accepts) };
  },
  vjp: ({ inputs: [x], attributes: { order }, gradient, build }) => [
    build.mul(gradient, build.polygamma(order + 1, x)),
  ],
};

export function polygammaOrder({ order }: Attributes): number {
  if (typeof order !== "number") throw new TypeError("polygamma needs its order");
  return order;
}

export const transcendentalPrimitives = {
  sqrt: unary("sqrt", {
    accepts,
    scalar: Math.sqrt,
    gradient: ({ gradient, output, build }) => build.div(build.mul(gradient, 0.5), output),
  }),
  exp: unary("exp", {
    accepts,
    expensive,
    scalar: Math.exp,
    gradient: ({ gradient, output, build }) => build.mul(gradient, output),
  }),
  expm1: unary("expm1", {
    accepts,
    expensive,
    scalar: Math.expm1,
    gradient: ({ gradient, build }, x) => build.mul(gradient, build.exp(x)),
  }),
  log: unary("log", {
    accepts,
    expensive,
    scalar: Math.log,
    gradient: ({ gradient, build }, x) => build.div(gradient, x),
  }),
  log1p: unary("log1p", {
    accepts,
    expensive,
    scalar: Math.log1p,
    gradient: ({ gradient, build }, x) => build.div(gradient, build.add(x, 1)),
  }),
  sin: unary("sin", {
    accepts,
    expensive,
    scalar: Math.sin,
    gradient: ({ gradient, build }, x) => build.mul(gradient, build.cos(x)),
  }),
  cos: unary("cos", {
    accepts,
    expensive,
    scalar: Math.cos,
    gradient: ({ gradient, build }, x) => build.neg(build.mul(gradient, build.sin(x))),
  }),
  tan: unary("tan", {
    accepts,
    expensive,
    scalar: Math.tan,
    gradient: ({ gradient, output, build }) => build.mul(gradient, build.add(build.mul(output, output), 1)),
  }),
  asin: unary("asin", {
    accepts,
    expensive,
    scalar: Math.asin,
    gradient: ({ gradient, build }, x) => build.div(gradient, build.sqrt(build.sub(1, build.mul(x, x)))),
  }),
  acos: unary("acos", {
    accepts,
    expensive,
    scalar: Math.acos,
    gradient: ({ gradient, build }, x) =>
      build.neg(build.div(gradient, build.sqrt(build.sub(1, build.mul(x, x))))),
  }),
  atan: unary("atan", {
    accepts,
    expensive,
    scalar: Math.atan,
    gradient: ({ gradient, build }, x) => build.div(gradient, build.add(build.mul(x, x), 1)),
  }),
  sinh: unary("sinh", {
    accepts,
    expensive,
    scalar: Math.sinh,
    gradient: ({ gradient, build }, x) => build.mul(gradient, build.cosh(x)),
  }),
  cosh: unary("cosh", {
    accepts,
    expensive,
    scalar: Math.cosh,
    gradient: ({ gradient, build }, x) => build.mul(gradient, build.sinh(x)),
  }),
  tanh: unary("tanh", {
    accepts,
    expensive,
    scalar: Math.tanh,
    gradient: ({ gradient, output, build }) => build.mul(gradient, build.sub(1, build.mul(output, output))),
  }),
  asinh: unary("asinh", {
    accepts,
    expensive,
    scalar: Math.asinh,
    gradient: ({ gradient, build }, x) => build.div(gradient, build.sqrt(build.add(build.mul(x, x), 1))),
  }),
  acosh: unary("acosh", {
    accepts,
    expensive,
    scalar: Math.acosh,
    // √(x−1)·√(x+1) keeps its digits near 1, where x² − 1 loses them.
    gradient: ({ gradient, build }, x) =>
      build.div(gradient, build.mul(build.sqrt(build.sub(x, 1)), build.sqrt(build.add(x, 1)))),
  }),
  atanh: unary("atanh", {
    accepts,
    expensive,
    scalar: Math.atanh,
    gradient: ({ gradient, build }, x) => build.div(gradient, build.mul(build.sub(1, x), build.add(x, 1))),
  }),
  sigmoid: unary("sigmoid", {
    accepts,
    expensive,
    scalar: (x) => 1 / (1 + Math.exp(-x)),
    gradient: ({ gradient, output, build }) => build.mul(gradient, build.mul(output, build.sub(1, output))),
  }),
  /** Its slope, 1/(1 + |x|)², is a row's own: that of the quotient is a difference of two numbers that are nearly equal. */
  softsign: unary("softsign", {
    accepts,
    scalar: (x) => x / (1 + Math.abs(x)),
    gradient({ gradient, build }, x) {
      const ratio = build.div(1, build.add(build.abs(x), 1));
      return build.mul(build.mul(gradient, ratio), ratio);
    },
  }),
  erf: unary("erf", {
    accepts,
    expensive,
    scalar: erf,
    gradient: ({ gradient, build }, x) =>
      build.mul(gradient, build.mul(build.exp(build.neg(build.mul(x, x))), twoOverRootPi)),
  }),
  erfc: unary("erfc", {
    accepts,
    expensive,
    scalar: erfc,
    gradient: ({ gradient, build }, x) =>
      build.mul(gradient, build.mul(build.exp(build.neg(build.mul(x, x))), -twoOverRootPi)),
  }),
  erfinv: unary("erfinv", {
    accepts,
    expensive,
    scalar: erfinv,
    gradient: ({ gradient, output, build }) =>
      build.mul(gradient, build.mul(build.exp(build.mul(output, output)), 1 / twoOverRootPi)),
  }),
  lgamma: unary("lgamma", {
    accepts,
    expensive,
    scalar: lgamma,
    gradient: ({ gradient, build }, x) => build.mul(gradient, build.digamma(x)),
  }),
  digamma: unary("digamma", {
    accepts,
    expensive,
    scalar: digamma,
    gradient: ({ gradient, build }, x) => build.mul(gradient, build.polygamma(1, x)),
  }),
  polygamma,
  /** How a draw of the gamma distribution, the second operand, moves with the distribution's parameter, the first. */
  randomGammaGradient: binary("randomGammaGradient", {
    accepts,
    expensive,
    scalar: randomGammaGradient,
    gradient() {
      throw new EvaluationError(
        "gradients: randomGammaGradient has no gradient; draws of gamma and beta can be differentiated by their " +
          "parameters once",
      );
    },
  }),
  atan2: binary("atan2", {
    accepts,
    expensive,
    scalar: Math.atan2,
    gradient: ({ gradient, build }, y, x) => {
      const scaled = build.div(gradient, build.add(build.mul(x, x), build.mul(y, y)));
      return [build.mul(scaled, x), build.neg(build.mul(scaled, y))];
    },
  }),
};
