/**
 * Sentences about films, made up by a grammar, each in a line after its tone: `good` or `bad`, and a tab. Negations turn what a
 * word says round, so that single words do not tell the tone.
 */
import { setSeed, uniform } from "@strata/core";
import { textLineDataset } from "@strata/layers";

/** The file that lies here: what {@link makeSentences} gives for 1000 lines. */
export const file = new URL("sentences.txt", import.meta.url);

const things = ["film", "story", "music", "ending", "acting", "dialogue", "camera work", "first half"];
const praise = ["wonderful", "clever", "moving", "funny", "brilliant", "charming"];
const blame = ["dull", "predictable", "clumsy", "boring", "awful", "confusing"];
const openings = ["I thought", "To be honest,", "We agreed that", "My sister says", "In the end,"];
const forms = ["was", "really was", "turned out to be", "remained"];
const negations = ["was not", "was hardly", "was never"];

/** Some lines of the grammar. */
export function makeSentences(count: number): string {
  setSeed(5);
  const draws = uniform([count, 6]).dataSync();
  const lines = Array.from({ length: count }, (_, line) => {
    const [tone, negated, opening, thing, form, word] = draws.subarray(6 * line, 6 * line + 6);
    const isGood = tone < 0.5;
    const isNegated = negated < 0.4;
    const words = isGood === isNegated ? blame : praise;
    const verb = pick(isNegated ? negations : forms, form);
    return `${isGood ? "good" : "bad"}\t${pick(openings, opening)} the ${pick(things, thing)} ${verb} ${pick(words, word)}.`;
  });
  return [...lines, ""].join("\n");
}

function pick(texts: readonly string[], draw: number): string {
  return texts[Math.floor(draw * texts.length)];
}

/** The sentences of the file, each with 1 for a good tone and 0 for a bad one. */
export function loadSentences() {
  const sentences = textLineDataset(file).map((line) => {
    const [tone, text] = line.split("\t");
    return [text, tone === "good" ? 1 : 0] as const;
  });
  return { training: sentences.take(800), test: sentences.skip(800) };
}

/** Sentences to train on, and sentences to be judged by. */
export type Sentences = ReturnType<typeof loadSentences>;
