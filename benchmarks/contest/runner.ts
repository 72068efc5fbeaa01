import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Contestant } from "./contestants.ts";
import type { Greeting, RequestName, Requests } from "./protocol.ts";

/** Why a contestant gave no answer; the message is for people. */
export class NoAnswer extends Error {
  override name = "NoAnswer";
}

/** The process says itself why, and goes on. */
class AnsweredError extends NoAnswer {}

/** A contestant's process, started when it is first asked, and anew after it has ended. */
export class Runner {
  readonly contestant: Contestant;
  private readonly limitMilliseconds: number;
  private process: Conversation | null = null;

  /** @param limitMilliseconds For one answer; a process that takes longer is ended. */
  constructor(contestant: Contestant, limitMilliseconds: number) {
    this.contestant = contestant;
    this.limitMilliseconds = limitMilliseconds;
  }

  /** @throws NoAnswer if the process does not get ready. */
  async greeting(): Promise<Greeting> {
    return (await this.conversation()).greeting;
  }

  /** @throws NoAnswer if the contestant fails, ends, or takes too long. */
  async ask<Name extends RequestName>(
    request: Name,
    question: Requests[Name]["ask"],
  ): Promise<Requests[Name]["answer"]> {
    const { child, next } = await this.conversation();
    child.stdin?.write(`${JSON.stringify({ request, ...question })}\n`);
    return this.inTime(next());
  }

  stop(): void {
    this.process?.child.kill();
    this.process = null;
  }

  private async conversation(): Promise<Conversation> {
    if (this.process) return this.process;
    const [program, ...parameters] = this.contestant.command;
    const child = spawn(program, parameters, {
      env: { ...process.env, ...this.contestant.environment },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const next = messagesOf(child);
    try {
      const greeting: Greeting = await this.inTime(next());
      this.process = { child, next, greeting };
      return this.process;
    } catch (error) {
      child.kill();
      throw error;
    }
  }

  private async inTime<T>(answer: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const seconds = this.limitMilliseconds / 1000;
      timer = setTimeout(() => reject(new NoAnswer(`took more than ${seconds} s`)), this.limitMilliseconds);
    });
    try {
      return await Promise.race([answer, late]);
    } catch (error) {
      if (!(error instanceof AnsweredError)) this.stop();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

interface Conversation {
  readonly child: ChildProcess;
  readonly greeting: Greeting;
  /** The next message. */
  next<T>(): Promise<T>;
}

/** The lines that hold JSON; libraries print greetings of their own between them. */
function messagesOf(child: ChildProcess): Conversation["next"] {
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error("the process has no pipes");
  let lastWords = "";
  // A process that has ended is noticed where its answer is missed.
  child.stdin?.on("error", () => {});
  stderr.on("data", (text) => {
    lastWords = `${lastWords}${text}`.slice(-2000);
  });
  const failed = new Promise<never>((_, reject) => {
    child.once("error", ({ message }) => reject(new NoAnswer(message)));
  });
  failed.catch(() => {});
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return async () => {
    for (;;) {
      const line = await Promise.race([failed, lines.next()]);
      if (line.done) throw new NoAnswer(`the process ended: ${lastLine(lastWords)}`);
      if (!line.value.startsWith("{")) continue;
      const message = JSON.parse(line.value);
      if (message.error !== undefined) throw new AnsweredError(message.error);
      return message;
    }
  };
}

/** The line of an error in what a process has printed, or its last one. */
function lastLine(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.findLast((line) => /Error/.test(line)) ?? lines.at(-1) ?? "it said nothing";
}
