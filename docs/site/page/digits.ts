/** Handwritten digits: from an address, or else the few that the page has with it. */

/** Images of 784 grey values from 0 to 1, and what they show. */
export interface Digits {
  readonly count: number;
  readonly images: Float32Array;
  readonly labels: Uint8Array;
}

declare global {
  // Set by assets/digits.js: images and labels as IDX files, gzipped, in base64.
  var strataDigits: { readonly images: string; readonly labels: string } | undefined;
}

/** The digits of two IDX files, whose addresses are the given one with `-images` and `-labels`. */
export async function digitsAt(address: string): Promise<Digits> {
  const [images, labels] = await Promise.all(
    ["images-idx3-ubyte.gz", "labels-idx1-ubyte.gz"].map(async (name) => {
      const response = await fetch(`${address}-${name}`, { signal: AbortSignal.timeout(20_000) });
      if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
      return new Uint8Array(await response.arrayBuffer());
    }),
  );
  return digitsOf(images, labels);
}

/** The digits that come with the page. */
export async function digitsOfPage(base: string): Promise<Digits> {
  if (globalThis.strataDigits === undefined) {
    await new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = `${base}assets/digits.js`;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
  }
  const { images = "", labels = "" } = globalThis.strataDigits ?? {};
  return digitsOf(bytesOf(images), bytesOf(labels));
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

async function digitsOf(images: Uint8Array<ArrayBuffer>, labels: Uint8Array<ArrayBuffer>): Promise<Digits> {
  const [greys, names] = [await elementsOf(images, 3), await elementsOf(labels, 1)];
  return { count: names.length, images: Float32Array.from(greys, (grey) => grey / 255), labels: names };
}

/** The bytes of an IDX file: two zero bytes, the type (8 is uint8), the rank, the sizes, then the elements. */
async function elementsOf(file: Uint8Array<ArrayBuffer>, rank: number): Promise<Uint8Array> {
  const isGzipped = file[0] === 0x1f && file[1] === 0x8b;
  const stream = new Blob([file]).stream();
  const bytes = isGzipped
    ? new Uint8Array(await new Response(stream.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer())
    : file;
  if (bytes[2] !== 8 || bytes[3] !== rank)
    throw new Error(`this is no IDX file of bytes in ${rank} dimensions`);
  return bytes.subarray(4 + 4 * rank);
}
