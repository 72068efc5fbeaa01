/** The rungs of the ladder, printed: a user follows a tensor from the graph down to the kernels. */
import { checkCount, checkFunction, describeValue, readOptions } from "./arguments.ts";
import { printProgram } from "./compiler/print-program.ts";
import { programFor } from "./evaluate.ts";
import { graphAsMermaid, graphAsText } from "./graph/print-graph.ts";
import { programsOf } from "./jit.ts";
import { checkGraphValue, Tensor } from "./tensor.ts";

/** How {@link describeGraph} writes a graph. */
export interface GraphDescriptionOptions {
  /** `"text"`, a line a node, or `"mermaid"`, a flowchart for Markdown pages. Default: `"text"`. */
  readonly format?: "text" | "mermaid";
}

/**
 * The graph of what has to be computed for a tensor, as text. What has been computed already is a leaf.
 *
 * @param x The tensor.
 * @param options The format.
 *
 * @example
 * ```ts
 * import { describeGraph, tensor } from "@strata/core";
 *
 * console.log(describeGraph(tensor([1, 2, 3]).exp()));
 * // %0 = values : float32 [3]
 * // %1 = exp %0 : float32 [3]
 * ```
 */
export function describeGraph(x: Tensor, options: GraphDescriptionOptions = {}): string {
  checkCount("describeGraph", arguments, 2);
  const { format = "text" } = readOptions("describeGraph", options, ["format"]);
  checkGraphValue("describeGraph", "the argument", x);
  if (format !== "text" && format !== "mermaid") {
    throw new RangeError(
      `describeGraph: the format is ${describeValue(format)}; accepted are "text" or "mermaid"`,
    );
  }
  return format === "mermaid" ? graphAsMermaid([x.node]) : graphAsText([x.node]);
}

/**
 * The program that a tensor's graph, or a function made by `jit`, is compiled to: its buffers, fused kernels and
 * routines, as text. Runs nothing.
 *
 * @param x A tensor; or a compiled function, of which the programs of all signatures so far are shown.
 *
 * @example
 * ```ts
 * import { describeProgram, tensor } from "@strata/core";
 *
 * const x = tensor([1, 2, 3]);
 * console.log(describeProgram(x.mul(2).add(1).exp()).includes("kernel mul+add+exp")); // true
 * ```
 */
export function describeProgram(x: Tensor | ((...inputs: never[]) => unknown)): string {
  checkCount("describeProgram", arguments, 1);
  if (x instanceof Tensor) return printProgram(programFor(x.node));
  checkFunction("describeProgram", "the argument, if no tensor,", x);
  const programs = programsOf(x);
  if (programs.size === 0) return "no program yet: a function is compiled when it is first called";
  return [...programs]
    .map(([signature, program]) => `signature ${signature}\n${printProgram(program)}`)
    .join("\n\n");
}
