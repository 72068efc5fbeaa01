import { describe, expect, it } from "vitest";
import { platform } from "#platform";
import { wantedThreads } from "./wanted-threads.ts";

function machine(availableThreads: number, threadLimit: string | null, wish?: string) {
  const environmentVariable = (name: string) => (name === "STRATA_THREADS" ? wish : undefined);
  return { ...platform, availableThreads, threadLimit, environmentVariable };
}

describe("the number of threads", () => {
  it.each([undefined, ""])("is that of those that can run at once, with STRATA_THREADS %j", (wish) => {
    expect(wantedThreads(undefined, machine(4, null, wish))).toEqual({ count: 4, reason: null });
    expect(wantedThreads(undefined, machine(1, "the limit", wish))).toEqual({
      count: 1,
      reason: "the limit",
    });
  });

  it("is what the program or else the environment asks for", () => {
    expect(wantedThreads(undefined, machine(4, null, "3"))).toEqual({ count: 3, reason: null });
    expect(wantedThreads(2, machine(4, null, "3"))).toEqual({ count: 2, reason: null });
    expect(wantedThreads(1, machine(1, "the limit"))).toEqual({ count: 1, reason: null });
  });

  it("is not more than can run at once, and the reason is told", () => {
    const reason = "8 were asked for; 2 can run at once";
    expect(wantedThreads(undefined, machine(2, null, "8"))).toEqual({ count: 2, reason });
    expect(wantedThreads(8, machine(2, null))).toEqual({ count: 2, reason });
    expect(wantedThreads(8, machine(1, "the limit"))).toEqual({
      count: 1,
      reason: "8 were asked for; the limit",
    });
  });

  it.each(["many", "0", "1.5", "-2"])("is refused as STRATA_THREADS=%s", (wish) => {
    expect(() => wantedThreads(undefined, machine(4, null, wish))).toThrow(
      `STRATA_THREADS=${wish}: the number of threads is an integer from 1 on`,
    );
  });
});
