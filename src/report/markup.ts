/** Finished HTML with its text escaped. Only `html` and `trusted` create it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Values of a template: text and numbers are escaped, markup is inserted unchanged, undefined is omitted. */
export type Content = Markup | string | number | undefined | false | readonly Content[];

/**
 * A tagged template that escapes all values, so that a name from a file can never be anything but text,
 * between tags and inside quoted attributes alike.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(strings.reduce((text, part, index) => text + render(values[index - 1]) + part));
}

/** Markup that this program wrote itself (its style sheet); never anything that comes from a file. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

function render(content: Content): string {
  if (content === undefined || content === false) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(render).join('');
  return escapeText(String(content));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/**
 * Text for HTML. Characters that HTML forbids (controls, lone surrogates, noncharacters) and those that change the
 * direction of the text become U+FFFD, which is visible.
 */
function escapeText(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\u202a-\u202e\u2066-\u2069]/gu, (character) =>
      /[\t\n]/.test(character) ? character : '\ufffd',
    )
    .replace(/[&<>"'`]/g, (character) => ENTITIES[character]);
}

/** At most `most` characters; longer text is cut and marked as such. */
export function cut(text: string, max: number): string {
  const characters = [...text];
  return characters.length > max ? `${characters.slice(0, max - 1).join('')}…` : text;
}
