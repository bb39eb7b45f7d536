import { WjpegError } from '../errors.ts';
import { bytesAtOnce, describeSource, isAddress, type Wanted } from './source-kinds.ts';

/** The error for a source that fails before its end. */
export function unreadable(name: string, cause: unknown): WjpegError {
  const why = cause instanceof Error && cause.message ? ` (${cause.message})` : '';
  return new WjpegError('unavailable', 'FETCH_FAILED', `${name}: could not be read to its end${why}`, {
    cause,
  });
}

export function sourceType(what: Wanted['what'], source: unknown): WjpegError {
  const type = Object.prototype.toString.call(source).slice('[object '.length, -1);
  const forms = 'an address, URL, Request, Response, Blob, ArrayBuffer, Uint8Array or stream of bytes';
  if (what === 'model') return new WjpegError('misuse', 'SOURCE_TYPE', `got ${type}, expected ${forms}`);
  return new WjpegError(
    'misuse',
    'INPUT_TYPE',
    `got ${type}, expected ${forms} of a PNG or JPEG; pixels { data, width, height }; an image source of a browser; ` +
      'or values (Float32Array, array of numbers, { data, dims })',
  );
}

/** The error for a URL without a response. Node.js states the reason in the cause of the cause. */
export function unreachable(name: string, cause: unknown): WjpegError {
  const inner = cause instanceof Error ? cause.cause : undefined;
  const why = inner instanceof Error && inner.message ? ` (${inner.message})` : '';
  return new WjpegError('unavailable', 'FETCH_FAILED', `${name}: could not be fetched${why}`, { cause });
}

export function used(name: string): WjpegError {
  return new WjpegError(
    'misuse',
    'SOURCE_USED',
    `${name}: its bytes have already been read or are being read: pass a fresh source`,
  );
}

/** The error for an unsuccessful response. */
export function refused(name: string, { status }: Response): WjpegError {
  return new WjpegError('unavailable', 'FETCH_FAILED', `${name}: the server answered ${status}`);
}

const XML = 'an XML document';

/** Content that servers send in place of a file, by its first characters. */
const OTHER_CONTENT: readonly (readonly [RegExp, string])[] = [
  [/^(<!--[\s\S]*?-->\s*)*<(!doctype\s+html|html|head|body|script|title|meta)\b/i, 'an HTML page'],
  [/^version https:\/\/git-lfs\./, 'a Git LFS pointer, not the file that it stands for'],
  [/^(<\?xml|<!--|<[a-z!])/i, XML],
  [/^[{[]\s*["{[\]}\d]/, 'JSON'],
  [/^$/, 'empty'],
];

/** The error for unexpected content: states what it is instead, if known, and its URL. */
export function explainContent(
  error: unknown,
  source: unknown,
  bytes: Uint8Array,
  what: Wanted['what'],
): unknown {
  if (!(error instanceof WjpegError) || bytesAtOnce(source) !== undefined) return error;
  const name = describeSource(source, what);
  const start = new TextDecoder().decode(bytes.subarray(0, 512)).trimStart();
  const other = OTHER_CONTENT.find(([pattern]) => pattern.test(start))?.[1];
  // The reader of pictures names SVG and other XML itself.
  const isNamed = what === 'picture' && other === XML;
  const isText =
    other !== undefined && !isNamed && (error.kind === 'corrupt' || error.kind === 'unsupported');
  if (isText) {
    const expected = what === 'model' ? 'a .wjz' : 'a PNG or a JPEG';
    const hint = isAddress(source) || source instanceof Response ? ': check the address' : '';
    return new WjpegError(
      'unavailable',
      'SOURCE_CONTENT',
      `${name}: the content is ${other}, expected ${expected}${hint}`,
      { cause: error },
    );
  }
  if (name === `the ${what}` || error.message.startsWith(name)) return error;
  const { kind, code, message, offset } = error;
  return new WjpegError(kind, code, `${name}: ${message}`, {
    ...(offset !== undefined && { offset }),
    cause: error,
  });
}
