import { option } from "../../../schema/option.ts";
import { bytesOf, fingerprint64, shiftMix } from "./fingerprint64.ts";
import { sipHash } from "./sip-hash.ts";

/** The key of a hash that cannot be foreseen; null for one that everybody knows. */
export type Salt = readonly [number, number] | null;

/** An option that is a key of two whole numbers, or one number for both. */
export const salt = option<readonly [number, number], number | readonly [number, number]>({
  accepted: "an integer, or an array of two",
  read: (given) => {
    const pair = typeof given === "number" ? [given, given] : given;
    if (!Array.isArray(pair) || pair.length !== 2 || !pair.every(Number.isInteger)) return undefined;
    return [pair[0], pair[1]];
  },
  write: (value) => value,
});

/** The bucket of a text, or of a whole number as it is written in decimals: from 0 to count − 1. */
export function bucketOf(value: string | number, count: number, key: Salt): number {
  const bytes = bytesOf(typeof value === "number" ? String(Math.trunc(value)) : value);
  const hash = key === null ? fingerprint64(bytes) : sipHash(bytes, [BigInt(key[0]), BigInt(key[1])]);
  return Number(hash % BigInt(count));
}

const startOfCrossing = 0xdecafcaffen;
const crossingFactor = 0xc6a4a7935bd1e995n;

/** The bucket of several values together, as TensorFlow's `sparse.cross_hashed` finds it. */
export function bucketOfCrossing(values: readonly (string | number)[], count: number): number {
  const word = (x: bigint): bigint => BigInt.asUintN(64, x);
  const combined = values.reduce((hash, value) => {
    const own = typeof value === "number" ? word(BigInt(Math.trunc(value))) : fingerprint64(bytesOf(value));
    const mixed = hash ^ crossingFactor ^ word(shiftMix(word(own * crossingFactor)) * crossingFactor);
    return shiftMix(word(shiftMix(word(mixed * crossingFactor)) * crossingFactor));
  }, startOfCrossing);
  return Number(combined % BigInt(count));
}
