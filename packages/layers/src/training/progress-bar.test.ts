import { describe, expect, it } from "vitest";
import { lengthOnTerminal } from "../utilities/terminal-text.ts";
import { ProgressBar, type ProgressBarOptions } from "./progress-bar.ts";

function makeBar(
  options: Partial<ProgressBarOptions> & {
    isTerminal: boolean;
    target: number | null;
    columns?: number;
    hasColors?: boolean;
  },
) {
  const clock = { seconds: 0 };
  const written: string[] = [];
  const { isTerminal, columns = 80, hasColors, ...others } = options;
  const stream = { isTerminal, columns, write: (text: string) => written.push(text) };
  const bar = new ProgressBar({
    verbose: 1,
    ...others,
    stream: hasColors === undefined ? stream : { ...stream, hasColors },
    now: () => clock.seconds,
  });
  return { bar, clock, written };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const colors = /\u001b\[\d+m/g;

/** The lines that stand on a terminal in the end. */
function screen(written: readonly string[]): string[] {
  const lines = written.join("").replace(colors, "").split("\n");
  return lines.map((line) => line.slice(line.lastIndexOf("\r") + 1).trimEnd());
}

/** The widths of all that was drawn, at whatever time. */
function widths(written: readonly string[]): number[] {
  return written
    .join("")
    .replace(colors, "")
    .split(/[\r\n]/)
    .map(lengthOnTerminal);
}

describe("the progress bar on a terminal", () => {
  it("ends with Keras's line: steps, 20 characters, time, time a step without the first, numbers", () => {
    const { bar, clock, written } = makeBar({
      isTerminal: true,
      target: 469,
      columns: 130,
      title: "Epoch 1/3",
    });
    clock.seconds = 0.2;
    bar.advance(1);
    clock.seconds = 3.008;
    bar.advance(469);
    bar.finish({ loss: 0.22951, accuracy: 0.93121, val_loss: 0.0001234, val_accuracy: 1 });
    expect(screen(written)).toEqual([
      "Epoch 1/3",
      "469/469 ━━━━━━━━━━━━━━━━━━━━ 3s 6ms/step - accuracy: 0.9312 - loss: 0.2295 - val_accuracy: 1.0000 - " +
        "val_loss: 1.2340e-04",
      "",
    ]);
  });

  it("is drawn over, at most every 50 ms", () => {
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
    expect(screen(written.slice(1, 2))).toEqual(["  6/100 ━━━━━━━━━━━━━━━━━━━━ 0s 10ms/step - loss: 0.1667"]);
    expect(written[1]).toContain(`\u001b[32m━\u001b[0m\u001b[37m${"━".repeat(19)}`);
  });

  it("covers what a longer line before left", () => {
    const { bar, clock, written } = makeBar({ isTerminal: true, target: 2 });
    clock.seconds = 0.06;
    bar.advance(1);
    bar.draw({ loss: 123456 });
    bar.finish({ loss: 1 });
    const [first, second] = written.map((text) => text.replace(colors, "").replace(/[\r\n]/g, ""));
    expect(second.length).toBe(first.length);
  });

  it("says in minutes how long it will still take", () => {
    const { bar, clock, written } = makeBar({ isTerminal: true, target: 101 });
    clock.seconds = 1;
    bar.advance(1);
    bar.draw({});
    expect(screen(written)).toEqual(["  1/101 ━━━━━━━━━━━━━━━━━━━━ 1:40 1s/step"]);
  });

  it.each([30, 40, 60, 80, 200])(
    "stays in lines of %i columns, however many metrics and whatever names",
    (columns) => {
      for (const count of [0, 1, 2, 3, 10, 30]) {
        const names = [
          "loss",
          "accuracy",
          "准确率",
          ...Array.from({ length: 27 }, (_, index) => `metric_${index}`),
        ];
        const logs = Object.fromEntries(names.slice(0, count).map((name, index) => [name, index / 7]));
        const { bar, clock, written } = makeBar({ isTerminal: true, target: 10_000, columns });
        for (let step = 1; step <= 20; step++) {
          clock.seconds += 0.06;
          if (bar.advance(step * 100)) bar.draw(logs);
        }
        bar.finish(logs);
        expect(Math.max(...widths(written)), `${count} metrics`).toBeLessThan(columns);
        // In the end all of them can be read.
        const text = screen(written).join(" ");
        for (const name of names.slice(0, count)) expect(text).toContain(`${name}: `);
      }
    },
  );

  it("shows the loss before other numbers where not all fit, with a shorter bar", () => {
    const { bar, clock, written } = makeBar({ isTerminal: true, target: 100, columns: 64 });
    clock.seconds = 1;
    bar.advance(50);
    bar.draw({ accuracy: 0.5, loss: 1, precision: 0.25 });
    bar.finish({ accuracy: 0.5, loss: 1, precision: 0.25 });
    expect(written[0].replace(colors, "")).toBe("\r 50/100 ━━━━━━━━━━ 1s 20ms/step - loss: 1.0000 …");
    expect(screen(written)).toEqual([
      " 50/100 ━━━━━━━━━━━━━━━━━━━━ 1s 20ms/step - accuracy: 0.5000",
      "        - loss: 1.0000 - precision: 0.2500",
      "",
    ]);
  });

  it("has no colours where there are to be none", () => {
    const { bar, written } = makeBar({ isTerminal: true, target: 2, hasColors: false });
    bar.advance(1);
    bar.draw({ loss: 1 });
    bar.finish({ loss: 1 });
    expect(written.join("")).not.toContain("\u001b");
  });

  it("counts up where the number of steps is not known, and learns it from the epoch before", () => {
    const unknown = makeBar({ isTerminal: true, target: null });
    unknown.clock.seconds = 2;
    unknown.bar.advance(4);
    unknown.bar.draw({});
    expect(screen(unknown.written)).toEqual(["      4/Unknown ━━━━━━━━━━━━━━━━━━━━ 2s 500ms/step"]);
    unknown.bar.finish({});
    expect(screen(unknown.written)[0]).toBe("4/4 ━━━━━━━━━━━━━━━━━━━━ 2s 500ms/step");
    const estimated = makeBar({ isTerminal: true, target: 4, isEstimate: true });
    estimated.clock.seconds = 2;
    estimated.bar.advance(2);
    estimated.bar.draw({});
    expect(screen(estimated.written)).toEqual(["2/4 ━━━━━━━━━━━━━━━━━━━━ 2s 1s/step"]);
    estimated.bar.advance(5);
    estimated.bar.draw({});
    expect(screen(estimated.written)[0]).toContain("5/Unknown");
    estimated.bar.finish({});
    expect(screen(estimated.written)[0]).toContain("5/5 ━");
  });
});

describe("progress off a terminal", () => {
  it("is one line an epoch, without control characters, and nothing before the end", () => {
    const { bar, clock, written } = makeBar({ isTerminal: false, target: 3, title: "Epoch 1/3" });
    for (let step = 1; step <= 3; step++) {
      clock.seconds += 1;
      expect(bar.advance(step)).toBe(false);
    }
    bar.finish({ loss: 1, accuracy: 0.5 });
    expect(written.join("")).toBe("Epoch 1/3 - 3/3 - 3s - 1s/step - accuracy: 0.5000 - loss: 1.0000\n");
  });

  it("is the same on a terminal with verbose 2", () => {
    const { bar, clock, written } = makeBar({ isTerminal: true, hasColors: false, target: 10, verbose: 2 });
    clock.seconds = 1;
    bar.advance(1);
    clock.seconds = 10;
    bar.advance(10);
    bar.finish({ loss: Number.NaN });
    expect(written.join("")).toBe("10/10 - 10s - 1s/step - loss: nan\n");
  });
});
