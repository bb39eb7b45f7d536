import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { expect, it } from 'vitest';
import { cut, html, trusted } from '../../src/report/markup.ts';

it('escapes text between tags and in attributes, and takes markup as it is', () => {
  const inner = html`<b>${'<&>'}</b>`;
  expect(html`<i title="${'"\'`'}">${[inner, 7, undefined, false]}</i>${trusted('<hr>')}`.text).toBe(
    '<i title="&quot;&#39;&#96;"><b>&lt;&amp;&gt;</b>7</i><hr>',
  );
});

it('makes visible what no page may hold and what would turn the text around it', () => {
  expect(html`${'a\u0000b\u001b[1m\ud800c\u202ed\u2066e\nf\tg'}`.text).toBe('a�b�[1m�c�d�e\nf\tg');
  expect(html`${'digits 😀 é'}`.text).toBe('digits 😀 é');
});

it('lets any text come back as the same text, and never as an element', () => {
  const characters = fc.constantFrom(...'<>&"\'`/=! -abc;#x0', 'script', '&amp;', '<!--', ']]>', 'é', '😀');
  fc.assert(
    fc.property(fc.array(characters, { maxLength: 30 }), (parts) => {
      const text = parts.join('');
      const { document } = parseHTML(html`<html><body><p title="${text}">${text}</p></body></html>`.text);
      expect(document.querySelectorAll('body *')).toHaveLength(1);
      expect(document.querySelector('p')?.textContent).toBe(text);
      expect(document.querySelector('p')?.getAttribute('title')).toBe(text);
    }),
  );
});

it('cuts by characters, not in the middle of one', () => {
  expect(cut('😀😀😀', 3)).toBe('😀😀😀');
  expect(cut('😀😀😀😀', 3)).toBe('😀😀…');
});
