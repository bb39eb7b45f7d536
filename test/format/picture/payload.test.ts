import { describe, expect, it } from 'vitest';
import { WjpegError } from '../../../src/errors.ts';
import { DEFAULT_LIMITS } from '../../../src/format/limits.ts';
import { checkValue } from '../../../src/format/picture/check-value.ts';
import { isJpeg, isNetworkPicture, joinParts, withParts } from '../../../src/format/picture/parts.ts';
import { InflatedBody, maxBodyBytes, readPayload, splitBody } from '../../../src/format/picture/payload.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the check value', () => {
  it('is the CRC-32 of the body, then of tables and coefficients, the low byte first', () => {
    // Together these bytes are "123456789", whose CRC-32 is known.
    const components = [
      { quantization: Uint16Array.of(0x3332), coefficients: Int16Array.of(0x3534) },
      { quantization: Uint16Array.of(0x3736), coefficients: Int16Array.of(0x3938) },
    ];
    expect(checkValue(bytesOf('1'), components)).toBe(0xcbf43926);
    expect(checkValue(bytesOf('123456789'), [])).toBe(0xcbf43926);
  });

  it('is one of negative coefficients, too', () => {
    // CRC-32 of FF FF FF FF.
    const component = { quantization: new Uint16Array(), coefficients: Int16Array.of(-1, -1) };
    expect(checkValue(new Uint8Array(), [component])).toBe(0xffffffff);
  });
});

