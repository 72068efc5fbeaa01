import { tensor } from "@strata/core";
import { describe, expect, it } from "vitest";
import { RowReader, toArrayData } from "./arrays.ts";

const expected = { operation: "fit", name: "x", sampleShape: [2] } as const;

describe("rows of data at hand", () => {
  it("keep their values when others are read", () => {
    const reader = new RowReader(toArrayData(tensor([[1, 2], [3, 4], [5, 6]]), { ...expected, dtype: "float32" })); // biome-ignore format: a matrix
    const order = Int32Array.of(2, 0, 1);
    const first = reader.rows(order, 0, 1);
    const others = reader.rows(order, 1, 3);
    expect([first.arraySync(), others.arraySync()]).toEqual([[[5, 6]], [[1, 2], [3, 4]]]); // biome-ignore format: matrices
  });

  it("do not change with the array that they were read from", () => {
    const given = Float32Array.of(1, 2, 3, 4);
    const reader = new RowReader(toArrayData(given, { ...expected, dtype: "float32" }));
    const drawn = reader.rows(Int32Array.of(1, 0), 0, 2);
    const inOrder = reader.rows(null, 0, 2);
    given.fill(0);
    expect(drawn.arraySync()).toEqual([[3, 4], [1, 2]]); // biome-ignore format: a matrix
    expect(inOrder.arraySync()).toEqual([[1, 2], [3, 4]]); // biome-ignore format: a matrix
  });

  it.each([null, Int32Array.of(0)])("are rounded to 16 bits where the data are, in the order %s", (order) => {
    const reader = new RowReader(toArrayData(Float32Array.of(1.0001, 3), { ...expected, dtype: "float16" }));
    const rows = reader.rows(order, 0, 1);
    expect([rows.dtype, rows.arraySync()]).toEqual(["float16", [[1, 3]]]);
  });
});
