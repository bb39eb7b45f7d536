import { describe, expect, it } from 'vitest';
import { WjpegError } from '../src/errors.ts';
import { visibleJson, visibleText } from '../src/visible-text.ts';

describe('visibleText', () => {
  it.each([
    ['a terminal escape', '\x1b[31mred\x1b[0m', '\\u001b[31mred\\u001b[0m'],
    ['a newline, a tab, a carriage return', 'a\nb\tc\rd', 'a\\nb\\tc\\rd'],
    ['NUL, backspace, DEL', '\0\b\x7f', '\\u0000\\b\\u007f'],
    ['C1 control characters', '\x9b31m\x85', '\\u009b31m\\u0085'],
    ['line and paragraph separators', '\u2028\u2029', '\\u2028\\u2029'],
    [
      'bidirectional overrides and isolates',
      '\u202egpj\u202c\u2066\u2069\u061c',
      '\\u202egpj\\u202c\\u2066\\u2069\\u061c',
    ],
    [
      'zero-width characters',
      'a\u200bb\u200dc\ufeffd\u00ade\u2060',
      'a\\u200bb\\u200dc\\ufeffd\\u00ade\\u2060',
    ],
    ['invisible fillers', '\u3164\u115f', '\\u3164\\u115f'],
    ['tags of plane 14', '\u{e0041}', '\\udb40\\udc41'],
    ['half a surrogate pair', '\ud83d', '\\ud83d'],
  ])('shows %s', (_, text, expected) => expect(visibleText(text)).toBe(expected));

  it.each(['seven', 'naïve café', '数字', 'שבע', '☎️ 😀', 'C:\\models\\new', 'it\'s "quoted"'])(
    'leaves %j as it is',
    (text) => expect(visibleText(text)).toBe(text),
  );
});

it('visibleJson loses nothing and holds no unsafe character', () => {
  const every = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code)).join('');
  const value = { every, tag: '\u{e0041}', half: '\udc00', list: [1, 'a\nb'] };
  const json = visibleJson(value);
  expect(JSON.parse(json)).toEqual(value);
  expect(visibleText(json)).toBe(json);
});

it('messages of errors are one visible line of bounded length', () => {
  const { message } = new WjpegError('misuse', 'NO_PICTURE', `${'\x9b'.repeat(5000)}\n`);
  expect(message).toMatch(/^(\\u009b)+.*…$/);
  expect(message.length).toBeLessThanOrEqual(1001);
});
