import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compress } from '../../src/compress/compress.ts';
import type { CompressOptions } from '../../src/compress/options.ts';
import { networkFromStateDict } from '../../src/importers/state-dict/network.ts';
import { readSafetensors } from '../../src/safetensors/read.ts';
import { options } from './networks.ts';

const reference = process.env.WJPEG_REFERENCE_MODEL;
const NEEDS_REFERENCE = reference ? '' : ' (skipped: WJPEG_REFERENCE_MODEL is not set)';

/** The figures that README.md gives for mnist-mlp-512, 784-512-10, at quality 20. */
describe.skipIf(!reference)(`the reference model${NEEDS_REFERENCE}`, () => {
  const first = (scope: NonNullable<CompressOptions['scope']>) => {
    const network = networkFromStateDict(readSafetensors(new Uint8Array(readFileSync(reference as string))));
    return compress(network, options(28, 28, { quality: 20, scope })).layers;
  };

  test.each([
    ['row', 59_000, 0.24],
    ['layer', 27_000, 0.118],
  ] as const)('with one min-max map a %s the first layer takes at most %i bytes', (scope, max, density) => {
    const [layer, last] = first(scope);
    expect(layer).toMatchObject({ storedAs: 'rows', shape: [512, 784], denseBytes: 1_605_632 });
    expect(layer.bytes).toBeLessThanOrEqual(max);
    expect(layer.density).toBeCloseTo(density, 2);
    expect(last).toMatchObject({ storedAs: 'F16', bytes: 10_240 });
  });
});
