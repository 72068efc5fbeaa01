import { describe, expect, it } from "vitest";
import { ProgressBar } from "./progress-bar.ts";

function makeBar(options: { isTerminal: boolean; target: number; verbose?: number }) {
  const clock = { seconds: 0 };
  const written: string[] = [];
  const bar = new ProgressBar({
    target: options.target,
    verbose: options.verbose ?? 1,
    stream: { isTerminal: options.isTerminal, columns: 80, write: (text) => written.push(text) },
    now: () => clock.seconds,
  });
  return { bar, clock, written };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /\u001b\[\d+m|\r/g;

describe("the progress bar", () => {
  it("ends with Keras's line: steps, 20 characters, time, time a step without the first, numbers", () => {
    const { bar, clock, written } = makeBar({ isTerminal: false, target: 469 });
    clock.seconds = 0.2;
    bar.advance(1);
    clock.seconds = 3.008;
    bar.advance(469);
    bar.finish({ loss: 0.22951, accuracy: 0.93121, val_loss: 0.0001234, val_accuracy: 1 });
    expect(written.join("")).toBe(
      "469/469 ━━━━━━━━━━━━━━━━━━━━ 3s 6ms/step - accuracy: 0.9312 - loss: 0.2295 - val_accuracy: 1.0000 - " +
        "val_loss: 1.2340e-04\n",
    );
  });

  it("writes no control characters off a terminal, and nothing before the end", () => {
    const { bar, clock, written } = makeBar({ isTerminal: false, target: 3 });
    for (let step = 1; step <= 3; step++) {
      clock.seconds += 1;
      expect(bar.advance(step)).toBe(false);
    }
    bar.finish({ loss: 1 });
    expect(written.join("")).toBe("3/3 ━━━━━━━━━━━━━━━━━━━━ 3s 1s/step - loss: 1.0000\n");
  });

  it("is drawn over on a terminal, at most every 50 ms", () => {
    const { bar, clock, written } = makeBar({ isTerminal: true, target: 100 });
    let drawings = 0;
    for (let step = 1; step <= 100; step++) {
      clock.seconds += 0.01;
      if (!bar.advance(step)) continue;
      bar.draw({ loss: 1 / step });
      drawings++;
    }
    expect(drawings).toBe(20);
    expect(written[1].startsWith("\r")).toBe(true);
    expect(written[1].replace(controls, "")).toMatch(/^ {2}6\/100 ━{20} 0s 10ms\/step - loss: 0\.1667 *$/);
    expect(written[1]).toContain(`\u001b[32m━\u001b[0m\u001b[37m${"━".repeat(19)}`);
  });

  it("covers what a longer line before left", () => {
    const { bar, clock, written } = makeBar({ isTerminal: true, target: 2 });
    clock.seconds = 0.06;
    bar.advance(1);
    bar.draw({ loss: 123456 });
    bar.finish({ loss: 1 });
    const [first, second] = written.map((text) => text.replace(controls, "").replace("\n", ""));
    expect(second.length).toBe(first.length);
  });

  it("is one line an epoch with verbose 2", () => {
    const { bar, clock, written } = makeBar({ isTerminal: false, target: 10, verbose: 2 });
    clock.seconds = 1;
    bar.advance(1);
    clock.seconds = 10;
    bar.advance(10);
    bar.finish({ loss: Number.NaN });
    expect(written.join("")).toBe("10/10 - 10s - 1s/step - loss: nan\n");
  });

  it("says in minutes how long it will still take", () => {
    const { bar, clock, written } = makeBar({ isTerminal: true, target: 101 });
    clock.seconds = 1;
    bar.advance(1);
    bar.draw({});
    expect(written[0].replace(controls, "")).toBe("  1/101 ━━━━━━━━━━━━━━━━━━━━ 1:40 1s/step");
  });
});