describe('a payload', () => {
  it.each([
    [1, false],
    [2, true],
  ])('of kind %i: its check value and its body', (kind, isDeflated) => {
    const bytes = Uint8Array.of(9, kind, 0x81, 2, 3, 4, 65, 66).subarray(1);
    expect(readPayload(bytes)).toEqual({ isDeflated, check: 0x81020304, body: bytesOf('AB') });
    expect(readPayload(bytes.subarray(0, 5)).body).toHaveLength(0);
  });

  it.each([
    [Uint8Array.of(1, 0, 0, 0), 'MODEL_CONTENT', 'it has 4 bytes, expected at least 5'],
    [new Uint8Array(), 'MODEL_CONTENT', 'it has 0 bytes'],
    [Uint8Array.of(3, 0, 0, 0, 0), 'MODEL_VERSION', 'stored as kind 3, known are 1 and 2: update wjpeg'],
    [Uint8Array.of(0, 0, 0, 0, 0), 'MODEL_VERSION', 'stored as kind 0'],
  ])('%s is refused', (bytes, code, message) => {
    expect(() => readPayload(bytes)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  it('has its tensors behind the first zero', () => {
    const split = splitBody(bytesOf('{"a":1}\0xy\0z'), DEFAULT_LIMITS);
    expect(split).toEqual({ json: bytesOf('{"a":1}'), tensors: bytesOf('xy\0z') });
    expect(splitBody(bytesOf('{}'), DEFAULT_LIMITS)).toEqual({
      json: bytesOf('{}'),
      tensors: new Uint8Array(),
    });
    expect(splitBody(bytesOf('{}\0'), DEFAULT_LIMITS).tensors).toHaveLength(0);
    // Without a manifest, which the reader of manifests refuses.
    expect(splitBody(bytesOf('\0xy'), DEFAULT_LIMITS)).toEqual({
      json: new Uint8Array(),
      tensors: bytesOf('xy'),
    });
  });
});

describe('a deflated body', () => {
  const limits = { ...DEFAULT_LIMITS, maxManifestBytes: 100, maxEntryBytes: 1000, maxRatio: 10 };

  it.each([
    ['as much as the ratio allows', 50, 500],
    ['a manifest at least', 3, 100],
    ['a manifest and an entry at most', 5000, 1100],
  ])('may have %s', (_, packed, bytes) => {
    expect(maxBodyBytes(packed, limits)).toBe(bytes);
    const body = new InflatedBody(packed, limits);
    expect(body.maxBytes).toBe(bytes);
    body.add(new Uint8Array(bytes - 1).fill(1));
    body.add(Uint8Array.of(2));
    expect(body.finish()).toEqual(Uint8Array.from({ length: bytes }, (_, at) => (at < bytes - 1 ? 1 : 2)));
    expect(() => body.add(Uint8Array.of(3))).toThrow(
      expect.objectContaining({
        kind: 'limit',
        code: 'MODEL_SIZE',
        message: expect.stringContaining(`${bytes} bytes`),
      }),
    );
  });

  it('that cannot be inflated is damaged, or too large', () => {
    const body = new InflatedBody(50, limits);
    const cause = new Error('invalid block type');
    expect(body.failed(cause)).toMatchObject({
      code: 'MODEL_CONTENT',
      kind: 'corrupt',
      message: expect.stringContaining('it is not valid deflate data'),
      cause,
    });
    // What Node.js throws beyond maxOutputLength.
    expect(body.failed(new RangeError('too large'))).toMatchObject({ code: 'MODEL_SIZE', kind: 'limit' });
    const own = new WjpegError('limit', 'MODEL_SIZE', 'x');
    expect(body.failed(own)).toBe(own);
  });

  it('without limits may have 4 GiB, as much as Node.js inflates at once', () => {
    const none = {
      ...DEFAULT_LIMITS,
      maxManifestBytes: Infinity,
      maxEntryBytes: Infinity,
      maxRatio: Infinity,
    };
    expect(new InflatedBody(50, none).maxBytes).toBe(2 ** 32);
  });
});

describe('parts of a payload', () => {
  const picture = Uint8Array.of(0xff, 0xd8, 0xff, 0xda, 0, 2, 7, 0xff, 0xd9);
  /** A segment has at most 65,535 bytes behind its marker: its length, the identifier, two numbers, and these. */
  const MOST = 65_525;
  const counted = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => (at * 7) & 255);

  it.each([
    [0, 1],
    [MOST, 1],
    [MOST + 1, 2],
    [2 * MOST, 2],
    [255 * MOST, 255],
  ])('%i bytes take %i segments', (length, count) => {
    const payload = counted(length);
    const whole = withParts(picture, payload);
    expect(whole).toHaveLength(picture.length + length + count * 12);
    expect([...whole.subarray(0, 4), ...whole.subarray(6, 14)]).toEqual([
      ...[0xff, 0xd8, 0xff, 0xe9],
      ...bytesOf('wjpeg\0'),
      1,
      count,
    ]);
    expect(isNetworkPicture(whole)).toBe(true);
    expect(Buffer.compare(joinParts(whole), payload)).toBe(0);
    expect(whole.subarray(-7)).toEqual(picture.subarray(2));
  });

  it('more than 255 segments are refused', () => {
    expect(() => withParts(picture, new Uint8Array(255 * MOST + 1))).toThrow(
      expect.objectContaining({
        kind: 'limit',
        code: 'MODEL_SIZE',
        message: `what is not coefficients takes ${255 * MOST + 1} bytes, expected at most ${255 * MOST} in a JPEG: write a .wjz`,
      }),
    );
  });

  it('that are missing, or not all there, are named', () => {
    expect(() => joinParts(picture)).toThrow(
      expect.objectContaining({
        code: 'MODEL_NO_NETWORK',
        message:
          'this JPEG is a picture, not a network: it has no APP9 segment of wjpeg ' +
          '(if it was one, a program has removed its metadata: use the original file)',
      }),
    );
    const two = withParts(picture, counted(MOST + 1));
    const second = 2 + 4 + 8 + MOST;
    expect(() => joinParts(Uint8Array.of(...two.subarray(0, 2), ...two.subarray(second)))).toThrow(
      expect.objectContaining({
        code: 'MODEL_PARTS',
        message: 'JPEG byte 2: this APP9 segment of wjpeg says that it is part 2 of 2, expected 1 of 1',
        offset: 2,
      }),
    );
  });

  it('stand before the first scan, between any other segments', () => {
    const whole = withParts(picture, counted(3));
    const segment = whole.subarray(2, 17);
    const comment = [0xff, 0xfe, 0, 4, 1, 2];
    const built = (...parts: ArrayLike<number>[]) =>
      Uint8Array.from([0xff, 0xd8, ...parts.flatMap((p) => [...Array.from(p)])]);
    expect(joinParts(built(comment, [0xff, 0xff], segment, picture.subarray(2)))).toEqual(counted(3));
    expect(isNetworkPicture(built(picture.subarray(2, 6), segment))).toBe(false);
    expect(isNetworkPicture(built([0xff, 0xd9], segment))).toBe(false);
    expect(isNetworkPicture(built([1], segment))).toBe(false);
    // What follows could be read as a length, but there is no segment.
    expect(isNetworkPicture(built([0xff, 0xd9, 0, 2], segment))).toBe(false);
    expect(isNetworkPicture(built([1, 0xe0, 0, 2], segment))).toBe(false);
    // The same content in a comment.
    expect(isNetworkPicture(built([0xff, 0xfe], segment.subarray(2), picture.subarray(2)))).toBe(false);
    expect(isNetworkPicture(built([0xff, 0xe9]))).toBe(false);
    expect(isNetworkPicture(whole.subarray(2))).toBe(false);
    expect(isNetworkPicture(picture)).toBe(false);
  });

  it('that are no JPEG are known by their first two bytes', () => {
    expect(isJpeg(picture)).toBe(true);
    expect([[], [0xff], [0xff, 0xd9], [0xfe, 0xd8]].map((start) => isJpeg(Uint8Array.from(start)))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
