import { describe, expect, test, vi } from 'vitest';
import { loadRelaxed } from '../../src/runtime/backends/wasm/relaxed.ts';
import { testConvolutionsInBytes } from './int8.ts';

// What an engine without relaxed SIMD makes of the module: it does not compile.
vi.mock('../../kernels/wasm/kernels-relaxed.ts', () => ({ KERNELS_RELAXED: 'AwA=' }));

describe('in int8, on engines without relaxed SIMD', () => {
  test('of which this is one here', async () => {
    expect(await loadRelaxed()).toBe(false);
  });

  testConvolutionsInBytes();
});
