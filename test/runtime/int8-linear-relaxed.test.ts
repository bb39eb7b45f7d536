import '../relaxed-simd.ts';
import { describe, expect, test } from 'vitest';
import { loadRelaxed } from '../../src/runtime/backends/wasm/relaxed.ts';
import { testLinearInBytes } from './int8-linear.ts';

describe('linear layers in int8, with the instructions of relaxed SIMD', () => {
  test('which this engine has', async () => {
    expect(await loadRelaxed()).toBe(true);
  });

  testLinearInBytes();
});
