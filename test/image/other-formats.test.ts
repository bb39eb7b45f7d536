import { describe, expect, test } from 'vitest';
import { WjpegError } from '../../src/errors.ts';
import { pictureFormat } from '../../src/image/picture-format.ts';
import { visibleText } from '../../src/visible-text.ts';

/** Bytes of Latin-1 characters; what follows a minimal header does not matter. */
const latin1 = (characters: string) => Uint8Array.from(characters, (character) => character.charCodeAt(0));
const utf8 = (text: string) => new TextEncoder().encode(text);

const u32 = (value: number) =>
  String.fromCharCode(value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255);
/** An ISO base media file that begins with `ftyp`. */
const iso = (major: string, ...compatible: string[]) =>
  latin1(`${u32(16 + 4 * compatible.length)}ftyp${major}${u32(0)}${compatible.join('')}${u32(8)}meta`);
const riff = (form: string) => latin1(`RIFF\x24\0\0\0${form}VP8 \x18\0\0\0`);
const bmp = (header: number) =>
  latin1(`BM\x46\0\0\0\0\0\0\0\x36\0\0\0${String.fromCharCode(header)}\0\0\0\x02\0\0\0`);
const utf16 = (text: string) => latin1(`\xff\xfe${[...text].map((character) => `${character}\0`).join('')}`);

