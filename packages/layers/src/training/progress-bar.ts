import type { Logs } from "../callbacks/callback.ts";
import { type OutputStream, output } from "../utilities/output.ts";
import { lengthOnTerminal } from "../utilities/terminal-text.ts";

const secondsBetweenDrawings = 0.05;

/** How a progress bar is set up. */
export interface ProgressBarOptions {
  /** The number of steps; null if it is not known. */
  readonly target: number | null;
  /** Whether the number of steps may be another one in the end. Default: false. */
  readonly isEstimate?: boolean;
  /** Stands before the line that is written off a terminal and with `verbose` 2, as `Epoch 1/3`. Default: nothing. */
  readonly title?: string;
  /** 1 for a bar, 2 for one line at the end. */
  readonly verbose: number;
  /** Where it is drawn. */
  readonly stream?: OutputStream;
  /** The time in seconds. */
  readonly now?: () => number;
}

/**
 * Steps done, time, and numbers by name, as Keras prints them. On a terminal a bar is drawn over at most every 50 ms, in a
 * line that fits; elsewhere one line is written at the end, without control characters.
 */
export class ProgressBar {
  private target: number | null;
  private readonly isEstimate: boolean;
  private readonly title: string;
  private readonly isDrawn: boolean;
  private readonly stream: OutputStream;
  private readonly now: () => number;
  private readonly start: number;
  private readonly values = new Map<string, number>();
  private current = 0;
  private afterFirstStep: number | null = null;
  private lastDrawing = Number.NEGATIVE_INFINITY;
  private lastLength = 0;

  constructor({
    target,
    isEstimate = false,
    title = "",
    verbose,
    stream = output(),
    now = () => performance.now() / 1000,
  }: ProgressBarOptions) {
    this.target = target;
    this.isEstimate = isEstimate || target === null;
    this.title = title;
    this.isDrawn = verbose === 1 && stream.isTerminal;
    this.stream = stream;
    this.now = now;
    this.start = now();
    if (this.isDrawn && title !== "") stream.write(`${title}\n`);
  }

  /** The number of steps done. */
  get steps(): number {
    return this.current;
  }

  /** Notes that `current` steps are done; whether it is time to draw. */
  advance(current: number): boolean {
    this.current = current;
    if (this.target !== null && this.isEstimate && current > this.target) this.target = null;
    const now = this.now();
    // The first step compiles, and says nothing about the others.
    if (current === 1) this.afterFirstStep = now;
    return this.isDrawn && now - this.lastDrawing >= secondsBetweenDrawings;
  }

  /** Draws the bar over the one before. */
  draw(logs: Logs): void {
    this.take(logs);
    this.lastDrawing = this.now();
    this.write(this.fittingLine(), "");
  }

  /** Draws the bar as it stays. */
  finish(logs: Logs): void {
    this.take(logs);
    if (this.isEstimate) this.target = this.current;
    if (this.isDrawn) {
      this.finishDrawing();
    } else {
      const title = this.title === "" ? "" : `${this.title} - `;
      const time = ` - ${this.elapsed()} - ${this.stepTime()}`;
      const line: readonly Part[] = [
        [title, ""],
        [this.counter(), bold],
        [time + joined(this.numbers()), ""],
      ];
      this.stream.write(`${this.textOf(line)}\n`);
    }
  }

  private take(logs: Logs): void {
    for (const name of Object.keys(logs).sort()) this.values.set(name, logs[name]);
  }

  /** The most that a line can have: in the last column some terminals go on to the next line. */
  private get room(): number {
    const { columns } = this.stream;
    return (columns > 0 ? columns : 80) - 1;
  }

  /** All of it if it fits on the terminal, or else a shorter bar, and the loss before other numbers. */
  private fittingLine(): readonly Part[] {
    const numbers = this.numbers();
    const loss = numbers.filter((number) => number.startsWith("loss: "));
    const others = numbers.filter((number) => !loss.includes(number));
    const shortened = others.map((_, index) => [...loss, ...others.slice(0, others.length - 1 - index), "…"]);
    const first = loss.length > 0 ? loss : numbers.slice(0, 1);
    const time = this.remaining();
    const withStepTime = `${time} ${this.stepTime()}`;
    const candidates = [
      this.parts(20, withStepTime, numbers),
      this.parts(10, withStepTime, numbers),
      ...shortened.map((each) => this.parts(10, withStepTime, each)),
      this.parts(5, withStepTime, first),
      this.parts(5, time, first),
      this.parts(5, time, []),
      this.parts(0, time, []),
    ];
    return candidates.find((parts) => lengthOf(parts) <= this.room) ?? [[this.counter(), bold]];
  }

