/** FarmHash's Fingerprint64, by G. Pike (google/farmhash, `farmhashna::Hash64`): the same on every machine, for ever. */
const k0 = 0xc3a5c85c97cb3127n;
const k1 = 0xb492b66fbe98f273n;
const k2 = 0x9ae16a3b2f90404fn;

/** An unsigned number of 64 bits. */
const word = (x: bigint): bigint => BigInt.asUintN(64, x);

const rotated = (x: bigint, bits: bigint): bigint => word((x >> bits) | (x << (64n - bits)));

/** A number with its upper bits mixed into the lower ones. */
export const shiftMix = (x: bigint): bigint => x ^ (x >> 47n);

type Pair = readonly [bigint, bigint];

/** The bytes of a text in UTF-8. */
export function bytesOf(text: string): DataView {
  const bytes = new TextEncoder().encode(text);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The fingerprint of bytes: an unsigned number of 64 bits. */
export function fingerprint64(bytes: DataView): bigint {
  const length = bytes.byteLength;
  if (length <= 16) return ofShort(bytes);
  if (length <= 32) return ofMedium(bytes);
  return length <= 64 ? ofLong(bytes) : ofBlocks(bytes);
}

function at(bytes: DataView, offset: number): bigint {
  return bytes.getBigUint64(offset < 0 ? bytes.byteLength + offset : offset, true);
}

function joined(u: bigint, v: bigint, factor: bigint): bigint {
  const first = shiftMix(word((u ^ v) * factor));
  return word(shiftMix(word((v ^ first) * factor)) * factor);
}

function ofShort(bytes: DataView): bigint {
  const length = bytes.byteLength;
  const size = BigInt(length);
  const factor = word(k2 + size * 2n);
  if (length >= 8) {
    const [a, b] = [word(at(bytes, 0) + k2), at(bytes, -8)];
    const c = word(rotated(b, 37n) * factor + a);
    const d = word((rotated(a, 25n) + b) * factor);
    return joined(c, d, factor);
  }
  if (length >= 4) {
    const [first, last] = [bytes.getUint32(0, true), bytes.getUint32(length - 4, true)];
    return joined(size + (BigInt(first) << 3n), BigInt(last), factor);
  }
  if (length === 0) return k2;
  const [first, middle, last] = [0, length >> 1, length - 1].map((index) => BigInt(bytes.getUint8(index)));
  const [y, z] = [first + (middle << 8n), size + (last << 2n)];
  return word(shiftMix(word(y * k2) ^ word(z * k0)) * k2);
}

function ofMedium(bytes: DataView): bigint {
  const factor = word(k2 + BigInt(bytes.byteLength) * 2n);
  const [a, b] = [word(at(bytes, 0) * k1), at(bytes, 8)];
  const [c, d] = [word(at(bytes, -8) * factor), word(at(bytes, -16) * k2)];
  return joined(
    word(rotated(word(a + b), 43n) + rotated(c, 30n) + d),
    word(a + rotated(word(b + k2), 18n) + c),
    factor,
  );
}

function ofLong(bytes: DataView): bigint {
  const factor = word(k2 + BigInt(bytes.byteLength) * 2n);
  const [a, b] = [word(at(bytes, 0) * k2), at(bytes, 8)];
  const [c, d] = [word(at(bytes, -8) * factor), word(at(bytes, -16) * k2)];
  const y = word(rotated(word(a + b), 43n) + rotated(c, 30n) + d);
  const z = joined(y, word(a + rotated(word(b + k2), 18n) + c), factor);
  const [e, f] = [word(at(bytes, 16) * factor), at(bytes, 24)];
  const [g, h] = [word((y + at(bytes, -32)) * factor), word((z + at(bytes, -24)) * factor)];
  return joined(
    word(rotated(word(e + f), 43n) + rotated(g, 30n) + h),
    word(e + rotated(word(f + a), 18n) + g),
    factor,
  );
}

function ofBlocks(bytes: DataView): bigint {
  const length = bytes.byteLength;
  let x = 81n;
  let y = word(81n * k1 + 113n);
  let z = word(shiftMix(word(y * k2 + 113n)) * k2);
  let v: Pair = [0n, 0n];
  let w: Pair = [0n, 0n];
  x = word(x * k2 + at(bytes, 0));
  const rounds = Math.floor((length - 1) / 64);
  for (let round = 0; round < rounds; round++) {
    const start = 64 * round;
    x = word(rotated(word(x + y + v[0] + at(bytes, start + 8)), 37n) * k1) ^ w[1];
    y = word(rotated(word(y + v[1] + at(bytes, start + 48)), 42n) * k1 + v[0] + at(bytes, start + 40));
    z = word(rotated(word(z + w[0]), 33n) * k1);
    v = weak(bytes, start, word(v[1] * k1), word(x + w[0]));
    w = weak(bytes, start + 32, word(z + w[1]), word(y + at(bytes, start + 16)));
    [z, x] = [x, z];
  }
  const factor = word(k1 + ((z & 0xffn) << 1n));
  const last = length - 64;
  const w0 = word(w[0] + BigInt((length - 1) % 64));
  const v0 = word(v[0] + w0);
  w = [word(w0 + v0), w[1]];
  v = [v0, v[1]];
  x = word(rotated(word(x + y + v[0] + at(bytes, last + 8)), 37n) * factor) ^ word(w[1] * 9n);
  y = word(rotated(word(y + v[1] + at(bytes, last + 48)), 42n) * factor + v[0] * 9n + at(bytes, last + 40));
  z = word(rotated(word(z + w[0]), 33n) * factor);
  v = weak(bytes, last, word(v[1] * factor), word(x + w[0]));
  w = weak(bytes, last + 32, word(z + w[1]), word(y + at(bytes, last + 16)));
  return joined(
    word(joined(v[0], w[0], factor) + shiftMix(y) * k0 + x),
    word(joined(v[1], w[1], factor) + z),
    factor,
  );
}

/** A weak hash of 32 bytes, with two seeds. */
function weak(bytes: DataView, start: number, first: bigint, second: bigint): Pair {
  const [w, x, y, z] = [0, 8, 16, 24].map((offset) => at(bytes, start + offset));
  const a = word(first + w);
  const b = rotated(word(second + a + z), 21n);
  const sum = word(a + x + y);
  return [word(sum + z), word(b + rotated(sum, 44n) + a)];
}
