/** Reads the equations of einsum. */
import { ShapeError } from "../errors.ts";
import { formatShape, type Shape } from "../shape.ts";

/** The labels of each operand's axes and of the result's. Axes that `...` stands for have labels of their own. */
export interface ParsedEquation {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
}

/** The labels of axes under an ellipsis, which are aligned at the right: `.1` is the last. */
export const labelsOf = {
  ellipsis: (count: number): string[] => Array.from({ length: count }, (_, axis) => `.${count - axis}`),
  isEllipsis: (label: string): boolean => label.startsWith("."),
  display: (label: string): string => (label.startsWith(".") ? "..." : label),
};

/** The labels that an equation gives to operands of these shapes. */
export function parseEquation(equation: string, shapes: readonly Shape[]): ParsedEquation {
  const compact = equation.replaceAll(/\s/g, "");
  const fail = (rule: string): never => {
    throw new ShapeError(
      `einsum: "${equation}" does not fit the operands ${shapes.map(formatShape).join(" and ")}: ${rule}`,
    );
  };
  const [left, right, ...more] = compact.split("->");
  if (more.length > 0) fail('"->" may stand once');
  const terms = left.split(",");
  if (terms.length !== shapes.length)
    fail(`it names ${terms.length} operands, and ${shapes.length} were given`);
  const inputs = terms.map((term, index) => {
    const named = term.replace("...", "");
    if (!/^[A-Za-z]*$/.test(named)) fail(`"${term}" may contain letters, and "..." once`);
    const covered = shapes[index].length - named.length;
    const isEllipsis = named !== term;
    if (isEllipsis ? covered < 0 : covered !== 0) {
      fail(
        `"${term}" names ${named.length} axes of ${formatShape(shapes[index])}, which has ${shapes[index].length}`,
      );
    }
    return expand(term, isEllipsis ? covered : 0);
  });
  const widest = Math.max(0, ...inputs.map((labels) => labels.filter(labelsOf.isEllipsis).length));
  if (right === undefined) return { inputs, output: implicitOutput(inputs, widest) };
  const named = right.replace("...", "");
  if (!/^[A-Za-z]*$/.test(named) || new Set(named).size !== named.length) {
    fail(`the result "${right}" may name each letter once, and "..." once`);
  }
  const known = new Set(inputs.flat());
  for (const letter of named)
    if (!known.has(letter)) fail(`no operand has the axis "${letter}" of the result`);
  return { inputs, output: expand(right, widest) };
}

function expand(term: string, ellipsisRank: number): string[] {
  const [before, after = ""] = term.split("...");
  return term.includes("...") ? [...before, ...labelsOf.ellipsis(ellipsisRank), ...after] : [...before];
}

function implicitOutput(inputs: ParsedEquation["inputs"], ellipsisRank: number): string[] {
  const counts = new Map<string, number>();
  for (const label of inputs.flat()) counts.set(label, (counts.get(label) ?? 0) + 1);
  const letters = [...counts].filter(([label, count]) => count === 1 && !labelsOf.isEllipsis(label));
  return [...labelsOf.ellipsis(ellipsisRank), ...letters.map(([label]) => label).sort()];
}
