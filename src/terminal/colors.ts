/** Colours by what they say. */
const CODES = { error: [31, 39], warning: [33, 39], hint: [36, 39], answer: [1, 22], bar: [32, 39] } as const;

export type Meaning = keyof typeof CODES;

/**
 * `text` in colour if the stream is a terminal that has colours: `NO_COLOR`, `FORCE_COLOR` and `TERM=dumb` count as Node.js
 * reads them.
 */
export function paint(meaning: Meaning, text: string, stream: NodeJS.WriteStream): string {
  if (!stream.isTTY || !stream.hasColors()) return text;
  const [on, off] = CODES[meaning];
  return `\x1b[${on}m${text}\x1b[${off}m`;
}

/** A line that begins with `warning:` or `hint:`, that word in colour. */
export function paintNotice(line: string, stream: NodeJS.WriteStream): string {
  return line.replace(/^( *)(warning|hint):/, (_, indent: string, word: 'warning' | 'hint') => {
    return `${indent}${paint(word, `${word}:`, stream)}`;
  });
}
