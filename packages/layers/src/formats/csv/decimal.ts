/**
 * Numbers in decimal notation, from their bytes to the nearest double, as `Number` gives it for their text. What cannot be decided
 * by a few exact operations is left to `Number`; it is rare. Source for the first step: W. Clinger, How to read floating-point
 * numbers accurately, 1990. The second one divides in double-double arithmetic (T. Dekker, A floating-point technique for
 * extending the available precision, 1971), and looks whether the error could change the result.
 */

/** The powers of ten that are doubles. */
export const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/** Integers up to it are doubles, each. */
export const largestExact = 2 ** 53;

const zero = 48;
const plus = 43;
const minus = 45;
const dot = 46;
const exponentMark = 101;
/** Digits that a double holds for sure. */
const exactDigits = 15;

/** Reads a number at a position; where it ends and what it is are kept until the next. */
export class DecimalReader {
  /** The number, after {@link read} returned true. */
  value = 0;
  /** The position after it. */
  end = 0;

  /**
   * Reads digits with a sign, a point and an exponent, of which all but the digits may be missing.
   *
   * @param bytes With something that is no part of a number at their end.
   * @returns Whether there is a number, and its nearest double is certain.
   */
  read(bytes: Uint8Array, start: number): boolean {
    let at = start;
    let byte = bytes[at];
    const isNegative = byte === minus;
    if (isNegative || byte === plus) byte = bytes[++at];
    let leading = 0;
    let trailing = 0;
    let digits = 0;
    let trailingDigits = 0;
    let exponent = 0;
    const first = at;
    let pointAt = -1;
    for (; ; byte = bytes[++at]) {
      const digit = byte - zero;
      if (digit >= 0 && digit < 10) {
        if (digits < exactDigits) {
          leading = leading * 10 + digit;
          if (leading > 0) digits++;
        } else {
          trailing = trailing * 10 + digit;
          trailingDigits++;
        }
      } else if (byte === dot && pointAt < 0) {
        pointAt = at;
      } else break;
    }
    if (at - first - (pointAt < 0 ? 0 : 1) === 0) return false;
    if (pointAt >= 0) exponent = pointAt + 1 - at;
    if ((byte | 32) === exponentMark) {
      byte = bytes[++at];
      const isSmall = byte === minus;
      if (isSmall || byte === plus) byte = bytes[++at];
      const begin = at;
      let given = 0;
      for (; byte >= zero && byte < zero + 10 && given < 1e6; byte = bytes[++at])
        given = given * 10 + byte - zero;
      if (at === begin) return false;
      exponent += isSmall ? -given : given;
    }
    this.end = at;
    const size = nearest(leading, trailing, trailingDigits, exponent);
    this.value = isNegative ? -size : size;
    return !Number.isNaN(size);
  }
}

/** (leading · 10^trailingDigits + trailing) · 10^exponent as the nearest double; NaN where that is not certain. */
function nearest(leading: number, trailing: number, trailingDigits: number, exponent: number): number {
  if (leading === 0 && trailingDigits === 0) return 0;
  if (trailingDigits > exactDigits || exponent < -22 || exponent > 22) return Number.NaN;
  if (trailingDigits === 0) {
    return exponent < 0 ? leading / powersOfTen[-exponent] : leading * powersOfTen[exponent];
  }
  if (exponent > 0) return Number.NaN;
  const divisor = powersOfTen[-exponent];
  // The whole number as a sum of two doubles, of 30 digits at most.
  const product = leading * powersOfTen[trailingDigits];
  const productRest = restOfProduct(leading, powersOfTen[trailingDigits], product);
  const sum = product + trailing;
  const sumRest = trailing - (sum - product) + productRest;
  const quotient = sum / divisor;
  const back = quotient * divisor;
  const correction = (sum - back - restOfProduct(quotient, divisor, back) + sumRest) / divisor;
  const low = quotient + correction * (1 - uncertainty);
  const high = quotient + correction * (1 + uncertainty);
  return low === high ? low : Number.NaN;
}

/** More than the relative error of a correction. */
const uncertainty = 2 ** -40;

/** The part of left · right that the product as a double leaves out, exactly. */
function restOfProduct(left: number, right: number, product: number): number {
  const leftHigh = upperHalf(left);
  const rightHigh = upperHalf(right);
  const leftLow = left - leftHigh;
  const rightLow = right - rightHigh;
  return leftLow * rightLow - (product - leftHigh * rightHigh - leftLow * rightHigh - leftHigh * rightLow);
}

/** The upper 26 bits of a double. */
function upperHalf(value: number): number {
  const scaled = 134217729 * value;
  return scaled - (scaled - value);
}
