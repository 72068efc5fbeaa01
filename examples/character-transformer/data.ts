/**
 * The book of Genesis in the King James translation of 1611, whose copyright has expired: genesis.txt, a verse a line, as the
 * Debian package `bible-kjv-text` has it.
 */
import { readFile } from "node:fs/promises";
import { categorical, type Tensor, tensor } from "@strata/core";

/** The number of characters that the network sees at once. */
export const length = 64;
/** The number of windows in a batch. */
export const batchSize = 32;

/** Windows of a text, each with the characters that follow its own. */
export interface Windows {
  /** How many there are. */
  readonly count: number;
  /** The places of the characters in the alphabet, window after window. */
  readonly inputs: Int32Array;
  /** The same, one character further. */
  readonly targets: Int32Array;
}

/** A text to learn, and its end to be judged by. */
export interface Text {
  /** All the characters that occur. */
  readonly alphabet: readonly string[];
  readonly training: Windows;
  readonly test: Windows;
  /** How many characters are written after training. */
  readonly toWrite: number;
}

/** Nine tenths of the text in windows that overlap by half, and the rest in windows that do not. */
export async function loadText(): Promise<Text> {
  const text = await readFile(new URL("genesis.txt", import.meta.url), "utf8");
  const alphabet = [...new Set(text)].sort();
  const places = Int32Array.from(text, (character) => alphabet.indexOf(character));
  const cut = Math.floor(0.9 * places.length);
  return {
    alphabet,
    training: windowsOf(places.subarray(0, cut), length / 2),
    test: windowsOf(places.subarray(cut), length),
    toWrite: 400,
  };
}

/** The first `count` of the windows. */
export function firstWindows({ inputs, targets }: Windows, count: number): Windows {
  return { count, inputs: inputs.subarray(0, count * length), targets: targets.subarray(0, count * length) };
}

function windowsOf(places: Int32Array, stride: number): Windows {
  const count = Math.floor((places.length - length - 1) / stride) + 1;
  const inputs = new Int32Array(count * length);
  const targets = new Int32Array(count * length);
  for (let index = 0; index < count; index++) {
    const start = index * stride;
    inputs.set(places.subarray(start, start + length), index * length);
    targets.set(places.subarray(start + 1, start + length + 1), index * length);
  }
  return { count, inputs, targets };
}

/** Some of the windows as tensors, [windows, length]. */
export function tensorsOf({ inputs, targets }: Windows): { readonly x: Tensor; readonly y: Tensor } {
  const shape = [inputs.length / length, length];
  return { x: tensor(inputs, shape), y: tensor(targets, shape) };
}

/**
 * Goes on where the first window of the test ends, character by character.
 *
 * @param predict The scores of the alphabet at each place of a window: [1, length] → [1, length, alphabet].
 */
export async function write(
  { alphabet, test, toWrite }: Text,
  predict: (window: Tensor) => Tensor | Promise<Tensor>,
): Promise<string> {
  const window = test.inputs.slice(0, length);
  let text = "";
  for (let index = 0; index < toWrite; index++) {
    const scores = await predict(tensor(window, [1, length]));
    const last = scores.slice([0, -1]);
    // Scores that are enlarged make likely characters likelier.
    const [place] = await categorical(last.div(0.7), 1).data();
    text += alphabet[place];
    window.copyWithin(0, 1);
    window[length - 1] = place;
  }
  return text;
}
