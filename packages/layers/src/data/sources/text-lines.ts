import { describeValue } from "@strata/core/internal";
import { readOptionTable } from "../../schema/configurable.ts";
import type { Given } from "../../schema/option.ts";
import { Dataset } from "../dataset.ts";
import { compression, type DataFiles, type OpenedFile, openFiles } from "./files.ts";

const options = {
  /** Whether the files are compressed: `"gzip"`, `"none"`, or `"auto"`, which looks at their first bytes. */
  compression: compression("auto"),
};

/** Options of {@link textLineDataset} and {@link jsonLinesDataset}. */
export interface TextLineOptions extends Given<typeof options> {}

/**
 * The lines of text files, in UTF-8, as strings without their ends ("\n" or "\r\n"). They are read as a stream: memory holds a
 * few of them.
 *
 * @param files A path, an address, a Blob or File, a stream, an answer of `fetch`, a text; several of them; or a function that
 *   gives them for each pass.
 * @param options Whether the files are compressed.
 * @throws FileError, when it is run, for a file that cannot be read and for bytes that are not UTF-8.
 *
 * @example
 * ```ts
 * import { textLineDataset } from "@strata/layers";
 *
 * const lines = textLineDataset({ text: "the first line\nthe second\n" });
 * console.log(await lines.toArray()); // ["the first line", "the second"]
 * ```
 */
export function textLineDataset(files: DataFiles, options: TextLineOptions = {}): Dataset<string> {
  const read = linesOf("textLineDataset", files, options);
  return new Dataset({
    async *pass() {
      for await (const { lines } of read()) yield* lines;
    },
  });
}

/**
 * The values of files in which each line is a value of JSON. Empty lines are passed over.
 *
 * @typeParam Element The type of the values; stated by the caller, and not checked.
 * @param files As for {@link textLineDataset}.
 * @param options Whether the files are compressed.
 * @throws FileError, when it is run, for a line that is no JSON, with the name of the file and the number of the line.
 *
 * @example
 * ```ts
 * import { jsonLinesDataset } from "@strata/layers";
 *
 * const text = '{"x": [1, 2], "y": 0}\n{"x": [3, 4], "y": 1}\n';
 * const samples = jsonLinesDataset<{ x: number[]; y: number }>({ text });
 * for await (const { x, y } of samples.batch(2)) console.log(x.arraySync(), y.arraySync());
 * // [[1, 2], [3, 4]] [0, 1]
 * ```
 */
export function jsonLinesDataset<Element = unknown>(
  files: DataFiles,
  options?: TextLineOptions,
): Dataset<Element>;
export function jsonLinesDataset(files: DataFiles, options: TextLineOptions = {}): Dataset<unknown> {
  const read = linesOf("jsonLinesDataset", files, options);
  return new Dataset({
    async *pass() {
      let element = 0;
      for await (const { name, first, lines } of read()) {
        for (const [index, line] of lines.entries()) {
          if (line.trim() === "") continue;
          yield await parsedLine(line, name, first + index, element++);
        }
      }
    },
  });
}

async function parsedLine(line: string, file: string, number: number, element: number): Promise<unknown> {
  try {
    return JSON.parse(line);
  } catch (cause) {
    const { FileError } = await import("@strata/core/internal/files");
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FileError(
      file,
      `line ${number} (element ${element})`,
      `${describeValue(line)} is no JSON: ${reason}`,
      { cause },
    );
  }
}

/** Some lines of a file that follow each other. */
interface Lines {
  readonly name: string;
  /** The number of the first one, from 1 on. */
  readonly first: number;
  readonly lines: readonly string[];
}

/** What reads the lines of files, for each pass. */
function linesOf(operation: string, files: DataFiles, given: TextLineOptions): () => AsyncGenerator<Lines> {
  const { compression } = readOptionTable(operation, options, given);
  return async function* () {
    for await (const file of openFiles(operation, files, { compression })) yield* linesOfFile(file);
  };
}

async function* linesOfFile({ name, chunks }: OpenedFile): AsyncGenerator<Lines> {
  const { FileError } = await import("@strata/core/internal/files");
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let first = 1;
  let rest = "";
  const decode = (chunk?: Uint8Array): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (cause) {
      throw new FileError(name, `after line ${first - 1}`, "there are bytes that are not UTF-8", { cause });
    }
  };
  for await (const chunk of chunks) {
    // A text that is added to part by part costs no copies; where there is no end of a line, none is looked for again.
    const text = decode(chunk);
    const end = text.lastIndexOf("\n");
    if (end < 0) {
      rest += text;
      if (rest.length > longestLine) throw tooLong(FileError, name, first);
      continue;
    }
    const lines = withoutReturns((rest + text.slice(0, end)).split("\n"));
    rest = text.slice(end + 1);
    yield { name, first, lines };
    first += lines.length;
  }
  rest += decode();
  if (rest !== "") yield { name, first, lines: withoutReturns([rest]) };
}

/** In characters, of which engines hold some 500 million in a text. */
const longestLine = 2 ** 28;

function tooLong(
  FileError: typeof import("@strata/core/internal/files").FileError,
  name: string,
  line: number,
): Error {
  return new FileError(
    name,
    `line ${line}`,
    `it has more than ${longestLine} characters; is it a file of lines?`,
  );
}

function withoutReturns(lines: readonly string[]): readonly string[] {
  return lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
}
