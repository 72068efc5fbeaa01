import { FileError, Tensor } from "@strata/core";
import { describe, expect, it } from "vitest";
import { Dense } from "../../layers/core/dense.ts";
import { Sequential } from "../../models/sequential.ts";
import { type CsvOptions, csvDataset } from "./csv.ts";
import type { DataFiles } from "./files.ts";

const cars =
  'name,year,electric,range\n"Leaf, first",2010,true,117\nZoe,2013,true,\n"The ""Bug""",1938,false,400.5\n';

function rowsOf(text: string, options?: CsvOptions): Promise<unknown[]> {
  return csvDataset({ text }, options).toArray();
}

/** Streams of a text in parts of one length. */
function inParts(text: string, length: number): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  return new ReadableStream({
    start(controller) {
      for (let start = 0; start < bytes.length; start += length) {
        controller.enqueue(bytes.slice(start, start + length));
      }
      controller.close();
    },
  });
}

describe("rows of a CSV file", () => {
  it("are objects by the names of the columns, with numbers, strings and booleans", async () => {
    expect(await rowsOf(cars)).toEqual([
      { name: "Leaf, first", year: 2010, electric: true, range: 117 },
      { name: "Zoe", year: 2013, electric: true, range: Number.NaN },
      { name: 'The "Bug"', year: 1938, electric: false, range: 400.5 },
    ]);
  });

  it("are the same however their bytes are divided, with all line's ends and quotes", async () => {
    const text =
      'a,b,c\r\n1,"x\r\ny, ""z"" €",-2.5e-3\r\n\r\n"4", x" ,\r\n,"",1e400\r\n7,😀,0.1234567890123456789';
    const expected = [
      { a: 1, b: 'x\r\ny, "z" €', c: -2.5e-3 },
      { a: 4, b: ' x" ', c: Number.NaN },
      { a: Number.NaN, b: "", c: Number.POSITIVE_INFINITY },
      { a: 7, b: "😀", c: Number("0.1234567890123456789") },
    ];
    expect(await rowsOf(text)).toEqual(expected);
    for (let length = 1; length < 40; length++) {
      const files = [inParts(text, length)];
      const all = await csvDataset(files, { inferenceRows: 1 + (length % 4) }).toArray();
      expect(all).toEqual(expected);
    }
  });

  it("with a label are pairs, which fit takes when they are batches of vectors", async () => {
    const text = `x1,x2,y\n${Array.from({ length: 64 }, (_, i) => `${i / 64},${(i % 7) / 7},${(2 * i) / 64 - (i % 7) / 7}`).join("\n")}`;
    const [[features, label]] = await csvDataset({ text }, { labelName: "y" }).toArray();
    expect([features, label]).toEqual([{ x1: 0, x2: 0 }, 0]);
    const batches = csvDataset({ text }, { labelName: "y", features: "vector", batchSize: 16 });
    const model = new Sequential([new Dense(1)]);
    model.compile({ optimizer: "adam", loss: "mse" });
    const { history } = await model.fit(batches, null, { epochs: 3, verbose: 0 });
    expect(history.loss[2]).toBeLessThan(history.loss[0]);
  });

  it("that are read as batches are those that batch makes of rows, types included", async () => {
    const columnTypes = { year: "int32", range: "float64", electric: "bool" } as const;
    for (const labelName of [undefined, "year", ["range", "name"]]) {
      const options: CsvOptions = { columnTypes, ...(labelName === undefined ? {} : { labelName }) };
      const ofRows = await csvDataset({ text: cars }, options).batch(2).toArray();
      const direct = await csvDataset({ text: cars }, { ...options, batchSize: 2 }).toArray();
      expect(inWords(direct)).toEqual(inWords(ofRows));
    }
    const vector: CsvOptions = {
      features: "vector",
      selectColumns: ["range", "year"],
      labelName: "electric",
    };
    expect(inWords(await csvDataset({ text: cars }, { ...vector, batchSize: 2 }).toArray())).toEqual(
      inWords(await csvDataset({ text: cars }, vector).batch(2).toArray()),
    );
    const [batch] = await csvDataset({ text: cars }, { columnTypes, batchSize: 2 }).toArray();
    expect(inWords(batch)).toEqual({
      name: ["Leaf, first", "Zoe"],
      year: ["int32", [2], [2010, 2013]],
      electric: ["bool", [2], [1, 1]],
      range: ["float64", [2], [117, Number.NaN]],
    });
  });

  it("come from several files, whose batches go across, and a last one may be left out", async () => {
    const files = [{ text: "a\n1\n2\n3\n" }, { text: "a\n" }, { text: "" }, { text: "a\n4\n5" }];
    const sizes = async (options: CsvOptions): Promise<unknown[]> =>
      inWordsOf(await csvDataset(files, { features: "vector", ...options }).toArray());
    expect(await sizes({ batchSize: 2 })).toEqual([
      ["float32", [2, 1], [1, 2]],
      ["float32", [2, 1], [3, 4]],
      ["float32", [1, 1], [5]],
    ]);
    expect(await sizes({ batchSize: 2, dropRemainder: true })).toHaveLength(2);
    expect(await csvDataset([{ text: "" }, { text: "a,b\n" }]).toArray()).toEqual([]);
    const others = csvDataset([{ text: "a,b\n1,2" }, new File(["b,a\n1,2"], "second.csv")]);
    await expect(others.toArray()).rejects.toThrow(
      "second.csv, line 1: its columns are b, a; those of the text given are a, b",
    );
  });

  it("are expanded where a file is compressed", async () => {
    const packed = await new Response(
      new Blob([cars]).stream().pipeThrough(new CompressionStream("gzip")),
    ).blob();
    expect(await csvDataset(packed).toArray()).toEqual(await rowsOf(cars));
  });
});

