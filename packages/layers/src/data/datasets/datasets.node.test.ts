import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { readCifar } from "../../formats/datasets/cifar.ts";
import { gunzip } from "../../formats/datasets/gunzip.ts";
import { decodeIdx } from "../../formats/datasets/idx.ts";
import { withNpz } from "../../formats/datasets/npz-members.ts";
import { obtainFile } from "../../formats/datasets/obtain-file.ts";
import { PickledArray, unpickle } from "../../formats/datasets/unpickle.ts";
import { setOutput } from "../../utilities/output.ts";
import * as datasets from "./index.ts";
import { dividedRows } from "./parts.ts";
import { newsIn, reviewsIn } from "./texts-in-npz.ts";

// The files, and what Keras makes of them, were written by Python with NumPy: ragged lists in an npz file, and batches of images as
// Python 2 pickled those of CIFAR, and as Python 3 does by protocols 2 and 4, in a tar archive.
const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../../../fixtures/datasets/${name}`, import.meta.url));

let printed = "";
const folder = mkdtempSync(join(tmpdir(), "strata-datasets-"));

beforeAll(() => setOutput({ isTerminal: true, columns: 60, write: (text) => (printed += text) }));

afterAll(() => {
  setOutput(null);
  rmSync(folder, { recursive: true });
});

describe("datasets", () => {
  it("mnist comes from the package that is installed", async () => {
    const [[x, y], [xTest, yTest]] = await datasets.mnist.loadData();
    expect([x, y, xTest, yTest].map(({ shape, dtype }) => [dtype, ...shape])).toEqual([
      ["uint8", 60000, 28, 28],
      ["uint8", 60000],
      ["uint8", 10000, 28, 28],
      ["uint8", 10000],
    ]);
    // The digits that MNIST's pages show first, and the mean of the images.
    expect([...y.dataSync().subarray(0, 5)]).toEqual([5, 0, 4, 1, 9]);
    expect([...yTest.dataSync().subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
    expect(xTest.cast("float32").mean().item()).toBeCloseTo(33.7912, 2);
  });

  const values = {
    numWords: null,
    skipTop: 0,
    maxLength: null,
    seed: 113,
    startChar: 1,
    oovChar: 2,
    indexFrom: 3,
    testSplit: 0.2,
  };

  it("imdb and reuters have Keras's order, numbers of words and parts", async () => {
    const expected = JSON.parse(fixture("reviews.json").toString());
    const plain = ([[x, y], [xTest, yTest]]: datasets.LoadedDataset<readonly datasets.WordSequence[]>) => [
      [x, y.arraySync()],
      [xTest, yTest.arraySync()],
    ];
    const file = fixture("reviews.npz");
    const few = { numWords: 300, skipTop: 20, maxLength: 6, seed: 1, startChar: null, oovChar: null };
    expect(plain(await withNpz(file, "reviews", (all) => reviewsIn(all, values, "imdb")))).toEqual(
      expected.imdb,
    );
    expect(
      plain(await withNpz(file, "reviews", (all) => reviewsIn(all, { ...values, ...few }, "imdb"))),
    ).toEqual(expected.imdbFew);
    expect(plain(await withNpz(file, "reviews", (all) => newsIn(all, values, "reuters")))).toEqual(
      expected.reuters,
    );
    await expect(
      withNpz(file, "reviews", (all) => newsIn(all, { ...values, maxLength: 1 }, "reuters")),
    ).rejects.toThrow("reuters: maxLength is 1; no text is shorter than that");
  });

  it("the rows of houses are divided as Keras divides them", async () => {
    const [[x, y], [, yTest]] = await withNpz(fixture("houses.npz"), "houses", async (members) =>
      dividedRows(await members.tensor("x"), await members.tensor("y"), 0.2, 113),
    );
    expect([y.arraySync(), yTest.arraySync()]).toEqual([
      [4, 3, 8, 7, 1, 0, 10, 6],
      [9, 2, 5],
    ]);
    expect([x.dtype, x.slice([[0, 1]]).arraySync()]).toEqual(["float64", [[1, 1.125]]]);
  });

  it("cifar's planes become pixels, also as Python 2 pickled them", async () => {
    const parts = [["batches/one", "batches/two"], ["batches/test"]];
    const [[x, y], [xTest, yTest]] = await readCifar(fixture("images.tar.gz"), "images", parts, "labels");
    expect([x.shape, x.dtype, y.arraySync(), yTest.arraySync()]).toEqual([
      [5, 32, 32, 3],
      "uint8",
      [[5], [0], [7], [2], [1]],
      [[3]],
    ]);
    const corner = [
      [0, 5],
      [0, 1],
      [0, 2],
    ] as const;
    expect(
      x
        .slice(corner)
        .reshape([5, 2, 3])
        .slice([[1, 3]])
        .arraySync(),
    ).toEqual([
      [
        [72, 255, 137],
        [7, 255, 137],
      ],
      [
        [168, 15, 237],
        [7, 15, 237],
      ],
    ]);
    expect(
      xTest
        .slice([
          [0, 1],
          [0, 1],
          [0, 1],
        ])
        .reshape([3])
        .arraySync(),
    ).toEqual([106, 152, 249]);
    const [, [, fine]] = await readCifar(fixture("images.tar.gz"), "images", parts, "fine_labels");
    expect(fine.arraySync()).toEqual([[56]]);
    await expect(
      readCifar(fixture("images.tar.gz"), "images", [["batches/three"]], "labels"),
    ).rejects.toThrow("images: there is no batches/three in it");
    await expect(readCifar(fixture("images.tar.gz"), "images", parts, "coarse_labels")).rejects.toThrow(
      "images, batches/one: it has no images with coarse_labels",
    );
    await expect(readCifar(gzipSync(new Uint8Array(1024).fill(1)), "x", parts, "labels")).rejects.toThrow(
      "it is no tar archive",
    );
    await expect(gunzip(Uint8Array.of(1, 2, 3), "x")).rejects.toThrow("x: it is not compressed by gzip");
  });

  it("IDX files are arrays of bytes, and say what is wrong with them", () => {
    expect(decodeIdx(Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 2, 7, 9), "x").arraySync()).toEqual([
      [7, 9],
    ]);
    expect(() => decodeIdx(Uint8Array.of(0, 0, 13, 1), "x")).toThrow("x, start: it is no IDX file of bytes");
    expect(() => decodeIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 1), "x")).toThrow("it has 1 elements");
    expect(() => decodeIdx(Uint8Array.of(0, 0, 8, 9), "x")).toThrow("cut short within its 9 sizes");
  });

  it("each names the file that it lacks, its digest and the place to put it", async () => {
    const options = { folder, origin: "http://127.0.0.1:9", verbose: false };
    const failing = [
      [datasets.mnist.loadData, "mnist.npz", "731c5ac6"],
      [datasets.fashionMnist.loadData, "fashion-mnist-train-images-idx3-ubyte.gz", "3aede38d"],
      [datasets.cifar10.loadData, "cifar-10-python.tar.gz", "6d958be0"],
      [datasets.cifar100.loadData, "cifar-100-python.tar.gz", "85cd44d0"],
      [datasets.imdb.loadData, "imdb.npz", "69664113"],
      [datasets.imdb.getWordIndex, "imdb_word_index.json", "bfafd718"],
      [datasets.reuters.loadData, "reuters.npz", "d6586e69"],
      [datasets.reuters.getWordIndex, "reuters_word_index.json", "4d44cc38"],
      [datasets.bostonHousing.loadData, "boston_housing.npz", "f553886a"],
      [datasets.californiaHousing.loadData, "california_housing.npz", "1a2e3a52"],
    ] as const;
    for (const [load, name, digest] of failing) {
      const error = await load(options).then(
        () => "",
        (thrown: Error) => thrown.message,
      );
      expect(error).toContain(`${join(folder, name)}: it is not there, and it could not be fetched`);
      expect(error).toContain(digest);
      expect(error).toContain("or, in Node, by the environment variable STRATA_DATASETS");
    }
    // @ts-expect-error misspelt
    await expect(datasets.mnist.loadData({ folders: "x" })).rejects.toThrow("unknown option");
    expect(datasets.reuters.getLabelNames()).toHaveLength(46);
  });

  it("a file that is there is taken from the folder that the environment names", async () => {
    const named = join(folder, "named");
    mkdirSync(named);
    writeFileSync(join(named, "imdb_word_index.json"), "{}");
    vi.stubEnv("STRATA_DATASETS", named);
    try {
      await expect(datasets.imdb.getWordIndex({ origin: "http://127.0.0.1:9" })).rejects.toThrow(
        `${join(named, "imdb_word_index.json")}: it is another file, with the MD5 99914b93`,
      );
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describe("a file that is fetched", () => {
  const content = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7 + (index >> 8)) % 251);
  const digest = { kind: "sha256", value: createHash("sha256").update(content).digest("hex") } as const;
  let server: Server | null = null;
  let count = 0;

  async function serve(answer: RequestListener): Promise<string> {
    server = createServer(answer);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return `http://127.0.0.1:${address.port}/`;
  }

  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    server = null;
  });

  const obtained = (origin: string, into: string, verbose = false) =>
    obtainFile({ name: "data.bin", origin, digest }, { folder: into, origin: null, verbose });
  const isContent = (bytes: Uint8Array): boolean => Buffer.from(content).equals(bytes);
  const newFolder = (): string => join(folder, `fetched-${count++}`);

  /** Sends what was asked for, of which no more than `most` bytes arrive. */
  const sends =
    (requests: (string | undefined)[], most: () => number): RequestListener =>
    (request, response) => {
      requests.push(request.headers.range);
      const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
      const headers: Record<string, string | number> = { "Content-Length": content.length - start };
      if (start > 0) headers["Content-Range"] = `bytes ${start}-${content.length - 1}/${content.length}`;
      response.writeHead(start > 0 ? 206 : 200, headers);
      const sent = content.subarray(start, start + most());
      if (start + sent.length === content.length) response.end(sent);
      else response.write(sent, () => setTimeout(() => response.destroy(), 20));
    };

  it("is kept, and not fetched again", async () => {
    const requests: (string | undefined)[] = [];
    const origin = await serve(sends(requests, () => content.length));
    const into = newFolder();
    printed = "";
    expect(isContent(await obtained(origin, into, true))).toBe(true);
    expect(printed).toContain(`Downloading data.bin (0.3 MB) from ${origin}data.bin\n`);
    expect(printed.endsWith(`${"━".repeat(30)} 100 % 0.3 MB\n`)).toBe(true);
    expect(isContent(await obtained(origin, into))).toBe(true);
    expect([requests, readdirSync(into)]).toEqual([[undefined], ["data.bin"]]);
  });

  it("goes on where the connection broke", async () => {
    const requests: (string | undefined)[] = [];
    const origin = await serve(sends(requests, () => 120_000));
    expect(isContent(await obtained(origin, newFolder()))).toBe(true);
    expect(requests).toEqual([undefined, "bytes=120000-", "bytes=240000-"]);
  });

  it("goes on in the next try, also after a process that was killed", async () => {
    const into = newFolder();
    const requests: (string | undefined)[] = [];
    let most = 100_000;
    const origin = await serve((request, response) => {
      if (most === 0) response.writeHead(503).end();
      else sends(requests, () => most)(request, response);
      most = 0;
    });
    await expect(obtained(origin, into)).rejects.toThrow("the server answers 503");
    expect(readdirSync(into)).toEqual(["data.bin.partial"]);
    // What a process left that had no time to give it up.
    rmSync(join(into, "data.bin.partial"));
    const killed = join(into, "data.bin.1-abc.partial");
    writeFileSync(killed, content.subarray(0, 100_000));
    utimesSync(killed, 0, 0);
    most = content.length;
    expect(isContent(await obtained(origin, into))).toBe(true);
    expect([requests, readdirSync(into)]).toEqual([[undefined, "bytes=100000-"], ["data.bin"]]);
  });

  it("begins anew where the server knows no ranges, and where a part was of another file", async () => {
    const into = newFolder();
    mkdirSync(into);
    writeFileSync(join(into, "data.bin.partial"), "another");
    const plain = await serve((_, response) => response.end(content));
    expect(isContent(await obtained(plain, into))).toBe(true);
    const requests: (string | undefined)[] = [];
    const other = newFolder();
    mkdirSync(other);
    writeFileSync(join(other, "data.bin.partial"), "another");
    server?.close();
    const ranges = await serve(sends(requests, () => content.length));
    expect(isContent(await obtained(ranges, other))).toBe(true);
    expect(requests).toEqual(["bytes=7-", undefined]);
  });

  it("is refused where it is another one", async () => {
    const origin = await serve((_, response) => response.end("another file"));
    const into = newFolder();
    await expect(obtained(origin, into)).rejects.toThrow(`that of data.bin is ${digest.value}`);
    expect(readdirSync(into)).toEqual([]);
  });

  it("is whole when several fetch it at once", async () => {
    const origin = await serve(sends([], () => 200_000));
    const into = newFolder();
    const all = await Promise.all([1, 2, 3].map(() => obtained(origin, into)));
    expect(all.every(isContent)).toBe(true);
    expect(readdirSync(into)).toEqual(["data.bin"]);
  });
});

