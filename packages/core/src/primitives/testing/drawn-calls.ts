/** Calls of the rows that need more than shapes that broadcast. */
import fc from "fast-check";
import { dtypes } from "../../dtype.ts";
import { type Shape, sizeOf } from "../../shape.ts";
import { broadcastGroup } from "../../testing/draw.ts";
import type { CallDraw, DrawnCall } from "./row-case.ts";

const anyDType = fc.constantFrom(...dtypes);

/** A list with a drawn entry for each axis. */
function perAxis<T>(shape: Shape, entry: (length: number) => fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.tuple(...shape.map(entry));
}

export const castCalls: CallDraw = (shapes) =>
  fc.tuple(shapes(), anyDType).map(([shape, dtype]) => ({ shapes: [shape], attributes: { dtype } }));

export const polygammaCalls: CallDraw = (shapes) =>
  fc
    .tuple(shapes(), fc.integer({ min: 1, max: 4 }))
    .map(([shape, order]) => ({ shapes: [shape], attributes: { order } }));

export const reductionCalls: CallDraw = (shapes) =>
  shapes().chain((shape) =>
    fc.subarray(shape.map((_, axis) => axis)).map((axes) => ({ shapes: [shape], attributes: { axes } })),
  );

export const reshapeCalls: CallDraw = (shapes) =>
  shapes().chain((from) => sameSizeShape(from).map((shape) => ({ shapes: [from], attributes: { shape } })));

/** The factors of the dimensions in another order, joined and with ones between them. */
function sameSizeShape(shape: Shape): fc.Arbitrary<Shape> {
  const factors = sizeOf(shape) > 0 ? shape.flatMap(primeFactors) : [...shape];
  return fc
    .tuple(fc.shuffledSubarray(factors, { minLength: factors.length }), fc.array(fc.nat(4), { maxLength: 5 }))
    .map(([order, choices]) => {
      const dimensions: number[] = [];
      order.forEach((factor, position) => {
        const last = dimensions.length - 1;
        if (choices[position % 5] === 0 && last >= 0) dimensions[last] *= factor;
        else dimensions.push(factor);
      });
      for (const place of choices) if (place <= dimensions.length) dimensions.splice(place, 0, 1);
      return dimensions.length > 7 ? [sizeOf(dimensions)] : dimensions;
    });
}

function primeFactors(length: number): number[] {
  const factors: number[] = [];
  let rest = length;
  for (let factor = 2; rest > 1; factor++) {
    for (; rest % factor === 0; rest /= factor) factors.push(factor);
  }
  return factors.length > 0 ? factors : [1];
}

export const transposeCalls: CallDraw = (shapes) =>
  shapes().chain((shape) => {
    const axes = shape.map((_, axis) => axis);
    const order = fc.shuffledSubarray(axes, { minLength: axes.length });
    return order.map((permutation) => ({ shapes: [shape], attributes: { permutation } }));
  });

export const broadcastToCalls: CallDraw = (shapes) =>
  shapes().chain((shape) =>
    broadcastGroup(fc.constant(shape), 1).map((group) => ({ shapes: group, attributes: { shape } })),
  );

export const sliceCalls: CallDraw = (shapes) =>
  shapes().chain((shape) =>
    perAxis(shape, windowOf).map((windows) => ({
      shapes: [shape],
      attributes: {
        begin: windows.map(({ begin }) => begin),
        size: windows.map(({ size }) => size),
        step: windows.map(({ step }) => step),
      },
    })),
  );

/** Some elements of an axis, forwards or backwards, every one or each few. */
function windowOf(length: number): fc.Arbitrary<{ begin: number; size: number; step: number }> {
  if (length === 0) return fc.constant({ begin: 0, size: 0, step: 1 });
  return fc
    .tuple(fc.nat(length - 1), fc.constantFrom(1, 1, 2, 3, -1, -2), fc.nat(1000))
    .map(([begin, step, share]) => {
      const room = step > 0 ? length - 1 - begin : begin;
      const most = Math.floor(room / Math.abs(step)) + 1;
      return { begin, step, size: Math.round((share / 1000) * most) };
    });
}

