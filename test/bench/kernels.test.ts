import { expect, it } from 'vitest';
import { allCases } from '../../bench/kernels/cases.ts';
import type { Ceilings } from '../../bench/kernels/ceilings.ts';
import { check } from '../../bench/kernels/check.ts';
import { boundOf } from '../../bench/kernels/work.ts';
import { KERNELS } from '../../kernels/tables/wasm.ts';

const cases = await allCases();

it('npm run bench:kernels has every operator that backend wasm runs', () => {
  const timed = new Set(cases.map(({ kernel }) => kernel));
  expect(Object.keys(KERNELS).filter((operator) => !timed.has(operator))).toEqual([]);
});

it.each(cases)('$kernel, $what: right', async ({ prepare }) => {
  await check('it', await prepare());
});

it('refuses what gives something else', async () => {
  const ready = {
    run: () => {},
    tolerance: 0.01,
    results: async () => ({ given: [1, 2, Number.NaN], expected: [1, 2, 3] }),
  };
  await expect(check('it', ready)).rejects.toThrow('it: element 2 is NaN, expected 3: not timed');
  const short = { ...ready, results: async () => ({ given: [1, 2], expected: [1, 2, 3] }) };
  await expect(check('it', short)).rejects.toThrow('it: 2 results, expected 3: not timed');
});

it('bounds work by what takes longest', () => {
  const ceilings: Ceilings = {
    products: { float32: 20, int16: 40 },
    bytes: [
      { size: 1000, loaded: 100, copied: 200 },
      { size: 10_000, loaded: 50, copied: 80 },
      { size: 100_000, loaded: 10, copied: 5 },
    ],
  };
  const products = { precision: 'float32', count: 40_000 } as const;
  expect(boundOf({ products, bytes: 1000 }, ceilings)).toEqual({ by: 'products', microseconds: 2 });
  // Without relaxed SIMD bytes are multiplied as int16.
  const inBytes = { precision: 'int8', count: 40_000 } as const;
  expect(boundOf({ products: inBytes, bytes: 1000 }, ceilings).microseconds).toBe(1);
  expect(boundOf({ operations: 20_000, bytes: 1000 }, ceilings)).toEqual({
    by: 'arithmetic',
    microseconds: 2,
  });
  const moved = boundOf({ bytes: 10_000, loadedOnly: 2000 }, ceilings);
  expect(moved.by).toBe('loads and stores');
  expect(moved.microseconds).toBeCloseTo(2 / 50 + 8 / 80, 12);
  // The same bytes again and again, out of a smaller memory; more than all that was measured.
  expect(boundOf({ bytes: 10_000, memory: 1000 }, ceilings).microseconds).toBeCloseTo(10 / 200, 12);
  expect(boundOf({ bytes: 1e6 }, ceilings).microseconds).toBeCloseTo(200, 12);
});
