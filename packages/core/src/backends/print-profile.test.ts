import { expect, it } from "vitest";
import { printProfile } from "./print-profile.ts";

const step = { name: "matmul", calls: 4, milliseconds: 3, gigaflopsPerSecond: 12.34, gigabytesPerSecond: 5 };

it("a printed profile says of each step what it took, its share, and its rates", () => {
  const times = [step, { ...step, name: "add+relu", calls: 1, milliseconds: 1, gigaflopsPerSecond: 0 }];
  expect(printProfile(times)).toBe(
    [
      "  ms   share  calls  µs/call  GFLOP/s  GB/s  step",
      "3.00  75.0 %      4    750.0     12.3   5.0  matmul",
      "1.00  25.0 %      1   1000.0            5.0  add+relu",
      "4.00                                         in all",
    ].join("\n"),
  );
});

it("a long profile shows the slowest steps, and says how many more there are", () => {
  const lines = printProfile(Array.from({ length: 100 }, () => step)).split("\n");
  expect(lines).toHaveLength(42);
  expect(lines[41]).toContain("300.00");
  expect(lines[41]).toContain("in all, with 60 more steps");
});
