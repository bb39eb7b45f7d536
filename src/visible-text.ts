/**
 * Characters that a terminal obeys instead of showing, or that hide what a text says: control characters (C0, C1, DEL),
 * line and paragraph separators, bidirectional overrides, zero-width and other invisible ones, surrogates without a
 * partner. The variation selectors of emoji stay: they only choose between two shapes of the character before them.
 */
const UNSAFE = /(?![\ufe0e\ufe0f])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Makes text that comes from a file, a name or a label safe to print: one line, and each unsafe character as JavaScript
 * writes it (`\n`, `\u001b`). All such text passes through here on its way to a terminal. Text with nothing unsafe in
 * it comes back as it is.
 */
export function visibleText(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const named = JSON.stringify(character).slice(1, -1);
    return named.startsWith('\\') ? named : escapeUnits(character);
  });
}

/**
 * JSON that is safe to print and loses nothing: unsafe characters in its strings are written as `\uXXXX`. In one line,
 * or indented by `indent` spaces.
 */
export function visibleJson(value: unknown, indent = 0): string {
  // The only unsafe character outside strings is the line feed of the indentation.
  return JSON.stringify(value, undefined, indent).replace(UNSAFE, (character) =>
    character === '\n' ? character : escapeUnits(character),
  );
}

/** `\uXXXX` for each UTF-16 code unit. */
function escapeUnits(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
