import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { DType } from "../../dtype.ts";
import { FileError } from "../../files/file-error.ts";
import type { ArrayValue } from "../../nested-arrays.ts";
import { cast } from "../../ops/arithmetic.ts";
import { type Tensor, tensor } from "../../tensor.ts";
import { mutationsOf } from "../../testing/mutations.ts";
import { encodeNpy, loadNpy, saveNpy } from "./npy.ts";
import { encodeNpz, loadNpz, saveNpz } from "./npz.ts";

interface Fixture {
  readonly title: string;
  readonly file: string;
  readonly values?: ArrayValue;
  readonly shape?: readonly number[];
  readonly refused?: string;
  readonly arrays?: Readonly<Record<string, ArrayValue>>;
}

const fixtures: Fixture[] = JSON.parse(
  readFileSync(new URL("../../../fixtures/numpy/arrays.json", import.meta.url), "utf8"),
);

const bytesOf = ({ file }: Fixture): Uint8Array => new Uint8Array(Buffer.from(file, "base64"));

const folder = mkdtempSync(join(tmpdir(), "strata-numpy-"));

afterAll(() => rmSync(folder, { recursive: true }));

/** What Python prints of a program that has NumPy; null where there is none. */
function python(program: string): string | null {
  try {
    return execFileSync("python3", ["-c", `import numpy as np\n${program}`], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return null;
  }
}

const hasNumPy = python("print(1)") === "1";

describe("an array that NumPy wrote is read", () => {
  test.each(fixtures.filter(({ values }) => values !== undefined).map((fixture) => [fixture.title, fixture]))(
    "%s",
    async (_title, fixture) => {
      const found = await loadNpy(bytesOf(fixture));
      expect(found.arraySync()).toEqual(fixture.values);
      if (fixture.shape !== undefined) expect(found.shape).toEqual(fixture.shape);
    },
  );

  test.each(fixtures.filter(({ arrays }) => arrays !== undefined).map((fixture) => [fixture.title, fixture]))(
    "of an archive by %s",
    async (_title, fixture) => {
      const found = await loadNpz(bytesOf(fixture));
      const values = Object.entries(found).map(([name, each]) => [name, each.arraySync()]);
      expect(Object.fromEntries(values)).toEqual(fixture.arrays);
    },
  );

  test.each(
    fixtures.flatMap((fixture) =>
      fixture.refused === undefined ? [] : ([[fixture.refused, fixture]] as const),
    ),
  )("or refused by name: %s", async (refused, fixture) => {
    await expect(loadNpy(bytesOf(fixture))).rejects.toThrow(FileError);
    await expect(loadNpy(bytesOf(fixture))).rejects.toThrow(refused);
  });
});

const dtypes: DType[] = ["bool", "uint8", "int32", "float16", "float32", "float64"];

function example(dtype: DType): Tensor {
  return cast(
    tensor(
      [
        [0, 1, 2.5],
        [100, 0.1, 1e-7],
      ],
      undefined,
      "float64",
    ),
    dtype,
  );
}

describe("an array that is written", () => {
  test.each(dtypes)("is read again, to the bit: %s", async (dtype) => {
    const [written, read] = [example(dtype), await loadNpy(await encodeNpy(example(dtype)))];
    expect(read.dtype).toBe(dtype);
    expect(read.shape).toEqual([2, 3]);
    expect(read.dataSync()).toEqual(written.dataSync());
  });

  test("has its elements at a multiple of 64 bytes, whatever its shape", async () => {
    for (let rank = 0; rank < 20; rank++) {
      const bytes = await encodeNpy(tensor([1], Array(rank).fill(1), "uint8"));
      expect((bytes.length - 1) % 64).toBe(0);
      expect((await loadNpy(bytes)).shape).toHaveLength(rank);
    }
  });

  test.skipIf(!hasNumPy)("is read by NumPy, alone and in archives", async () => {
    const arrays = Object.fromEntries(dtypes.map((dtype) => [`all/${dtype}`, example(dtype)]));
    for (const dtype of dtypes) await saveNpy(join(folder, `${dtype}.npy`), example(dtype));
    await saveNpy(join(folder, "scalar.npy"), 2);
    await saveNpz(join(folder, "stored.npz"), arrays);
    await saveNpz(join(folder, "compressed.npz"), arrays, { level: 9 });
    const printed = python(`
for name in ${JSON.stringify(dtypes)}:
    alone = np.load(name + ".npy")
    for archive in ["stored.npz", "compressed.npz"]:
        assert (np.load(archive)["all/" + name] == alone).all()
    print(alone.dtype.name, alone.shape, alone.ravel().tolist())
print(np.load("scalar.npy").shape)`);
    const lines = dtypes.map((dtype) => {
      const values = Array.from(example(dtype).dataSync(), (value) =>
        dtype === "bool" ? (value === 1 ? "True" : "False") : value,
      );
      return [dtype, values] as const;
    });
    const found = (printed ?? "").split("\n");
    expect(found.pop()).toBe("()");
    for (const [index, [dtype, values]] of lines.entries()) {
      const [, name, list] = /^(\w+) \(2, 3\) \[(.*)\]$/.exec(found[index]) ?? [];
      expect(name).toBe(dtype);
      const read = list.split(", ").map((value) => (dtype === "bool" ? value : Number(value)));
      expect(read).toEqual(values);
    }
  });

  test("in bfloat16 is refused with advice", async () => {
    await expect(encodeNpy(tensor([1], [1], "bfloat16"))).rejects.toThrow(
      "NumPy has no bfloat16; cast the tensor, as to float32, or write safetensors",
    );
  });
});

/** A file of an array with this dictionary as its header. */
function withHeader(text: string, data = new Uint8Array(8), version = 1): Uint8Array {
  const header = new TextEncoder().encode(text);
  const start = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, header.length & 255, header.length >> 8];
  return Uint8Array.from([...start, ...(version > 1 ? [0, 0] : []), ...header, ...data]);
}

