import { setFlagsFromString } from 'node:v8';
import { expect, test } from 'vitest';
import { loadRelaxed } from '../../src/runtime/backends/wasm/relaxed.ts';

const isWrong = Number(process.versions.node.split('.')[0]) === 20;

test.runIf(isWrong)(
  "an engine that multiplies wrongly counts as one without (Node.js 20's flag)",
  async () => {
    setFlagsFromString('--experimental-wasm-relaxed-simd');
    expect(await loadRelaxed()).toBe(false);
  },
);
