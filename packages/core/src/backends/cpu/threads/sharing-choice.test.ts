import { describe, expect, it } from "vitest";
import { SharingChoice, type Way } from "./sharing-choice.ts";

/** Runs for so many milliseconds, each run as long as `duration` says; the parts of the time by way, and the total. */
function simulate(choice: SharingChoice, total: number, duration: (way: Way, run: number) => number) {
  const spent = { shared: 0, alone: 0 };
  let runs = 0;
  while (spent.shared + spent.alone < total) {
    const { way } = choice;
    const milliseconds = duration(way, runs++);
    spent[way] += milliseconds;
    choice.note(milliseconds);
  }
  return { ...spent, runs };
}

describe("the choice whether a program shares its steps", () => {
  it.each([0.05, 1, 20, 300])("goes on with threads that help, for runs of %d ms", (milliseconds) => {
    const choice = new SharingChoice("shared");
    const total = 3000 * milliseconds;
    const { alone, runs } = simulate(choice, total, (way) =>
      way === "shared" ? milliseconds : 1.8 * milliseconds,
    );
    expect(alone).toBeGreaterThan(0);
    expect(runs * milliseconds).toBeGreaterThan(0.985 * total);
  });

  it.each([0.05, 1, 20, 300])("goes without threads that hinder, for runs of %d ms", (milliseconds) => {
    const choice = new SharingChoice("shared");
    const total = Math.max(500, 3000 * milliseconds);
    const { runs } = simulate(choice, total, (way) => (way === "alone" ? milliseconds : 2.5 * milliseconds));
    expect(choice.better).toBe("alone");
    expect(runs * milliseconds).toBeGreaterThan(0.96 * total);
  });

  it("notices when others begin to want the cores, and when they end", () => {
    const choice = new SharingChoice("shared");
    simulate(choice, 2000, (way) => (way === "shared" ? 5 : 9));
    expect(choice.better).toBe("shared");
    const crowded = simulate(choice, 2000, (way) => (way === "shared" ? 25 : 10));
    expect(choice.better).toBe("alone");
    expect(crowded.shared).toBeLessThan(600);
    simulate(choice, 10_000, (way) => (way === "shared" ? 5 : 9));
    expect(choice.better).toBe("shared");
  });

  it("is not misled by one run that took long", () => {
    const choice = new SharingChoice("shared");
    const interrupted = (way: Way, run: number) => (run % 40 === 17 ? 100 : way === "shared" ? 5 : 8);
    const { alone, shared } = simulate(choice, 30_000, interrupted);
    expect(choice.better).toBe("shared");
    expect(alone).toBeLessThan(0.1 * shared);
  });

  it("begins with what was better for other programs", () => {
    const choice = new SharingChoice("alone");
    expect(choice.way).toBe("alone");
    simulate(choice, 1000, (way) => (way === "shared" ? 1 : 2));
    expect(choice.better).toBe("shared");
  });
});