export const concatCalls: CallDraw = (shapes) =>
  shapes({ minRank: 1 }).chain((shape) =>
    fc
      .tuple(
        fc.nat(shape.length - 1),
        fc.array(fc.constantFrom(0, 1, 2, 3, 5, 8), { minLength: 1, maxLength: 4 }),
      )
      .map(([axis, lengths]) => ({
        shapes: lengths.map((length) => shape.map((size, at) => (at === axis ? length : size))),
        attributes: { axis },
      })),
  );

export const padCalls: CallDraw = (shapes) => {
  const count = () => fc.constantFrom(0, 0, 1, 2, 3);
  return shapes({ maxRank: 3 }).chain((shape) =>
    fc
      .record({
        before: perAxis(shape, count),
        after: perAxis(shape, count),
        interior: perAxis(shape, count),
        value: fc.constantFrom(0, 1),
      })
      .map((attributes) => ({ shapes: [shape], attributes })),
  );
};

export const literalCalls: CallDraw = () =>
  fc
    .record({
      value: fc.constantFrom(0, -0, 1, -1, 0.1, 2.5, 300, 1e10, -1e10, Number.NaN, Number.NEGATIVE_INFINITY),
      dtype: anyDType,
    })
    .map((attributes) => ({ shapes: [], attributes }));

export const rangeCalls: CallDraw = () =>
  fc
    .record({
      start: fc.constantFrom(0, -3, 7, 250),
      step: fc.constantFrom(1, 2, -1, -3),
      length: fc.constantFrom(0, 1, 2, 5, 17, 300),
      dtype: anyDType,
    })
    .map((attributes) => ({ shapes: [], attributes }));

export const matmulCalls: CallDraw = (shapes) => {
  const batches = shapes({ maxRank: 2 }).map((shape) => shape.map((length) => Math.min(length, 4)));
  return fc
    .tuple(broadcastGroup(batches, 2), shapes({ minRank: 3, maxRank: 3 }))
    .map(([[left, right], [rows, inner, columns]]): DrawnCall => {
      const operands: Shape[] = [
        [...left, rows, inner],
        [...right, inner, columns],
      ];
      return { shapes: operands, attributes: {} };
    });
};

export const randomBitsCalls: CallDraw = (shapes) =>
  shapes().map((shape) => ({ shapes: [[4]], attributes: { shape } }));

const tables = { minRank: 3, maxRank: 3 } as const;

/** Tables [B, N, I] with indices [B or 1, K]. */
export const gatherCalls: CallDraw = (shapes) =>
  fc
    .tuple(shapes(tables), fc.nat(9), fc.boolean(), fc.constantFrom("nan", "zero"))
    .map(([table, count, isShared, missing]) => ({
      shapes: [table, [isShared ? 1 : table[0], count]],
      attributes: { missing },
    }));

export const scatterCalls: CallDraw = (shapes) =>
  fc
    .tuple(shapes(tables), fc.nat(9), fc.boolean(), fc.constantFrom("set", "maximum", "minimum", "add"))
    .map(([table, count, isShared, mode]) => ({
      shapes: [table, [isShared ? 1 : table[0], count], [table[0], count, table[2]]],
      attributes: { mode },
    }));

export const cumulateCalls: CallDraw = (shapes) =>
  fc
    .tuple(shapes(tables), fc.constantFrom("sum", "maximum", "minimum"))
    .map(([shape, accumulation]) => ({ shapes: [shape], attributes: { accumulation } }));

export const recurrenceCalls: CallDraw = (shapes) =>
  shapes(tables).map((shape) => ({ shapes: [shape, shape], attributes: {} }));

export const argsortCalls: CallDraw = (shapes) =>
  fc
    .tuple(shapes({ minRank: 2, maxRank: 2 }), fc.boolean())
    .map(([shape, descending]) => ({ shapes: [shape], attributes: { descending } }));

export const searchCalls: CallDraw = (shapes) =>
  fc
    .tuple(shapes({ minRank: 2, maxRank: 2 }), fc.nat(9), fc.boolean())
    .map(([sorted, count, afterEqual]) => ({
      shapes: [sorted, [sorted[0], count]],
      attributes: { afterEqual },
    }));
