import { visibleText } from '../visible-text.ts';

/** A file that is no PNG or JPEG: what it is, and what to do to get a picture that can be read. */
export interface OtherFormat {
  /** As in "this is WebP". */
  readonly is: string;
  readonly next?: string | undefined;
}

/** Converts the first picture of a file with ImageMagick, which reads most formats. */
const magick = (extension: string): string => convertWith(`magick picture.${extension} picture.png`);

function convertWith(command: string): string {
  return `convert it, for example: ${command}`;
}

const CAMERA_RAW = convertWith('darktable-cli picture.raw picture.jpg');
const VIDEO = 'extract a frame, for example: ffmpeg -i video -frames:v 1 picture.png';
const UNPACK = 'unpack it first';

/** Files by Latin-1 characters at an offset. What is told by fewer than three characters is checked further below. */
const SIGNATURES: readonly (readonly [offset: number, text: string, is: string, next?: string])[] = [
  [0, 'GIF87a', 'GIF', magick('gif[0]')],
  [0, 'GIF89a', 'GIF', magick('gif[0]')],
  [0, '\x00\x00\x00\x0cJXL ', 'JPEG XL', convertWith('djxl picture.jxl picture.png')],
  [0, '\x00\x00\x00\x0cjP  ', 'JPEG 2000', magick('jp2')],
  [0, '\xff\x4f\xff\x51', 'JPEG 2000', magick('j2k')],
  [0, 'II\xbc\x01', 'JPEG XR', convertWith('JxrDecApp -i picture.jxr -o picture.bmp')],
  [8, 'CR\x02\x00', 'a raw file of a camera (CR2)', CAMERA_RAW],
  [0, 'FUJIFILMCCD-RAW', 'a raw file of a camera (RAF)', CAMERA_RAW],
  [0, 'II*\x00', 'TIFF, or a raw file of a camera', magick('tiff[0]')],
  [0, 'MM\x00*', 'TIFF, or a raw file of a camera', magick('tiff[0]')],
  [0, 'II+\x00', 'BigTIFF', magick('tiff[0]')],
  [0, 'MM\x00+', 'BigTIFF', magick('tiff[0]')],
  [0, '\x00\x00\x01\x00', 'ICO', magick('ico[0]')],
  [0, '\x00\x00\x02\x00', 'CUR, a cursor', magick('cur[0]')],
  [0, 'icns', 'ICNS', convertWith('icns2png -x picture.icns')],
  [0, '8BPS', 'PSD (Photoshop)', magick('psd[0]')],
  [0, 'gimp xcf', 'XCF (GIMP)', 'export it as PNG'],
  [0, 'qoif', 'QOI', magick('qoi')],
  [0, 'v/1\x01', 'OpenEXR', magick('exr')],
  [0, '#?RADIANCE', 'Radiance HDR', magick('hdr')],
  [0, 'DDS ', 'DDS', magick('dds')],
  [0, 'SIMPLE  =', 'FITS', magick('fits')],
  [128, 'DICM', 'DICOM', convertWith('dcmj2pnm +on picture.dcm picture.png')],
  [0, '\x8aMNG', 'MNG', magick('mng[0]')],
  [0, '\x8bJNG', 'JNG', magick('jng')],
  [0, '%PDF-', 'PDF', convertWith('pdftoppm -png -r 150 document.pdf page')],
  [0, '%!PS', 'PostScript', convertWith('gs -sDEVICE=png16m -r150 -o picture.png picture.ps')],
  [0, '\x1a\x45\xdf\xa3', 'a video (Matroska or WebM)', VIDEO],
  [
    0,
    '\x00\x00\x08\x03',
    'an IDX file of pictures',
    'wjpeg eval MODEL --data FOLDER runs a model on all of them',
  ],
  [
    0,
    '\x93NUMPY',
    'a NumPy array',
    'save it as a picture, with Pillow: Image.fromarray(array).save("picture.png")',
  ],
  [0, '\x89HDF', 'HDF5'],
  [
    0,
    'PK\x03\x04',
    'a ZIP archive or a .wjz',
    `${UNPACK}; models come before pictures: wjpeg-infer MODEL PICTURE`,
  ],
  [0, 'PK\x05\x06', 'an empty ZIP archive'],
  [0, 'Rar!\x1a\x07', 'a RAR archive', UNPACK],
  [0, '7z\xbc\xaf\x27\x1c', 'a 7z archive', UNPACK],
  [257, 'ustar', 'a tar archive', UNPACK],
  [0, '\x1f\x8b', 'gzip-compressed', UNPACK],
  [0, '\x28\xb5\x2f\xfd', 'zstd-compressed', UNPACK],
  [0, '\xfd7zXZ\x00', 'xz-compressed', UNPACK],
  [0, '\xff\x0a', 'JPEG XL', convertWith('djxl picture.jxl picture.png')],
];

/** Sizes of the header after BITMAPFILEHEADER. `BM` alone may be the start of a text. */
const BMP_HEADERS: ReadonlySet<number> = new Set([12, 16, 40, 52, 56, 64, 108, 124]);

