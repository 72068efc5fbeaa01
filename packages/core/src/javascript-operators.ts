/** Tensors among JavaScript's operators. */

/**
 * What `Symbol.toPrimitive` gives: the text in templates and for `String`, and an error for arithmetic and comparisons, which
 * would be done with that text.
 */
export function textOrRefusal(text: () => string, hint: string): string {
  if (hint === "string") return text();
  throw new TypeError(
    "JavaScript's operators do not compute with tensors: call add, sub, mul, div, less, equal …, or item() for the number " +
      "of a tensor with one element",
  );
}
