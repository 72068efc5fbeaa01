import type { Logs } from "../callbacks/callback.ts";
import { type OutputStream, output } from "../utilities/output.ts";

const width = 20;
const secondsBetweenDrawings = 0.05;

/** How a progress bar is set up. */
export interface ProgressBarOptions {
  /** The number of steps; null if it is not known. */
  readonly target: number | null;
  /** 1 for a bar, 2 for one line at the end. */
  readonly verbose: number;
  /** The stream that it is drawn on. */
  readonly stream?: OutputStream;
  /** The time in seconds. */
  readonly now?: () => number;
}

/**
 * Steps done, time, and numbers by name, in one line, as Keras prints them. On a terminal it is drawn over at most
 * every 50 ms; elsewhere only the finished line is written, without control characters.
 */
export class ProgressBar {
  private readonly target: number | null;
  private readonly verbose: number;
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
    verbose,
    stream = output(),
    now = () => performance.now() / 1000,
  }: ProgressBarOptions) {
    this.target = target;
    this.verbose = verbose;
    this.stream = stream;
    this.now = now;
    this.start = now();
  }

  /** Notes that `current` steps are done; whether it is time to draw. */
  advance(current: number): boolean {
    this.current = current;
    const now = this.now();
    // The first step compiles, and says nothing about the others.
    if (current === 1) this.afterFirstStep = now;
    return this.verbose === 1 && this.stream.isTerminal && now - this.lastDrawing >= secondsBetweenDrawings;
  }

  /** Draws the bar over the one before. */
  draw(logs: Logs): void {
    this.take(logs);
    this.lastDrawing = this.now();
    this.write(this.line(false), "");
  }

  /** Draws the bar as it stays. */
  finish(logs: Logs): void {
    this.take(logs);
    if (this.verbose === 1) this.write(this.line(true), "\n");
    else if (this.verbose === 2) {
      const time = ` - ${this.elapsed()} - ${this.stepTime().trimStart()}`;
      this.stream.write(`${this.counter()}${time}${this.numbers()}\n`);
    }
  }

  private take(logs: Logs): void {
    for (const name of Object.keys(logs).sort()) this.values.set(name, logs[name]);
  }

  private write({ text, length }: Line, end: string): void {
    if (!this.stream.isTerminal) {
      this.stream.write(text + end);
      return;
    }
    this.stream.write(`\r${text}${" ".repeat(Math.max(0, this.lastLength - length))}${end}`);
    this.lastLength = length;
  }

  private line(isFinished: boolean): Line {
    const { target, current } = this;
    const share = target === null ? (isFinished ? 1 : 0) : target === 0 ? 1 : current / target;
    const done = Math.floor(width * share);
    const time = isFinished ? this.elapsed() : this.remaining();
    const parts: readonly (readonly [text: string, style: string])[] = [
      [this.counter(), bold],
      [" ", ""],
      ["━".repeat(done), green],
      ["━".repeat(width - done), white],
      [" ", ""],
      [time, bold],
      [`${this.stepTime()}${this.numbers()}`, ""],
    ];
    const styled = ([text, style]: readonly [string, string]): string =>
      style === "" || text === "" || !this.stream.isTerminal ? text : `${style}${text}${plain}`;
    return {
      text: parts.map(styled).join(""),
      length: parts.reduce((length, [text]) => length + text.length, 0),
    };
  }

  private counter(): string {
    const target = this.target === null ? "Unknown" : String(this.target);
    return `${String(this.current).padStart(target.length)}/${target}`;
  }

  private elapsed(): string {
    return `${(this.now() - this.start).toFixed(0)}s`;
  }

  private remaining(): string {
    if (this.target === null) return this.elapsed();
    const seconds = this.secondsPerStep() * (this.target - this.current);
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
    if (seconds >= 1 || seconds === 0) return ` ${seconds.toFixed(0)}s/step`;
    if (seconds >= 1e-3) return ` ${(seconds * 1e3).toFixed(0)}ms/step`;
    return ` ${(seconds * 1e6).toFixed(0)}us/step`;
  }

  private numbers(): string {
    return [...this.values].map(([name, value]) => ` - ${name}: ${formatNumber(value)}`).join("");
  }
}

interface Line {
  readonly text: string;
  /** The characters that are seen. */
  readonly length: number;
}

const bold = "\u001b[1m";
const green = "\u001b[32m";
const white = "\u001b[37m";
const plain = "\u001b[0m";

/** Four decimals, or the exponent form at or under 1e-3, with two digits in the exponent as in Python. */
function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  if (Math.abs(value) > 1e-3) return value.toFixed(4);
  return value.toExponential(4).replace(/e([+-])(\d)$/, "e$10$2");
}
