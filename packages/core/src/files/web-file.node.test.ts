import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { FileError } from "./file-error.ts";
import { openSource, streamSource, withSource } from "./file-source.ts";

const content = Uint8Array.from({ length: 30_000 }, (_, index) => (index * 7) % 253);

let server: Server | undefined;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(null) : server.close(resolve)));
  server = undefined;
});

/** The address of a file on a server of one's own. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const started = createServer(answer);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
  const address: AddressInfo | string | null = started.address();
  if (typeof address !== "object" || address === null) throw new Error("the server has no port");
  return `http://127.0.0.1:${address.port}/models/a.bin?version=a/b`;
}

function startOf(request: IncomingMessage): number {
  return Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
}

interface Behaviour {
  /** The connection breaks after so many bytes. */
  readonly breaksAfter?: number;
  /** Whether parts are given. Default: true. */
  readonly ranges?: boolean;
  readonly etag?: (request: number) => string;
  readonly hidesLength?: boolean;
}

/** A server of the content, and the positions that it was asked for. */
async function serveContent({
  breaksAfter = Number.POSITIVE_INFINITY,
  ranges = true,
  etag = () => '"1"',
  hidesLength = false,
}: Behaviour): Promise<{ readonly address: string; readonly starts: readonly number[] }> {
  const starts: number[] = [];
  const address = await serve((request, response) => {
    const start = ranges ? startOf(request) : 0;
    starts.push(start);
    response.writeHead(ranges ? 206 : 200, {
      ...(ranges ? { "content-range": `bytes ${start}-${content.length - 1}/${content.length}` } : {}),
      ...(hidesLength ? {} : { "content-length": content.length - start }),
      etag: etag(starts.length),
    });
    const part = content.subarray(start, Math.min(start + breaksAfter, content.length));
    response.write(part, () => {
      if (start + part.length < content.length) response.destroy();
      else response.end();
    });
  });
  return { address, starts };
}

describe("a file at an http address", () => {
  test("is read on from where the connection broke", async () => {
    const { address, starts } = await serveContent({ breaksAfter: 9_000 });
    await withSource(address, {}, async (file) => {
      expect(file.size).toBe(content.length);
      expect(await file.readAll()).toEqual(content);
    });
    expect(starts.length).toBeGreaterThanOrEqual(4);
    expect(starts.slice(1).every((start, index) => start > starts[index])).toBe(true);
  });

  test("is loaded whole where the server gives no parts, and again from its beginning after a break", async () => {
    let requests = 0;
    const address = await serve((_request, response) => {
      requests++;
      response.writeHead(200, { "content-length": content.length });
      response.write(content.subarray(0, requests === 1 ? 5_000 : content.length), () => {
        if (requests === 1) response.destroy();
        else response.end();
      });
    });
    const progress: number[] = [];
    const onProgress = ({ loaded }: { readonly loaded: number }): void => void progress.push(loaded);
    await withSource(address, { onProgress }, async (file) => {
      expect(await file.readAll()).toEqual(content);
    });
    expect(requests).toBe(2);
    expect(progress.at(-1)).toBe(content.length);
    expect(progress).toEqual([...progress].sort((left, right) => left - right));
  });

  test("is read without a length too, up to what is accepted", async () => {
    const { address } = await serveContent({ ranges: false, hidesLength: true });
    await withSource(address, {}, async (file) => expect(await file.readAll()).toEqual(content));
    await expect(openSource(address, { maxBytes: 1000 })).rejects.toThrow(
      "it has more than the 1000 bytes that are accepted (maxBytes)",
    );
  });

  test("is asked for the parts that are read, and for no more", async () => {
    const { address, starts } = await serveContent({});
    await withSource(address, {}, async (file) => {
      expect(await file.read(0, 10)).toEqual(content.slice(0, 10));
      expect(await file.read(10, 10)).toEqual(content.slice(10, 20));
      expect(await file.read(100, 10)).toEqual(content.slice(100, 110));
      expect(await file.read(50, 10)).toEqual(content.slice(50, 60));
    });
    expect(starts).toEqual([0, 50]);
  });

  test("is streamed as it arrives, also over a connection that breaks, of a server that gives no parts", async () => {
    for (const ranges of [true, false]) {
      const { address, starts } = await serveContent({ ranges, breaksAfter: ranges ? 9_000 : 60_000 });
      const parts: Uint8Array[] = [];
      for await (const part of streamSource(address)) parts.push(part);
      expect(Buffer.concat(parts)).toEqual(Buffer.from(content));
      expect(starts[0]).toBe(0);
      server?.closeAllConnections();
      server?.close();
    }
    const { address } = await serveContent({ ranges: false, hidesLength: true });
    await expect(streamSource(address, { maxBytes: 10 }).next()).rejects.toThrow("accepted (maxBytes)");
  });

  test("is refused when it changes while it is read", async () => {
    const { address } = await serveContent({ breaksAfter: 9_000, etag: (request) => `"${request}"` });
    await expect(withSource(address, {}, (file) => file.readAll())).rejects.toThrow(
      /byte \d+: the file changed on the server while it was read/,
    );
  });

  test("has siblings, without what followed in the address", async () => {
    const address = await serve((request, response) => response.end(request.url));
    await withSource(address, {}, async (file) => {
      const url = await withSource(file.sibling("weights 1.bin"), {}, (sibling) => sibling.readAll());
      expect(new TextDecoder().decode(url)).toBe("/models/weights%201.bin");
    });
  });

  test("that is not there, or empty, is said at once; one that fails is tried again", async () => {
    let requests = 0;
    const status = { code: 404 };
    const address = await serve((_request, response) => {
      requests++;
      response.writeHead(requests === 2 ? 503 : status.code);
      response.end();
    });
    await expect(openSource(address)).rejects.toThrow(`${address}: the server answers 404 Not Found`);
    await expect(openSource(address)).rejects.toThrow("404");
    expect(requests).toBe(3);
    status.code = 416;
    await withSource(address, {}, async (file) => expect(file.size).toBe(0));
  });

  test("of a server that is gone is an error after some tries, and none after an abort", async () => {
    const { address } = await serveContent({});
    await new Promise((resolve) => server?.close(resolve));
    server = undefined;
    const error: unknown = await openSource(address).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FileError);
    expect(String(error)).toMatch(/it cannot be read, tried 5 times: .*ECONNREFUSED/);
    const controller = new AbortController();
    const opening = openSource(address, { signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(opening).rejects.toThrow("enough");
  });
});
