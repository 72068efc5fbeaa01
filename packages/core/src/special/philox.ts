/**
 * The counter-based generator Philox 4x32-10: a block of four random words is a function of a key and a counter,
 * so any part of a stream can be computed alone, in any order, on any number of threads.
 * J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", SC'11 (2011).
 */

/** The two words that name a stream. */
export type PhiloxKey = readonly [number, number];

/** Four words: a counter, or the random block that belongs to it. */
export type PhiloxBlock = readonly [number, number, number, number];

/** The constants of the generator, from section 3.3 and table 2 of the paper. */
export const philoxConstants = {
  rounds: 10,
  multipliers: [0xd2511f53, 0xcd9e8d57],
  /** Added to the key after each round: the golden ratio, and √3 − 1. */
  keyIncrements: [0x9e3779b9, 0xbb67ae85],
} as const;

/** The high 32 bits of the product of two unsigned 32-bit words. */
function multiplyHigh(left: number, right: number): number {
  const [leftHigh, leftLow] = [left >>> 16, left & 0xffff];
  const [rightHigh, rightLow] = [right >>> 16, right & 0xffff];
  const low = leftLow * rightLow;
  const middle = leftHigh * rightLow + Math.floor(low / 0x10000);
  const crossed = leftLow * rightHigh + (middle % 0x10000);
  return (leftHigh * rightHigh + Math.floor(middle / 0x10000) + Math.floor(crossed / 0x10000)) | 0;
}

/** The random block of one counter. Words are 32 bits, as signed integers in the result. */
export function philox(key: PhiloxKey, counter: PhiloxBlock): PhiloxBlock {
  const { rounds, multipliers, keyIncrements } = philoxConstants;
  let [key0, key1] = key;
  let [word0, word1, word2, word3] = counter;
  for (let round = 0; round < rounds; round++) {
    const high0 = multiplyHigh(multipliers[0], word0);
    const low0 = Math.imul(multipliers[0], word0);
    const high1 = multiplyHigh(multipliers[1], word2);
    const low1 = Math.imul(multipliers[1], word2);
    [word0, word1, word2, word3] = [high1 ^ word1 ^ key0, low1, high0 ^ word3 ^ key1, low0];
    key0 = (key0 + keyIncrements[0]) | 0;
    key1 = (key1 + keyIncrements[1]) | 0;
  }
  return [word0, word1, word2, word3];
}

/**
 * The first `count` words of the stream that starts at the 64-bit counter (`counterLow`, `counterHigh`):
 * word i is word i mod 4 of the block of counter + ⌊i / 4⌋, modulo 2⁶⁴; the upper half of the counter is 0.
 */
export function philoxWords(
  key: PhiloxKey,
  counterLow: number,
  counterHigh: number,
  count: number,
): Int32Array<ArrayBuffer> {
  const words = new Int32Array(count);
  for (let first = 0; first < count; first += 4) {
    const sum = (counterLow >>> 0) + first / 4;
    const carry = Math.floor(sum / 2 ** 32);
    const block = philox(key, [sum | 0, (counterHigh + carry) | 0, 0, 0]);
    words.set(first + 4 <= count ? block : block.slice(0, count - first), first);
  }
  return words;
}
