import { expect, it } from 'vitest';
import { isInstalled } from '../../bench/microcontrollers/programs.ts';
import { hasOnnxRuntime, WHERE } from '../exporters/onnx/onnxruntime.ts';
import { compareC, compareNetwork } from './compare.ts';
import { drawForC, drawNetwork, type Seeds } from './networks.ts';

/** Of those of `npm run differential`: convolutions in one JPEG, attention with two outputs, a chain of linear layers. */
const NETWORKS: readonly Seeds[] = [
  { seed: 425113272, steps: 6 },
  { seed: 450945529, steps: 10 },
  { seed: 731785749, steps: 3 },
];
const FOR_C: readonly Seeds[] = [{ seed: 798382291, steps: 2 }];

it.each(NETWORKS)(
  `a drawn network (seed $seed, $steps steps), in all ways to run it, ${WHERE}`,
  async (seeds) => {
    const shares = await compareNetwork(await drawNetwork(seeds));
    expect(shares.length).toBeGreaterThanOrEqual(hasOnnxRuntime ? 15 : 11);
    expect(shares.filter(({ share }) => !(share <= 1))).toEqual([]);
  },
);

it.skipIf(!isInstalled('gcc')).each(FOR_C)(
  'a drawn network as C (seed $seed, $steps steps) answers as reference does',
  async (seeds) => {
    expect((await compareC(await drawForC(seeds))).share).toBeLessThanOrEqual(1);
  },
);
