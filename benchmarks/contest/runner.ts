import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Contestant } from "./contestants.ts";

export interface Greeting {
  readonly description: string;
  /** From the first line of the program until the library is loaded. */
  readonly startMilliseconds: number;
}

/** A contestant's process, ready for cases. */
export interface Runner {
  readonly contestant: Contestant;
  readonly greeting: Greeting;
  /** Milliseconds of each run in a time of about this length; the first call prepares the case. */
  run(name: string, milliseconds: number): Promise<number[]>;
  stop(): void;
}

/** Starts a contestant; null if it ends before it is ready. */
export async function startRunner(contestant: Contestant): Promise<Runner | null> {
  const [program, ...parameters] = contestant.command;
  const child = spawn(program, parameters, {
    env: { ...process.env, ...contestant.environment },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const hello = await lines.next();
  if (hello.done) return null;
  return {
    contestant,
    greeting: JSON.parse(hello.value),
    async run(name, milliseconds) {
      child.stdin.write(`${JSON.stringify({ case: name, milliseconds })}\n`);
      const answer = await lines.next();
      if (answer.done) throw new Error(`${contestant.name} stopped at ${name}`);
      return JSON.parse(answer.value);
    },
    stop: () => child.stdin.end(),
  };
}
