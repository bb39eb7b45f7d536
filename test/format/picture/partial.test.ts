import { describe, expect, test } from 'vitest';
import { WjpegError } from '../../../src/errors.ts';
import { resolveLimits } from '../../../src/format/limits.ts';
import { PartialModel } from '../../../src/format/partial-model.ts';
import { readWjz } from '../../../src/format/read.ts';
import { writeWjz } from '../../../src/format/write.ts';
import { writeModel } from '../../../src/format/write-model.ts';
import type { LoadProgress } from '../../../src/runtime/parts/loading.ts';
import { InferenceSession } from '../../../src/runtime/session.ts';
import { fullContent, greyJpeg } from '../contents.ts';
import { smallPicture, TRAINED, trained } from './pictures.ts';

const progressive = smallPicture({ progressive: true });

test('byte by byte a progressive picture gets better with each scan', async () => {
  const partial = new PartialModel(resolveLimits({}));
  const whole = readWjz(progressive);
  let scans = 0;
  let networks = 0;
  for (let end = 0; end <= progressive.length; end++) {
    await partial.advance(progressive.subarray(0, end));
    const [sheet] = partial.jpegs;
    if (end === 0) expect(sheet).toBeUndefined();
    else expect(sheet.received).toBe(end);
    if ((sheet?.scans ?? 0) === scans) continue;
    scans = sheet.scans;
    if (sheet.complete) break;
    const file = partial.file;
    expect(file?.manifest).toEqual(whole.manifest);
    expect(file?.tensors).toEqual(whole.tensors);
    networks++;
  }
  expect(networks).toBeGreaterThan(1);
  expect(partial.jpegs[0].complete).toBe(true);
});

test('of a picture of three scans with one component each nothing is used before all have come', async () => {
  const picture = writeModel(trained(TRAINED[0]), { file: 'm.jpg' });
  const partial = new PartialModel(resolveLimits({}));
  for (let end = 0; end < picture.length; end += 50) {
    await partial.advance(picture.subarray(0, end));
    expect(partial.file).toBeUndefined();
  }
});

test('an archive goes the way of archives', async () => {
  const partial = new PartialModel(resolveLimits({}));
  const archive = writeWjz(fullContent());
  await partial.advance(archive.subarray(0, 1));
  expect(partial.file).toBeUndefined();
  await partial.advance(archive);
  expect(partial.file).toEqual(readWjz(archive));
});

test('an ordinary picture is refused at its first scan', async () => {
  const partial = new PartialModel(resolveLimits({}));
  await expect(
    partial.advance(greyJpeg(32, 16, 1, { progressive: true }).subarray(0, -2)),
  ).rejects.toMatchObject({
    code: 'MODEL_NO_NETWORK',
  });
});

describe('a session of a picture that arrives', () => {
  const input = Float32Array.from({ length: 24 }, (_, i) => i / 24);
  const streamOf = (bytes: Uint8Array, size: number): ReadableStream<Uint8Array> => {
    let at = 0;
    return new ReadableStream({
      pull(controller) {
        if (at >= bytes.length) return controller.close();
        controller.enqueue(bytes.slice(at, at + size));
        at += size;
      },
    });
  };

  test('answers from its scans, and at the end as the whole file does', async () => {
    const seen: LoadProgress[] = [];
    const session = await InferenceSession.create(streamOf(progressive, 20), {
      progressive: true,
      backends: ['reference'],
      onProgress: (progress) => seen.push(progress),
    });
    await session.complete;
    expect(seen.some(({ scans, complete }) => scans > 0 && !complete)).toBe(true);
    expect(session.progress).toMatchObject({ complete: true, total: progressive.length });
    const whole = await InferenceSession.create(progressive, { backends: ['reference'] });
    expect((await session.infer(input)).logits).toEqual((await whole.infer(input)).logits);
    session.dispose();
    whole.dispose();
  });

  test('is told at the end that the coefficients have changed', async () => {
    const changed = progressive.slice();
    // In the check value: the coefficients are not those that it stands for.
    changed[16] ^= 1;
    const session = await InferenceSession.create(streamOf(changed, 20), {
      progressive: true,
      backends: ['reference'],
    });
    await expect(session.complete).rejects.toMatchObject({ code: 'MODEL_RECOMPRESSED' });
    expect(session.progress?.complete).toBe(false);
    session.dispose();
  });

  test.each([
    ['bytes', (bytes: Uint8Array) => bytes],
    ['Blob', (bytes: Uint8Array) => new Blob([bytes as Uint8Array<ArrayBuffer>])],
    ['Response', (bytes: Uint8Array) => new Response(bytes as Uint8Array<ArrayBuffer>)],
    ['data: URL', (bytes: Uint8Array) => `data:image/jpeg;base64,${Buffer.from(bytes).toString('base64')}`],
  ])('opens from %s', async (_, source) => {
    const session = await InferenceSession.create(source(progressive), { backends: ['reference'] });
    expect(session.file.container).toBe('jpeg');
    session.dispose();
    await expect(InferenceSession.create(source(greyJpeg(8, 8)))).rejects.toThrow(WjpegError);
  });
});