  /** Writes all numbers, those that do not fit in lines below. */
  private finishDrawing(): void {
    const numbers = this.numbers();
    const time = `${this.elapsed()} ${this.stepTime()}`;
    const lines = [20, 10, 5, 0].map((barLength) => this.parts(barLength, time, []));
    let line = lines.find((each) => lengthOf(each) <= this.room) ?? this.parts(0, this.elapsed(), []);
    const indent = " ".repeat(Math.min(this.counter().length, Math.floor(this.room / 8)));
    for (const number of numbers) {
      const part: Part = [` - ${number}`, ""];
      if (lengthOf([...line, part]) <= this.room || lengthOf(line) <= indent.length) {
        line = [...line, part];
      } else {
        this.write(line, "\n");
        line = [[indent, ""], part];
      }
    }
    this.write(line, "\n");
  }

  private write(parts: readonly Part[], end: string): void {
    const length = lengthOf(parts);
    this.stream.write(`\r${this.textOf(parts)}${" ".repeat(Math.max(0, this.lastLength - length))}${end}`);
    this.lastLength = end === "" ? length : 0;
  }

  private textOf(parts: readonly Part[]): string {
    const hasColors = this.stream.hasColors ?? this.stream.isTerminal;
    return parts.map(([text, style]) => (hasColors ? styled(text, style) : text)).join("");
  }

  /** The counter, a bar, the time, and numbers. */
  private parts(barLength: number, time: string, numbers: readonly string[]): readonly Part[] {
    const { target, current } = this;
    const share = target === null ? 0 : target === 0 ? 1 : Math.min(1, current / target);
    const done = Math.floor(barLength * share);
    const bar: readonly Part[] = [
      ["━".repeat(done), green],
      ["━".repeat(barLength - done), white],
      [" ", ""],
    ];
    return [
      [this.counter(), bold],
      [" ", ""],
      ...(barLength === 0 ? [] : bar),
      [time, bold],
      [joined(numbers), ""],
    ];
  }

  private counter(): string {
    const target = this.target === null ? "Unknown" : String(this.target);
    return `${String(this.current).padStart(target.length)}/${target}`;
  }

  private elapsed(): string {
    return `${(this.now() - this.start).toFixed(0)}s`;
  }

  /** The time that it will still take; where the number of steps is not known, the time that it took. */
  private remaining(): string {
    if (this.target === null) return this.elapsed();
    const seconds = this.secondsPerStep() * Math.max(0, this.target - this.current);
    const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
    if (seconds > 3600)
      return `${Math.floor(seconds / 3600)}:${two((seconds % 3600) / 60)}:${two(seconds % 60)}`;
    if (seconds > 60) return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
    return `${Math.floor(seconds)}s`;
  }

  private secondsPerStep(): number {
    if (this.current === 0) return 0;
    const now = this.now();
    if (this.afterFirstStep !== null && this.current > 1)
      return (now - this.afterFirstStep) / (this.current - 1);
    return (now - this.start) / this.current;
  }

  private stepTime(): string {
    const seconds = this.secondsPerStep();
    if (seconds >= 1 || seconds === 0) return `${seconds.toFixed(0)}s/step`;
    if (seconds >= 1e-3) return `${(seconds * 1e3).toFixed(0)}ms/step`;
    return `${(seconds * 1e6).toFixed(0)}us/step`;
  }

  private numbers(): readonly string[] {
    return [...this.values].map(([name, value]) => `${name}: ${formatNumber(value)}`);
  }
}

/** Text, and what terminals make of it. */
type Part = readonly [text: string, style: string];

const bold = "\u001b[1m";
const green = "\u001b[32m";
const white = "\u001b[37m";
const plain = "\u001b[0m";

function styled(text: string, style: string): string {
  return style === "" || text === "" ? text : `${style}${text}${plain}`;
}

function lengthOf(parts: readonly Part[]): number {
  return parts.reduce((length, [text]) => length + lengthOnTerminal(text), 0);
}

function joined(numbers: readonly string[]): string {
  return numbers.map((each) => (each === "…" ? " …" : ` - ${each}`)).join("");
}

/** Four decimals, or the exponent form at or under 1e-3, with two digits in the exponent as in Python. */
function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  if (Math.abs(value) > 1e-3) return value.toFixed(4);
  return value.toExponential(4).replace(/e([+-])(\d)$/, "e$10$2");
}