describe("a hostile array is refused", () => {
  const good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";

  test("which the good ones are not", async () => {
    for (const text of [
      good,
      `  ${good}  \n`,
      '{"shape":(2L,),"fortran_order":True,"descr":"<f4"}',
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1,2)}",
    ]) {
      expect((await loadNpy(withHeader(text))).size).toBe(2);
    }
    expect((await loadNpy(withHeader(good, new Uint8Array(8), 3))).size).toBe(2);
  });

  test.each([
    [
      "a shape that the file does not fill",
      good.replace("(2,)", "(3,)"),
      "float32 [3] takes 12 bytes; there are 8",
    ],
    ["a shape of 2⁶³", good.replace("(2,)", "(9223372036854775808,)"), "shape must be a tuple of integers"],
    [
      "a shape beyond all numbers",
      good.replace("(2,)", "(4503599627370496, 4503599627370496)"),
      "is no shape",
    ],
    ["a negative size", good.replace("(2,)", "(-2,)"), "shape must be a tuple of integers"],
    ["a call in the place of a literal", good.replace("'<f4'", "__import__('os')"), "as Python writes them"],
    ["a member twice", good.replace("{", "{'descr': '<f8', "), 'from "descr" on it is not a dictionary'],
    ["another member", good.replace("{", "{'more': '<f8', "), "and nothing else"],
    ["no dictionary", "[1, 2]", "it must be a dictionary of Python's"],
    ["an order without one", good.replace("'<f4'", "'|f4'"), 'its elements are "|f4"'],
    ["long doubles", good.replace("'<f4'", "'<f16'"), "floats of another width"],
  ])("%s", async (_title, text, message) => {
    await expect(loadNpy(withHeader(text))).rejects.toThrow(message);
    await expect(loadNpy(withHeader(text))).rejects.toThrow(FileError);
  });

  test("damaged in 3,000 ways it is read or refused in words", async () => {
    const array = await encodeNpy(example("float32"));
    const archive = await encodeNpz({ a: example("int32"), b: example("float16") }, { level: 6 });
    const refused = { npy: 0, npz: 0 };
    const attempt = async (kind: "npy" | "npz", load: () => Promise<unknown>): Promise<void> => {
      try {
        await load();
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        refused[kind]++;
      }
    };
    for (const bytes of mutationsOf(array, { count: 2000, seed: 1 }))
      await attempt("npy", () => loadNpy(bytes));
    for (const bytes of mutationsOf(archive, { count: 1000, seed: 1 }))
      await attempt("npz", () => loadNpz(bytes));
    expect(refused.npy).toBeGreaterThan(1000);
    expect(refused.npz).toBeGreaterThan(700);
  });
});