describe("unpickle", () => {
  const pickled = (text: string): unknown => unpickle(new Uint8Array(Buffer.from(text, "base64")), "x");

  // pickle.dumps({'a': [1, -2, 2**40, 1.5, None, True, 'é', b'\xff', (1, 2), 70000], 'n': np.array([1, 2], '<i8')}, protocol)
  it.each([
    [
      2,
      "gAJ9cQAoWAEAAABhcQFdcQIoSwFK/v///4oGAAAAAAABRz/4AAAAAAAATohYAgAAAMOpcQNjX2NvZGVjcwplbmNvZGUKcQRYAgAAAMO/cQVYBgAAAGxhdGluMXEGhnEHUnEISwFLAoZxCUpwEQEAZVgBAAAAbnEKY251bXB5LmNvcmUubXVsdGlhcnJheQpfcmVjb25zdHJ1Y3QKcQtjbnVtcHkKbmRhcnJheQpxDEsAhXENaARYAQAAAGJxDmgGhnEPUnEQh3ERUnESKEsBSwKFcRNjbnVtcHkKZHR5cGUKcRRYAgAAAGk4cRWJiIdxFlJxFyhLA1gBAAAAPHEYTk5OSv////9K/////0sAdHEZYoloBFgQAAAAAQAAAAAAAAACAAAAAAAAAHEaaAaGcRtScRx0cR1idS4=",
    ],
    [
      4,
      "gASV1gAAAAAAAAB9lCiMAWGUXZQoSwFK/v///4oGAAAAAAABRz/4AAAAAAAAToiMAsOplEMB/5RLAUsChpRKcBEBAGWMAW6UjBVudW1weS5jb3JlLm11bHRpYXJyYXmUjAxfcmVjb25zdHJ1Y3SUk5SMBW51bXB5lIwHbmRhcnJheZSTlEsAhZRDAWKUh5RSlChLAUsChZRoCowFZHR5cGWUk5SMAmk4lImIh5RSlChLA4wBPJROTk5K/////0r/////SwB0lGKJQxABAAAAAAAAAAIAAAAAAAAAlHSUYnUu",
    ],
  ])("reads values and arrays of protocol %i", (_, text) => {
    const found = pickled(text);
    if (!(found instanceof Map)) throw new Error("no dict");
    const [list, array] = [found.get("a"), found.get("n")];
    expect(list).toEqual([1, -2, 2 ** 40, 1.5, null, true, "é", Uint8Array.of(255), [1, 2], 70000]);
    expect(array).toBeInstanceOf(PickledArray);
    expect(array).toMatchObject({ shape: [2], type: "i8" });
  });

  it("calls nothing, and says what a damaged pickle is", () => {
    expect(() => pickled("gASVHgAAAAAAAACMCGJ1aWx0aW5zlIwFcHJpbnSUk5SMAXiUhZRSlC4=")).toThrow(
      'it wants to call "builtins.print", which is no part of a data set',
    );
    expect(() => unpickle(Buffer.from("cos\nsystem\n(S'true'\ntR."), "x")).toThrow('"os.system"');
    for (const damaged of [
      "",
      "\x80\x02",
      "e.",
      "K\x01R.",
      "a.",
      "b.",
      "h\x05.",
      "B\xff\xff\xff\xff.",
      "i.",
      "U\x05ab",
      "}(]K\x01u.",
    ]) {
      expect(() => unpickle(Buffer.from(damaged, "latin1"), "x")).toThrow(/^x, byte/);
    }
  });
});
