import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backendRows } from '../graph/backends.ts';
import { anyConvolution, compareConvolution } from './convolutions.ts';

/** A few of those of `npm run differential`. */
test.for(backendRows)(
  'drawn convolutions on $title, against a plain loop',
  async ({ backend, skipped }, { skip }) => {
    if (skipped) skip();
    for (const drawn of fc.sample(anyConvolution, { numRuns: 5, seed: 5 }))
      expect(await compareConvolution(backend, drawn), JSON.stringify(drawn)).toBeLessThanOrEqual(1);
  },
);
