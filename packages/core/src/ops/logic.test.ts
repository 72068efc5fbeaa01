import { describe, expect, it } from "vitest";
import { tensor } from "../tensor.ts";
import * as logic from "./logic.ts";
import { ceil, floor, round, trunc } from "./rounding.ts";
import { onBackend } from "./testing/battery.ts";

describe.each(["reference", "cpu"] as const)("logic on %s", (backend) => {
  const on = <T>(body: () => T): T => onBackend(backend, body);
  const numbers = [1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0];

  it("tells NaN and infinities apart", () => {
    on(() => {
      for (const dtype of ["float32", "float64"] as const) {
        const x = tensor(numbers, undefined, dtype);
        expect(logic.isNaN(x).arraySync()).toEqual([false, true, false, false, false]);
        expect(logic.isInf(x).arraySync()).toEqual([false, false, true, true, false]);
        expect(logic.isFinite(x).arraySync()).toEqual([true, false, false, false, true]);
      }
      const integers = tensor([1, 2], undefined, "int32");
      expect(logic.isNaN(integers).arraySync()).toEqual([false, false]);
      expect(logic.isInf(integers).arraySync()).toEqual([false, false]);
      expect(logic.isFinite(integers).arraySync()).toEqual([true, true]);
    });
  });

  it("combines truth values", () => {
    on(() => {
      const x = [true, true, false, false];
      const y = [true, false, true, false];
      expect(logic.logicalAnd(x, y).arraySync()).toEqual([true, false, false, false]);
      expect(logic.logicalOr(x, y).arraySync()).toEqual([true, true, true, false]);
      expect(logic.logicalXor(x, y).arraySync()).toEqual([false, true, true, false]);
      expect(logic.logicalNot(x).arraySync()).toEqual([false, false, true, true]);
      expect(logic.logicalAnd([0.5, 0], true).arraySync()).toEqual([true, false]);
    });
  });

  it("combines bits", () => {
    on(() => {
      for (const dtype of ["int32", "uint8"] as const) {
        const x = tensor([12, 10, 255], undefined, dtype);
        expect(logic.bitwiseAnd(x, 6).arraySync()).toEqual([4, 2, 6]);
        expect(logic.bitwiseOr(x, 6).arraySync()).toEqual([14, 14, 255]);
        expect(logic.bitwiseXor(x, 6).arraySync()).toEqual([10, 12, 249]);
        expect(logic.rightShift(x, 1).arraySync()).toEqual([6, 5, 127]);
        const wide = dtype === "int32";
        expect(logic.leftShift(x, 1).arraySync()).toEqual([24, 20, wide ? 510 : 254]);
        expect(logic.bitwiseNot(x).arraySync()).toEqual(wide ? [-13, -11, -256] : [243, 245, 0]);
      }
      expect(logic.bitwiseNot([true, false]).arraySync()).toEqual([false, true]);
      expect(logic.rightShift(tensor([-5], undefined, "int32"), 1).arraySync()).toEqual([-3]);
    });
  });

  it("rounds, half to even", () => {
    on(() => {
      const x = [-1.5, -0.5, 0.5, 1.5, 2.5, 1.2];
      expect(floor(x).arraySync()).toEqual([-2, -1, 0, 1, 2, 1]);
      expect(ceil(x).arraySync()).toEqual([-1, -0, 1, 2, 3, 2]);
      expect(round(x).arraySync()).toEqual([-2, -0, 0, 2, 2, 1]);
      expect(trunc(x).arraySync()).toEqual([-1, -0, 0, 1, 2, 1]);
      expect(floor(tensor([3], undefined, "int32")).dtype).toBe("int32");
    });
  });

  it("rejects floats where there are no bits", () => {
    expect(() => logic.bitwiseNot([1.5])).toThrow("bitwiseNot: does not take float32");
    expect(() => logic.bitwiseAnd([1.5], 1)).toThrow("bitwiseAnd: does not take float32");
  });
});
