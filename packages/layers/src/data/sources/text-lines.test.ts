import { FileError } from "@strata/core";
import { describe, expect, it } from "vitest";
import type { DataFiles } from "./files.ts";
import { jsonLinesDataset, textLineDataset } from "./text-lines.ts";

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** A stream that gives so many bytes at once. */
function streamOf(bytes: Uint8Array<ArrayBuffer>, length: number): ReadableStream<Uint8Array> {
  let start = 0;
  return new ReadableStream({
    pull(controller) {
      if (start >= bytes.length) controller.close();
      else controller.enqueue(bytes.slice(start, start + length));
      start += length;
    },
  });
}

async function gzipped(text: string): Promise<Blob> {
  return new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).blob();
}

describe("lines of text", () => {
  const text = "one\r\ntwo ä€😀\n\nlast";
  const lines = ["one", "two ä€😀", "", "last"];

  it("come from bytes, Blobs, streams, answers, addresses and texts, however the bytes are divided", async () => {
    const sources: DataFiles[] = [
      { text },
      utf8(text),
      new Blob([text]),
      new File([text], "a.txt"),
      new Response(text),
      `data:text/plain,${encodeURIComponent(text)}`,
      ...[1, 2, 3, 5, 100].map((length) => streamOf(utf8(text), length)),
    ];
    for (const source of sources) expect(await textLineDataset(source).toArray()).toEqual(lines);
  });

  it("come from several files in turn, whose last lines are lines too", async () => {
    const two = [{ text: "a\nb" }, new Blob(["c\n"]), { text: "" }, { text: "d\n\n" }];
    expect(await textLineDataset(two).toArray()).toEqual(["a", "b", "c", "d", ""]);
    expect(await textLineDataset([]).toArray()).toEqual([]);
  });

  it("are expanded where a file is compressed, whatever its name", async () => {
    const packed = await gzipped(text);
    expect(await textLineDataset(packed).toArray()).toEqual(lines);
    expect(await textLineDataset(packed, { compression: "gzip" }).toArray()).toEqual(lines);
    expect(await textLineDataset([packed, { text: "x" }]).toArray()).toEqual([...lines, "x"]);
    await expect(textLineDataset({ text }, { compression: "gzip" }).toArray()).rejects.toThrow(
      "the text given: it cannot be expanded as gzip",
    );
    // biome-ignore lint/suspicious/noExplicitAny: a misspelt value, as from JavaScript
    expect(() => textLineDataset({ text }, { compression: "zip" as any })).toThrow(
      'textLineDataset: compression is "zip"; it must be "auto" or "none" or "gzip"',
    );
  });

  it("are UTF-8, without the mark that some programs begin files with", async () => {
    expect(await textLineDataset(utf8("\ufeffone\n")).toArray()).toEqual(["one"]);
    const broken = Uint8Array.of(...utf8("one\n"), 0xff, 0x41);
    const reading = textLineDataset([broken]).toArray();
    await expect(reading).rejects.toThrow(FileError);
    await expect(reading).rejects.toThrow("there are bytes that are not UTF-8");
    await expect(textLineDataset(Uint8Array.of(0x61, 0xc3)).toArray()).rejects.toThrow("not UTF-8");
  });

  it("of a stream are read for one pass, of a function for each", async () => {
    const once = textLineDataset(streamOf(utf8(text), 4));
    expect(await once.take(2).toArray()).toEqual(lines.slice(0, 2));
    await expect(once.toArray()).rejects.toThrow("the stream given: it was read before");
    const often = textLineDataset(() => Promise.resolve(streamOf(utf8(text), 4)));
    expect(await often.repeat(2).toArray()).toEqual([...lines, ...lines]);
  });

  it("that are not wanted are not read, and the stream is cancelled", async () => {
    let isCancelled = false;
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(utf8("again\n")),
      cancel() {
        isCancelled = true;
      },
    });
    expect(await textLineDataset(endless).take(2).toArray()).toEqual(["again", "again"]);
    expect(isCancelled).toBe(true);
  });

  it("of an answer that is an error are none", async () => {
    const answer = new Response("no", { status: 404, statusText: "Not Found" });
    await expect(textLineDataset(answer).toArray()).rejects.toThrow(
      "the response given: the server answers 404 Not Found",
    );
    const strings = new ReadableStream({ start: (controller) => controller.enqueue("a") });
    await expect(textLineDataset(strings).toArray()).rejects.toThrow('it gave "a"; it must give bytes');
  });
});

describe("lines of JSON", () => {
  it("are values, and empty lines are passed over", async () => {
    const text = '{"x": 1}\n\n[1, 2]\r\n"a"\n';
    expect(await jsonLinesDataset({ text }).toArray()).toEqual([{ x: 1 }, [1, 2], "a"]);
  });

  it("that are none are named by file, line and element", async () => {
    const files = [{ text: "1\n2\n" }, new File(["3\n\n{bad}\n"], "b.jsonl")];
    await expect(jsonLinesDataset(files).toArray()).rejects.toThrow(
      /^b\.jsonl, line 3 \(element 3\): "\{bad\}" is no JSON: /,
    );
  });
});
