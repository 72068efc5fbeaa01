/** Three digits, without an exponent. */
export function formatNumber(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString("en-US");
  return value.toPrecision(value < 0.1 ? 2 : 3);
}

export function formatBytes(bytes: number): string {
  return `${formatNumber(bytes / 2 ** 20)} MiB`;
}

export function formatThreads(threads: number): string {
  return threads === 1 ? "1 thread" : `${threads} threads`;
}
