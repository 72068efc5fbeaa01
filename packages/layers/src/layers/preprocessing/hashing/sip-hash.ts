const word = (x: bigint): bigint => BigInt.asUintN(64, x);

const rotated = (x: bigint, bits: bigint): bigint => word((x << bits) | (x >> (64n - bits)));

/**
 * SipHash-2-4, a hash that cannot be foreseen without its key. J.-P. Aumasson and D. J. Bernstein (2012).
 *
 * @param bytes What is hashed.
 * @param key Two numbers of 64 bits.
 */
export function sipHash(bytes: DataView, key: readonly [bigint, bigint]): bigint {
  const [k0, k1] = key.map(word);
  let v0 = k0 ^ 0x736f6d6570736575n;
  let v1 = k1 ^ 0x646f72616e646f6dn;
  let v2 = k0 ^ 0x6c7967656e657261n;
  let v3 = k1 ^ 0x7465646279746573n;
  const mix = (rounds: number): void => {
    for (let round = 0; round < rounds; round++) {
      v0 = word(v0 + v1);
      v1 = rotated(v1, 13n) ^ v0;
      v0 = rotated(v0, 32n);
      v2 = word(v2 + v3);
      v3 = rotated(v3, 16n) ^ v2;
      v0 = word(v0 + v3);
      v3 = rotated(v3, 21n) ^ v0;
      v2 = word(v2 + v1);
      v1 = rotated(v1, 17n) ^ v2;
      v2 = rotated(v2, 32n);
    }
  };
  const take = (block: bigint): void => {
    v3 ^= block;
    mix(2);
    v0 ^= block;
  };
  const length = bytes.byteLength;
  const whole = length - (length % 8);
  for (let start = 0; start < whole; start += 8) take(bytes.getBigUint64(start, true));
  let last = BigInt(length % 256) << 56n;
  for (let index = whole; index < length; index++) {
    last |= BigInt(bytes.getUint8(index)) << BigInt(8 * (index - whole));
  }
  take(last);
  v2 ^= 0xffn;
  mix(4);
  return v0 ^ v1 ^ v2 ^ v3;
}
