import { platform as ownPlatform } from "#platform";
import type { Platform } from "../../../platform/platform.ts";

/** How many threads are to compute. */
export interface WantedThreads {
  readonly count: number;
  /** Why there are not more, if there is more to it than the number of processors. */
  readonly reason: string | null;
}

/**
 * As many threads as are asked for, by `setBackend` or else by STRATA_THREADS, or as can run at once; but not more than
 * that, since threads that wait for a core make the others wait.
 *
 * @param asked The number that `setBackend` was given.
 */
export function wantedThreads(asked?: number, platform: Platform = ownPlatform): WantedThreads {
  const { availableThreads: available, threadLimit } = platform;
  const wish = asked ?? environmentWish(platform);
  if (wish !== undefined && wish <= available) return { count: wish, reason: null };
  const limit = threadLimit ?? `${available} can run at once`;
  return { count: available, reason: wish === undefined ? threadLimit : `${wish} were asked for; ${limit}` };
}

/** Throws a RangeError for what is no number of threads. */
export function checkThreads(what: string, threads: number): void {
  if (Number.isInteger(threads) && threads >= 1) return;
  throw new RangeError(`${what}: the number of threads is an integer from 1 on`);
}

function environmentWish(platform: Platform): number | undefined {
  const wish = platform.environmentVariable("STRATA_THREADS");
  if (wish === undefined || wish === "") return undefined;
  const threads = Number(wish);
  checkThreads(`STRATA_THREADS=${wish}`, threads);
  return threads;
}
