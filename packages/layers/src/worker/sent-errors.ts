/** Errors on their way from thread to thread: a copy made by the engine has no class of ours. */
import { DTypeError, EvaluationError, FileError, ShapeError } from "@strata/core";

/** An error as it is sent. */
interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly file: string;
  readonly place: string;
}

const classes: Readonly<Record<string, new (message: string) => Error>> = {
  DTypeError,
  EvaluationError,
  RangeError,
  ShapeError,
  SyntaxError,
  TypeError,
};

/** An error in the form in which it is sent. */
export function sentError(error: unknown): SentError {
  if (!(error instanceof Error))
    return { name: "Error", message: String(error), stack: "", file: "", place: "" };
  const { name, message, stack = "" } = error;
  const { file, place } = error instanceof FileError ? error : { file: "", place: "" };
  return { name, message, stack, file, place };
}

/** The error that was sent, of its class, with the stack of the thread where it was thrown. */
export function errorOf(sent: unknown): Error {
  if (!isSentError(sent)) return new Error(String(sent));
  const error = made(sent);
  if (sent.stack !== "") error.stack = sent.stack;
  return error;
}

function made({ name, message, file, place }: SentError): Error {
  if (name === "FileError") return new FileError(file, place, ruleIn(message, file, place));
  if (Object.hasOwn(classes, name)) return new classes[name](message);
  const error = new Error(message);
  error.name = name;
  return error;
}

/** What follows the file and the place in the message of a FileError. */
function ruleIn(message: string, file: string, place: string): string {
  return message.slice(file.length + (place === "" ? 0 : place.length + 2) + 2);
}

function isSentError(value: unknown): value is SentError {
  return typeof value === "object" && value !== null && "message" in value && "stack" in value;
}
