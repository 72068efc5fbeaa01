/** Questions and answers between two threads, over a port. */
import type { Port } from "./platform/worker-handle.ts";
import { errorOf, sentError } from "./sent-errors.ts";

/** The answers to questions, by the questions' names. */
export type Answers = Readonly<Record<string, (value: unknown) => unknown>>;

/** One end of a line, on which both ends may ask. */
export class Line {
  private readonly answers: Answers;
  private readonly waiting = new Map<number, Waiting>();
  private asked = 0;
  private port: Port | null = null;

  constructor(answers: Answers) {
    this.answers = answers;
  }

  /** Begins; messages that arrive are to be given to {@link Line.receive}. */
  open(port: Port): void {
    this.port = port;
  }

  /** Takes a message of the other end. */
  receive(data: unknown): void {
    if (isQuestion(data)) void this.answer(data);
    else if (isAnswer(data)) this.settle(data);
  }

  /** The answer of the other end; what its code throws is thrown here. */
  ask(name: string, value: unknown): Promise<unknown> {
    const number = this.asked++;
    return new Promise((resolve, reject) => {
      this.port?.send({ question: name, number, value });
      this.waiting.set(number, { resolve, reject });
    });
  }

  /** Ends the line: no question gets an answer any more. */
  close(): void {
    this.port?.close();
    this.port = null;
    this.waiting.clear();
  }

  private async answer({ question, number, value }: Question): Promise<void> {
    try {
      this.port?.send({ answer: number, value: await this.answers[question](value) });
    } catch (error) {
      this.port?.send({ answer: number, error: sentError(error) });
    }
  }

  private settle(message: Answer): void {
    const waiting = this.waiting.get(message.answer);
    this.waiting.delete(message.answer);
    if (message.error === undefined) waiting?.resolve(message.value);
    else waiting?.reject(errorOf(message.error));
  }
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: Error) => void;
}

interface Question {
  readonly question: string;
  readonly number: number;
  readonly value: unknown;
}

interface Answer {
  readonly answer: number;
  readonly value?: unknown;
  readonly error?: unknown;
}

function isQuestion(data: unknown): data is Question {
  return typeof data === "object" && data !== null && "question" in data;
}

function isAnswer(data: unknown): data is Answer {
  return typeof data === "object" && data !== null && "answer" in data;
}
