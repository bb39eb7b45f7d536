import { setFlagsFromString } from 'node:v8';
import { describe, expect, test } from 'vitest';
import { loadRelaxed } from '../../src/runtime/backends/wasm/relaxed.ts';
import { testLinearInBytes } from './int8-linear.ts';

// Node.js 20 has these instructions behind a flag, and wrong in what its baseline compiler makes; later versions have them as they are.
if (Number(process.versions.node.split('.')[0]) < 22)
  for (const flag of ['--experimental-wasm-relaxed-simd', '--no-liftoff']) setFlagsFromString(flag);

describe('linear layers in int8, with the instructions of relaxed SIMD', () => {
  test('which this engine has', async () => {
    expect(await loadRelaxed()).toBe(true);
  });

  testLinearInBytes();
});
