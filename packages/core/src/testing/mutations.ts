/** Damaged files, for tests that a reader refuses them in words and does nothing else. */

/** A generator of numbers from 0 to 1, by mulberry32; the same seed gives the same numbers. */
function numbersFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Values that sizes, counts and offsets are replaced by: none, one, −1, and those just beyond what types hold. */
const claims = [0n, 1n, -1n, 2n ** 31n, 2n ** 31n - 1n, 2n ** 32n - 1n, 2n ** 53n, 2n ** 63n, 2n ** 63n - 1n];

/** Numbers in text: what JSON and Python's literals are given in place of theirs. */
const numerals = [
  "0",
  "1",
  "-1",
  "1e400",
  "9223372036854775808",
  "2147483648",
  "0.5",
  "null",
  '"a"',
  "[[[[",
  "{",
];

/**
 * `count` damaged copies of a file: bits flipped, bytes replaced, the end or a middle part cut, parts copied over others,
 * inserted or repeated, sizes and counts of 16, 32 or 64 bits (in either byte order) replaced by extreme ones, numbers in text
 * by other text; one to four of these at once.
 */
export function* mutationsOf(
  file: Uint8Array,
  { count, seed }: { readonly count: number; readonly seed: number },
): Generator<Uint8Array<ArrayBuffer>> {
  const draw = numbersFrom(seed);
  for (let index = 0; index < count; index++) {
    let bytes = new Uint8Array(file);
    for (let times = 1 + Math.floor(draw() ** 3 * 4); times > 0; times--) bytes = mutate(bytes, draw);
    yield bytes;
  }
}

function mutate(bytes: Uint8Array<ArrayBuffer>, draw: () => number): Uint8Array<ArrayBuffer> {
  if (bytes.length === 0) return new Uint8Array([Math.floor(draw() * 256)]);
  const below = (limit: number): number => Math.floor(draw() * limit);
  // Headers are short, and stand at the beginning or at the end.
  const place = (): number => {
    const near = Math.min(bytes.length, 256);
    const where = draw();
    if (where < 0.4) return below(near);
    return where < 0.7 ? bytes.length - 1 - below(near) : below(bytes.length);
  };
  const part = (): Uint8Array<ArrayBuffer> => {
    const start = place();
    return bytes.slice(start, start + 1 + below(Math.min(64, bytes.length)));
  };
  const at = place();
  switch (below(9)) {
    case 0:
      bytes[at] ^= 1 << below(8);
      return bytes;
    case 1:
      bytes[at] = below(256);
      return bytes;
    case 2:
      return bytes.slice(0, at);
    case 3:
      return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + below(64)));
    case 4: {
      const copied = part();
      bytes.set(copied.subarray(0, bytes.length - at), at);
      return bytes;
    }
    case 5:
      return joined(bytes.subarray(0, at), part(), bytes.subarray(at));
    case 6: {
      const repeated = part();
      return joined(
        bytes.subarray(0, at),
        ...Array.from({ length: 1 + below(20) }, () => repeated),
        bytes.subarray(at),
      );
    }
    case 7:
      replaceClaim(bytes, at, below);
      return bytes;
    default:
      return replaceNumeral(bytes, at, below);
  }
}

function replaceClaim(bytes: Uint8Array, at: number, below: (limit: number) => number): void {
  const width = [2, 4, 8][below(3)];
  const claim = BigInt.asUintN(8 * width, claims[below(claims.length)]);
  const isLittle = below(4) > 0;
  for (let index = 0; index < width && at + index < bytes.length; index++) {
    const shift = BigInt(8 * (isLittle ? index : width - 1 - index));
    bytes[at + index] = Number((claim >> shift) & 255n);
  }
}

/** Replaces the first run of digits from `at` on, if there is one near. */
function replaceNumeral(
  bytes: Uint8Array<ArrayBuffer>,
  at: number,
  below: (limit: number) => number,
): Uint8Array<ArrayBuffer> {
  const isDigit = (index: number): boolean => bytes[index] >= 0x30 && bytes[index] <= 0x39;
  let start = at;
  while (start < bytes.length && start < at + 256 && !isDigit(start)) start++;
  let end = start;
  while (end < bytes.length && isDigit(end)) end++;
  const numeral = new TextEncoder().encode(numerals[below(numerals.length)]);
  return joined(bytes.subarray(0, start), numeral, bytes.subarray(end));
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
