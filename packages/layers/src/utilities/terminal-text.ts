/** Signs that take two columns: those of Chinese, Japanese and Korean, and pictures. */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** How many columns of a terminal a text takes. */
export function lengthOnTerminal(text: string): number {
  if (/^[ -~━…]*$/.test(text)) return text.length;
  let length = 0;
  for (const sign of text) {
    if (/\p{M}|\u200d/u.test(sign)) continue;
    length += wide.test(sign) ? 2 : 1;
  }
  return length;
}