describe("columns of a CSV file", () => {
  it("can be selected, in an order of one's own, and named", async () => {
    expect(await rowsOf("1;2;3\n4;5;6", { hasHeader: false, delimiter: ";" })).toEqual([
      { column0: 1, column1: 2, column2: 3 },
      { column0: 4, column1: 5, column2: 6 },
    ]);
    const named: CsvOptions = { columnNames: ["a", "b", "c"], features: "vector", selectColumns: ["c", "a"] };
    expect(inWordsOf(await rowsOf("x,y,z\n1,what,3", named))).toEqual([["float32", [2], [3, 1]]]);
  });

  it("have the type of their first values, and say so where a later one has not", async () => {
    const text = `id,v\n${"1,2\n".repeat(3)}a,3`;
    expect(await rowsOf(text)).toHaveLength(4);
    await expect(rowsOf(text, { inferenceRows: 3 })).rejects.toThrow(
      'the text given, line 5 (row 3), column "id": "a" is no number; the first rows are float32, and columnTypes can say ' +
        "otherwise",
    );
    expect(await rowsOf(text, { inferenceRows: 3, columnTypes: { id: "string" } })).toHaveLength(4);
  });

  it("have what stands for missing values, by their types and by columnDefaults", async () => {
    const text = "f,i,b,s\n?,1,true,x\n2,?,false,NA\n";
    const types = { columnTypes: { i: "int32" }, naValues: ["?", "NA"] } as const;
    await expect(rowsOf(text, types)).rejects.toThrow(
      'line 3 (row 1), column "i": the value is missing; columnDefaults can say what stands for it',
    );
    const columnDefaults = { f: -1, i: 7, s: "none" };
    const [batch] = await csvDataset({ text }, { ...types, columnDefaults, batchSize: 2 }).toArray();
    expect(inWords(batch)).toEqual({
      f: ["float32", [2], [-1, 2]],
      i: ["int32", [2], [1, 7]],
      b: ["bool", [2], [1, 0]],
      s: ["x", "none"],
    });
    await expect(rowsOf(text, { ...types, columnDefaults: { i: 1.5 } })).rejects.toThrow(
      'column "i": columnDefaults has 1.5 for it; it is of type int32',
    );
  });

  it("of numbers take what JavaScript, C and Python write, and nothing else", async () => {
    const numbers = [
      "1",
      " -2.5 ",
      "+.5",
      "1e3",
      '"6"',
      "inf",
      "-Infinity",
      "NaN",
      "12345678901234567890",
      "1e-320",
    ];
    const found = await rowsOf(`v\n${numbers.join("\n")}`, { columnTypes: { v: "float32" } });
    expect(found.map((row) => Object.values(Object(row))[0])).toEqual([
      1,
      -2.5,
      0.5,
      1000,
      6,
      Infinity,
      -Infinity,
      Number.NaN,
      Number("12345678901234567890"),
      1e-320,
    ]);
    for (const text of ["1,5", "0x10", "1 2", "one", "1e", "--1", "1_000"]) {
      await expect(rowsOf(`v\n"${text}"`, { columnTypes: { v: "float32" } })).rejects.toThrow("is no number");
    }
    for (const text of ["1.5", "2147483648", "1e10"]) {
      await expect(rowsOf(`v\n${text}`, { columnTypes: { v: "int32" } })).rejects.toThrow(
        "is no integer of 32 bits",
      );
    }
  });
});

