/** How texts become tokens. */

/** How texts are simplified before they are split: by a name, or by a function of one text. */
export type Standardize =
  | "lowerAndStripPunctuation"
  | "lower"
  | "stripPunctuation"
  | ((text: string) => string)
  | null;

/** How texts are split: by a name, or by a function of one text. */
export type Split = "whitespace" | "character" | ((text: string) => readonly string[]) | null;

const punctuation = /[!"#$%&()*+,\-./:;<=>?@[\\\]^_`{|}~']/g;

/** A text without capital letters (of ASCII only, as in TensorFlow), without punctuation, or as a function changes it. */
export function standardized(text: string, how: Standardize): string {
  if (how === null) return text;
  if (typeof how === "function") return how(text);
  const lowered =
    how === "stripPunctuation" ? text : text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
  return how === "lower" ? lowered : lowered.replace(punctuation, "");
}

/** The parts of a text: words, characters, or what a function finds. */
export function splitText(text: string, how: Exclude<Split, null>): readonly string[] {
  if (typeof how === "function") return how(text);
  return how === "character" ? [...text] : text.split(/[ \t\n\v\f\r]+/).filter((word) => word !== "");
}

/** Runs of so many tokens, joined by blanks: all those of the first length, then those of the next. */
export function ngramsOf(tokens: readonly string[], lengths: readonly number[]): readonly string[] {
  return lengths.flatMap((length) =>
    Array.from({ length: Math.max(0, tokens.length - length + 1) }, (_, start) =>
      tokens.slice(start, start + length).join(" "),
    ),
  );
}