/** Its kind, comments and width; its samples may be binary. */
const NETPBM = /^P[1-7]\s+(#.*\s+)*(\d+|WIDTH)\s/;

/** Content of RIFF files by their form type. */
const RIFF: Readonly<Record<string, readonly [is: string, next?: string]>> = {
  WEBP: ['WebP', magick('webp')],
  'AVI ': ['a video (AVI)', VIDEO],
  WAVE: ['a sound (WAVE)'],
};

/** Brands of ISO base media files (ISO/IEC 14496-12, `ftyp`); the first that is listed in a file counts. */
const BRANDS: readonly (readonly [pattern: RegExp, is: string, next: string])[] = [
  [/^avi[fs]$/, 'AVIF', magick('avif')],
  [/^(he[iv][cxms]|hev1)$/, 'HEIC', magick('heic')],
  [/^crx $/, 'a raw file of a camera (CR3)', CAMERA_RAW],
  [/^m[is]f1$/, 'HEIF', magick('heif')],
  [/./, 'a video (MP4 or QuickTime)', VIDEO],
];

/** Texts by how they begin, without white space. */
const TEXTS: readonly (readonly [pattern: RegExp, is: string, next?: string])[] = [
  [
    /^(<\?xml[^>]*>\s*|<!--[\s\S]*?-->\s*|<!doctype[^>[]*(\[[\s\S]*?\])?\s*>\s*)*<(\w+:)?svg[\s>]/i,
    'SVG',
    convertWith('rsvg-convert picture.svg -o picture.png'),
  ],
  [
    /^(<!--[\s\S]*?-->\s*)*<(!doctype\s+html|html|head|body|script|title|meta)\b/i,
    'an HTML page, not a picture',
    'if it was downloaded, use the address of the picture itself',
  ],
  [/^<\?xml|^<[a-z!]/i, 'XML, not a picture'],
  [/^version https:\/\/git-lfs/, 'a Git LFS pointer, not the picture itself', 'run git lfs pull'],
  [/^data:image\//, 'a data: URL as text', 'decode the Base64 after its comma: base64 -d'],
  [/^(iVBORw0KGgo|\/9j\/)/, 'a picture as Base64 text', 'decode it: base64 -d text > picture'],
  [/^[{[]\s*["{[\]}\d-]/, 'JSON, not a picture'],
];

/** Bytes that are looked at to tell text from other files, and characters of it that a message quotes. */
const HEAD = 1024;
const QUOTED = 30;
/** Text in an 8-bit encoding has at least this share of ASCII. */
const MIN_ASCII = 0.75;

/** Names the format of a file by its content; undefined where nothing is known. */
export function otherFormat(bytes: Uint8Array): OtherFormat | undefined {
  for (const [offset, text, is, next] of SIGNATURES) {
    if (latin1(bytes, offset, offset + text.length) === text) return { is, next };
  }
  return (
    riffFormat(bytes) ??
    isoFormat(bytes) ??
    bmpFormat(bytes) ??
    netpbmFormat(bytes) ??
    textFormat(bytes) ??
    (bytes.every((byte) => byte === 0)
      ? { is: `${bytes.length} zero bytes, not a picture`, next: 'copy or download the file again' }
      : undefined)
  );
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

function riffFormat(bytes: Uint8Array): OtherFormat | undefined {
  if (latin1(bytes, 0, 4) !== 'RIFF') return undefined;
  const found = RIFF[latin1(bytes, 8, 12)];
  return found && { is: found[0], next: found[1] };
}

function isoFormat(bytes: Uint8Array): OtherFormat | undefined {
  if (latin1(bytes, 4, 8) !== 'ftyp') return undefined;
  const length = Math.min(bytes.length, new DataView(bytes.buffer, bytes.byteOffset).getUint32(0), 256);
  const brands = [latin1(bytes, 8, 12)];
  // After the major brand and its version: the compatible ones.
  for (let at = 16; at + 4 <= length; at += 4) brands.push(latin1(bytes, at, at + 4));
  const found = BRANDS.find(([pattern]) => brands.some((brand) => pattern.test(brand)));
  return found && { is: found[1], next: found[2] };
}

function bmpFormat(bytes: Uint8Array): OtherFormat | undefined {
  const isBmp = latin1(bytes, 0, 2) === 'BM' && bytes.length >= 18;
  if (!isBmp) return undefined;
  const header = new DataView(bytes.buffer, bytes.byteOffset).getUint32(14, true);
  return BMP_HEADERS.has(header) ? { is: 'BMP', next: magick('bmp') } : undefined;
}

function netpbmFormat(bytes: Uint8Array): OtherFormat | undefined {
  const isNetpbm = NETPBM.test(latin1(bytes, 0, HEAD));
  return isNetpbm ? { is: 'Netpbm (PBM, PGM, PPM or PAM)', next: magick('ppm') } : undefined;
}

function textFormat(bytes: Uint8Array): OtherFormat | undefined {
  const text = textOf(bytes.subarray(0, HEAD))?.trim();
  if (text === undefined) return undefined;
  const found = TEXTS.find(([pattern]) => pattern.test(text));
  if (found) return { is: found[1], next: found[2] };
  if (text === '') return { is: 'white space, not a picture' };
  const quoted = text.length > QUOTED ? `${text.slice(0, QUOTED).trimEnd()}…` : text;
  return { is: `text ('${visibleText(quoted)}'), not a picture` };
}

/** Bytes as text: UTF-8, UTF-16 with its mark, or an 8-bit encoding that is mostly ASCII; undefined where they are not. */
function textOf(bytes: Uint8Array): string | undefined {
  const unicode = decoded(bytes);
  const text = unicode ?? latin1(bytes, 0, bytes.length);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what makes bytes a text
  if (/[\0-\x08\x0e-\x1a]/.test(text)) return undefined;
  const ascii = bytes.reduce((count, byte) => count + (byte < 0x7f ? 1 : 0), 0);
  return unicode === undefined && ascii < MIN_ASCII * bytes.length ? undefined : text;
}

function decoded(bytes: Uint8Array): string | undefined {
  const mark = latin1(bytes, 0, 2);
  const encoding = mark === '\xff\xfe' ? 'utf-16le' : mark === '\xfe\xff' ? 'utf-16be' : 'utf-8';
  try {
    // A character that the cut splits is not an error.
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
}
