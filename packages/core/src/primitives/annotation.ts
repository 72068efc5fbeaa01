/** Rows whose result is their first operand: they say something of it to the gradient or to the compiler. */
import { epsilonOf, floatDTypes } from "../dtype.ts";
import { ShapeError } from "../errors.ts";
import { gradientRuleOf } from "../graph/gradient-rule.ts";
import { formatShape, sameShape } from "../shape.ts";
import { stackedInput, withAttributes } from "./batching.ts";
import { anyDType, commonDType } from "./elementwise.ts";
import type { ElementwisePrimitive } from "./primitive.ts";

/**
 * The first operand, whose gradient goes past it: to the operands after it, by the rule of the call. A call without
 * a rule lets the gradient through.
 */
const customGradient: ElementwisePrimitive = {
  kind: "elementwise",
  name: "customGradient",
  arity: 1,
  scalar: (x) => x,
  batch: withAttributes((attributes) => attributes),
  infer: ([type]) => type,
  changesNothing: true,
  vjp({ inputs, output, gradient }) {
    const rule = gradientRuleOf(output);
    return rule ? [null, ...rule(gradient)] : inputs.map((_, position) => (position === 0 ? gradient : null));
  },
};

/**
 * The first operand, computed not before the second, a scalar of the same dtype. To the compiler it is another value
 * than the operand: what is computed from it is not shared with what is computed from the operand itself.
 */
const after: ElementwisePrimitive = {
  kind: "elementwise",
  name: "after",
  arity: 2,
  scalar: (x) => x,
  batch(call) {
    const { batched, attributes, apply, build } = call;
    const [x, gate] = call.inputs;
    if (!batched[1]) return apply([x, gate], attributes);
    // The gate's value does not matter, only when it is there.
    const first = build.reshape(build.slice(gate, [0], [1], [1]), []);
    return apply([stackedInput(call, 0), first], attributes);
  },
  infer(inputs) {
    const [{ shape }, gate] = inputs;
    const dtype = commonDType("after", inputs, anyDType);
    if (gate.shape.length === 0) return { shape, dtype };
    throw new ShapeError(
      `after: the second operand has the shape ${formatShape(gate.shape)}; it must be a scalar`,
    );
  },
  vjp: ({ gradient }) => [gradient, null],
};

/**
 * The first operand, the logarithm of a draw of the gamma distribution whose parameter is the second, as a function of the
 * parameter: the quantile stays as the distribution moves. Of a small parameter the draw itself may be 0.
 */
const logGammaDraw: ElementwisePrimitive = {
  kind: "elementwise",
  name: "logGammaDraw",
  arity: 2,
  scalar: (x) => x,
  batch: withAttributes((attributes) => attributes),
  infer(inputs) {
    const [sample, alpha] = inputs;
    const dtype = commonDType("logGammaDraw", inputs, floatDTypes);
    if (sameShape(sample.shape, alpha.shape)) return { shape: sample.shape, dtype };
    throw new ShapeError(
      `logGammaDraw: the shapes ${formatShape(sample.shape)} and ${formatShape(alpha.shape)} differ; they must be the same`,
    );
  },
  changesNothing: true,
  vjp({ inputs: [, alpha], output, gradient, build }) {
    // Where P(α, x) is xᵅ/Γ(α + 1) to the last digit, d ln x/dα is (ψ(α + 1) − ln x)/α.
    const isSmall = build.less(output, Math.log(epsilonOf(output.dtype)));
    const sample = build.exp(build.where(isSmall, 0, output));
    const slope = build.where(
      isSmall,
      build.div(build.sub(build.digamma(build.add(alpha, 1)), output), alpha),
      build.div(build.randomGammaGradient(alpha, sample), sample),
    );
    return [null, build.mul(gradient, slope)];
  },
};

export const annotationPrimitives = { customGradient, after, logGammaDraw };