const CASES: readonly [name: string, bytes: Uint8Array, message: RegExp | string][] = [
  [
    'GIF',
    latin1('GIF89a\x01\0\x01\0\x80\0\0'),
    /^this is GIF; supported: PNG, JPEG; convert it, .*magick picture\.gif/,
  ],
  ['GIF of 1987', latin1('GIF87a\x01\0\x01\0\x80\0\0'), /^this is GIF;/],
  [
    'WebP',
    riff('WEBP'),
    'this is WebP; supported: PNG, JPEG; convert it, for example: magick picture.webp picture.png',
  ],
  ['AVI', riff('AVI '), /^this is a video \(AVI\);/],
  ['BMP', bmp(40), /^this is BMP;/],
  ['BMP, version 5', bmp(124), /^this is BMP;/],
  ['HEIC', iso('heic', 'mif1', 'heic'), /^this is HEIC;/],
  ['HEIC by a compatible brand', iso('mif1', 'mif1', 'heic'), /^this is HEIC;/],
  ['AVIF', iso('avif', 'mif1', 'miaf'), /^this is AVIF;/],
  ['AVIF by a compatible brand', iso('mif1', 'mif1', 'avif'), /^this is AVIF;/],
  ['AVIF sequence', iso('avis', 'avif'), /^this is AVIF;/],
  ['HEIF of neither', iso('mif1', 'mif1'), /^this is HEIF;/],
  ['MP4', iso('isom', 'isom', 'iso2'), /^this is a video \(MP4 or QuickTime\);.*ffmpeg/],
  ['Canon raw', iso('crx ', 'crx '), /^this is a raw file of a camera/],
  ['TIFF, little-endian', latin1('II*\0\x08\0\0\0'), /^this is TIFF/],
  ['TIFF, big-endian', latin1('MM\0*\0\0\0\x08'), /^this is TIFF/],
  ['JPEG XL', latin1('\xff\x0a\x41'), /^this is JPEG XL;.*djxl/],
  ['JPEG XL in its container', latin1('\0\0\0\x0cJXL \r\n\x87\n'), /^this is JPEG XL;/],
  ['JPEG 2000', latin1('\0\0\0\x0cjP  \r\n\x87\n'), /^this is JPEG 2000;/],
  ['JPEG 2000 codestream', latin1('\xff\x4f\xff\x51\0\x29'), /^this is JPEG 2000;/],
  ['ICO', latin1('\0\0\x01\0\x01\0\x10\x10'), /^this is ICO;/],
  ['PSD', latin1('8BPS\0\x01\0\0'), /^this is PSD/],
  ['Netpbm', latin1('P6\n# comment\n2 2\n255\n\0\x01\x02'), /^this is Netpbm/],
  ['Netpbm, as text', utf8('P2\n2 1\n255\n0 255\n'), /^this is Netpbm/],
  ['DICOM', latin1(`${'\0'.repeat(128)}DICM\x02\0`), /^this is DICOM;/],
  ['PDF', latin1('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'), /^this is PDF;.*pdftoppm/],
  ['PostScript', utf8('%!PS-Adobe-3.0 EPSF-3.0\n'), /^this is PostScript;/],
  ['SVG', utf8('<svg xmlns="http://www.w3.org/2000/svg"/>'), /^this is SVG;.*rsvg-convert/],
  [
    'SVG with all that may come first',
    utf8(
      '\ufeff<?xml version="1.0"?>\n<!-- a > b -->\n<!DOCTYPE svg PUBLIC "a" "b" [<!ENTITY c "d">]>\n<svg:svg>',
    ),
    /^this is SVG;/,
  ],
  ['XML', utf8('<?xml version="1.0"?><note/>'), /^this is XML, not a picture;/],
  ['HTML', utf8('\n<!DOCTYPE html><html lang="en">'), /^this is an HTML page, not a picture;.*address/],
  ['HTML, in UTF-16', utf16('<html>'), /^this is an HTML page/],
  ['JSON', utf8('{"error": "not found"}'), /^this is JSON, not a picture;/],
  [
    'Git LFS',
    utf8('version https://git-lfs.github.com/spec/v1\noid sha256:0'),
    /^this is a Git LFS pointer.*git lfs pull/,
  ],
  ['a data: URL', utf8('data:image/png;base64,iVBORw0KGgo='), /^this is a data: URL as text;/],
  ['Base64', utf8('iVBORw0KGgoAAAANSUhEUgAA'), /^this is a picture as Base64 text;/],
  ['text', utf8('hello'), "this is text ('hello'), not a picture; supported: PNG, JPEG"],
  [
    'long text of any characters',
    utf8('Grüße, 世界\n\u001b[31m and much more than that'),
    "this is text ('Grüße, 世界\\n\\u001b[31m and much more…'), not a picture; supported: PNG, JPEG",
  ],
  ['text that begins with BM', utf8('BMW makes cars and motorcycles'), /^this is text \('BMW makes cars/],
  ['text that is cut in a character', utf8('ü'.repeat(600)).subarray(0, 1025), /^this is text/],
  ['text in Latin-1', latin1('Gr\xfc\xdfe aus K\xf6ln'), /^this is text \('Grüße aus Köln'\)/],
  ['white space', utf8(' \n'), /^this is white space/],
  [
    'ZIP',
    latin1('PK\x03\x04\x14\0\0\0\0\0'),
    /^this is a ZIP archive or a \.wjz;.*wjpeg-infer MODEL PICTURE/,
  ],
  ['gzip', latin1('\x1f\x8b\x08\0\0\0\0\0\0\x03'), /^this is gzip-compressed;.*unpack/],
  ['IDX', latin1('\0\0\x08\x03\0\0\x27\x10'), /^this is an IDX file of pictures;.*eval/],
  ['zeros', new Uint8Array(100), /^this is 100 zero bytes, not a picture;/],
  [
    'anything else',
    latin1('\x01\x02\x03\xfe\x05\x06\x07\x08\x09'),
    'this is no format that wjpeg knows (it begins with 01 02 03 fe 05 06 07 08); supported: PNG, JPEG',
  ],
  ['a byte', Uint8Array.of(0xff), /begins with ff\)/],
  ['random bytes', Uint8Array.from({ length: 300 }, (_, at) => (at * 197 + 130) & 255), /begins with 82 47/],
];

function refusal(bytes: Uint8Array): WjpegError {
  try {
    pictureFormat(bytes);
  } catch (error) {
    if (error instanceof WjpegError) return error;
  }
  throw new Error('it was accepted, or failed otherwise');
}

test.each(CASES)('%s', (_, bytes, expected) => {
  const { kind, code, message } = refusal(bytes);
  expect({ kind, code }).toEqual({ kind: 'unsupported', code: 'PICTURE_FORMAT' });
  if (typeof expected === 'string') expect(message).toBe(expected);
  else expect(message).toMatch(expected);
  expect(message).toMatch(/supported: PNG, JPEG/);
  expect(visibleText(message)).toBe(message);
});

test('an empty file', () => {
  const { kind, code, message } = refusal(new Uint8Array());
  expect({ kind, code, message }).toEqual({
    kind: 'corrupt',
    code: 'PICTURE_EMPTY',
    message: 'picture is empty (0 bytes), expected PNG or JPEG',
  });
});

describe('a PNG that was copied as text', () => {
  test.each([
    ['line ends of Unix', '\x89PNG\n\x1a\n\0\0'],
    ['line ends of Windows', '\x89PNG\r\r\n\x1a\r\n\0\0'],
    ['7 bits', '\tPNG\r\n\x1a\n'],
    ['Latin-1 as UTF-8', '\xc2\x89PNG\r\n\x1a\n'],
    ['replaced characters', '\xef\xbf\xbdPNG\r\n\x1a\n'],
  ])('%s', (_, start) => {
    const { code, message } = refusal(latin1(start));
    expect({ code, message }).toEqual({
      code: 'PICTURE_PNG',
      message: 'PNG has a damaged signature, as if copied as text: copy the file again, as binary',
    });
  });
});