describe("a CSV file that is none", () => {
  it.each<[what: string, text: string, options: CsvOptions, message: string]>([
    ["a short row", "a,b\n1,2\n3\n", {}, "the text given, line 3 (row 1): it has 1 fields; a row has 2"],
    ["a long row", 'a,b\n"1\n1",2\n3,4,5\n', {}, "line 4 (row 1): it has more than the 2 fields of a row"],
    [
      "a quote without an end",
      'a,b\n1,"2\n',
      { columnTypes: { a: "string", b: "string" } },
      "its last quote is not closed",
    ],
    ["text after a quote", 'a,b\n"1"x,2\n', {}, "line 2: text follows the closing quote"],
    ["two columns of one name", "a,b,a\n1,2,3", {}, 'the columns 1 and 3 have the same name, "a"'],
    [
      "a missing column",
      "a,b\n1,2",
      { selectColumns: ["c"] },
      'there is no column "c"; the columns are a, b',
    ],
    ["a missing label", "a,b\n1,2", { labelName: "c" }, 'labelName is "c"; the columns are a, b'],
    [
      "names of another number",
      "1,2\n",
      { hasHeader: false, columnNames: ["a"] },
      "it has 2 fields; columnNames has 1: a",
    ],
    ["a vector of strings", "a,b\n1,x", { features: "vector" }, 'the column "b" is of strings'],
    ["a name that objects keep to themselves", "__proto__,b\n1,2", {}, '"__proto__" cannot be the name'],
  ])("says so: %s", async (_what, text, options, message) => {
    await expect(rowsOf(text, options)).rejects.toThrow(message);
  });

  it("names file, line and column also for bytes that are not UTF-8", async () => {
    const bytes = Uint8Array.of(0x61, 0x0a, 0x62, 0x0a, 0xff, 0x0a);
    const reading = csvDataset(bytes, { columnTypes: { a: "string" } }).toArray();
    await expect(reading).rejects.toThrow(FileError);
    await expect(reading).rejects.toThrow(
      'the bytes given, line 3 (row 1), column "a": there are bytes that are not UTF-8',
    );
    const wide = Uint8Array.of(0xff, 0xfe, 0x61, 0);
    await expect(csvDataset(wide).toArray()).rejects.toThrow("it is UTF-16; accepted is UTF-8");
  });

  it("refuses options that are none, at once", () => {
    const files: DataFiles = { text: "a\n1" };
    expect(() => csvDataset(files, { delimiter: "::" })).toThrow("csvDataset: delimiter is ");
    expect(() => csvDataset(files, { delimiter: '"' })).toThrow("they must differ");
    // @ts-expect-error a misspelt type
    expect(() => csvDataset(files, { columnTypes: { a: "float" } })).toThrow(
      'csvDataset: columnTypes.a is "float"; it must be "float32" or',
    );
  });
});

function inWordsOf(values: readonly unknown[]): unknown[] {
  return values.map(inWords);
}

/** Tensors as dtype, shape and values, wherever they stand. */
function inWords(value: unknown): unknown {
  if (value instanceof Tensor) return [value.dtype, value.shape, Array.from(value.dataSync())];
  if (Array.isArray(value)) return value.map(inWords);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inWords(each)]));
}
