import { platform as ownPlatform } from "#platform";
import type { Platform } from "../../../platform/platform.ts";

/** How many threads a product may use: what STRATA_THREADS says, or as many as can run at once. */
export function wantedThreads(platform: Platform = ownPlatform): number {
  const wish = platform.environmentVariable("STRATA_THREADS");
  if (wish === undefined || wish === "") return platform.availableThreads;
  const threads = Number(wish);
  if (!Number.isInteger(threads) || threads < 1) {
    throw new RangeError(`STRATA_THREADS=${wish}: the number of threads is an integer from 1 on`);
  }
  return threads;
}
