export interface Scale {
  /** Where a value lies. */
  at(value: number): number;
  /** The powers of ten, or of two where there are few of them, between the ends. */
  readonly ticks: readonly number[];
}

/** Values between two ends, each factor as wide as the same factor elsewhere. */
export function logarithmicScale(values: readonly number[], begin: number, end: number): Scale {
  const [least, most] = [Math.min(...values) / 1.2, Math.max(...values) * 1.2];
  const span = Math.log(most / least);
  const base = span > Math.log(60) ? 10 : 2;
  const step =
    base === 2 ? Math.max(1, Math.round(span / Math.LN2 / 5)) : Math.max(1, Math.round(span / Math.LN10 / 5));
  const ticks: number[] = [];
  const exponentOf = (value: number) => Math.log(value) / Math.log(base);
  for (let exponent = Math.ceil(exponentOf(least)); exponent <= exponentOf(most); exponent += step) {
    ticks.push(base ** exponent);
  }
  return { at: (value) => begin + ((end - begin) * Math.log(value / least)) / span, ticks };
}

/** A tick without needless zeros. */
export function formatTick(value: number): string {
  return value >= 1 ? value.toLocaleString("en-US") : String(Number(value.toPrecision(2)));
}
