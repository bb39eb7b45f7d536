import { describe, expect, test } from 'vitest';
import { writeWjz } from '../../src/format/write.ts';
import { InferenceSession } from '../../src/index.ts';
import { fromFloat32 } from '../../src/safetensors/from-float32.ts';
import { writeSafetensors } from '../../src/safetensors/write.ts';
import { graphContent } from '../format/graph-contents.ts';
import { seededValues } from '../operators/case.ts';
import { backendRows } from './backends.ts';

const bytes = writeWjz(graphContent());

describe.each(backendRows)('a session of a graph on $title', ({ backend, skipped }) => {
  test.skipIf(skipped)('answers on the coefficient path and says what runs', async () => {
    const session = await InferenceSession.create(bytes, { backend });
    const reference = await InferenceSession.create(bytes, { backend: 'reference' });
    expect([session.path, session.backend, session.inFeatures, session.outFeatures]).toEqual([
      'coefficient',
      backend,
      6,
      3,
    ]);
    const values = seededValues(7 * 6, 4);
    const [got, exact] = [await session.runBatch(values, 7), await reference.runBatch(values, 7)];
    const largest = exact.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    const error = got.reduce((max, value, at) => Math.max(max, Math.abs(value - exact[at])), 0);
    expect(error <= 1e-5 * largest).toBe(true);
    expect((await session.infer(values.subarray(0, 6))).label).toMatch(/^[xyz]$/);
    expect(session.residentBytes).toBeGreaterThan(0);
    session.dispose();
    reference.dispose();
  });
});

test('expanded to matrices it answers nearly the same: pixels are rounded and clamped', async () => {
  const coefficient = await InferenceSession.create(bytes);
  const matrix = await InferenceSession.create(bytes, { path: 'expanded' });
  expect(matrix.path).toBe('expanded');
  const values = seededValues(6, 4);
  const [a, b] = [await coefficient.runBatch(values, 1), await matrix.runBatch(values, 1)];
  for (const [k, value] of a.entries()) expect(b[k]).toBeCloseTo(value, 0);
  expect(b).not.toEqual(a);
});

describe('the original weights beside it', () => {
  const tensors = (a: readonly number[]): Uint8Array =>
    writeSafetensors(
      new Map(
        Object.entries({
          'a.weight': a,
          'a.bias': [16],
          'b.weight': [16, 16],
          'c.weight': [3, 16],
          'c.bias': [3],
          'p.weight': [1],
        }).map(([name, shape], index) => {
          const count = shape.reduce((product, extent) => product * extent, 1);
          return [name, fromFloat32(seededValues(count, index + 9), [...shape], 'F32')] as const;
        }),
      ),
    );

  test('are taken by the names of the layers', async () => {
    const session = await InferenceSession.create(bytes, { path: 'dense', dense: tensors([16, 6]) });
    const reference = await InferenceSession.create(bytes, {
      path: 'dense',
      dense: tensors([16, 6]),
      backend: 'reference',
    });
    const values = seededValues(6, 4);
    const [a, b] = [await session.runBatch(values, 1), await reference.runBatch(values, 1)];
    for (const [k, value] of a.entries()) expect(b[k]).toBeCloseTo(value, 4);
    expect(session.path).toBe('dense');
  });

  test.each([
    [
      'of another shape',
      tensors([16, 5]),
      /the dense model is not the network of the \.wjz: layers\.\d: the weight of 'a' is 16×5, but .* 16×6; .*--architecture/,
    ],
    ['missing', undefined, "path 'dense' needs the original weights"],
  ])('%s: one line', async (_what, dense, message) => {
    await expect(InferenceSession.create(bytes, { path: 'dense', ...(dense && { dense }) })).rejects.toThrow(
      message,
    );
  });
});

test('options that graphs cannot take are refused, not ignored', async () => {
  await expect(InferenceSession.create(bytes, { backend: 'reference', precision: 'int16' })).rejects.toThrow(
    /precision/,
  );
});
