import { standardOutput } from "#platform";
import type { OutputStream } from "../platform/output-stream.ts";

export type { OutputStream };

let chosen: OutputStream = standardOutput;

/** The stream that progress and summaries are written to at the moment. */
export function output(): OutputStream {
  return chosen;
}

/**
 * Sends progress bars and summaries elsewhere, as to an element of a page or a file.
 *
 * @param stream Where they are to go; null for standard output (in browsers: the console), the default.
 *
 * @example
 * ```ts
 * import { setOutput } from "@strata/layers";
 *
 * let log = "";
 * setOutput({ isTerminal: false, columns: 80, write: (text) => (log += text) });
 * setOutput(null);
 * ```
 */
export function setOutput(stream: OutputStream | null): void {
  chosen = stream ?? standardOutput;
}
