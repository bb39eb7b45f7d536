import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planMemory } from '../../src/graph/memory-plan.ts';

const lifetime = fc
  .record({ size: fc.integer({ min: 1, max: 50 }), a: fc.nat(20), b: fc.nat(20) })
  .map(({ size, a, b }) => ({ size, first: Math.min(a, b), last: Math.max(a, b) }));

describe('planMemory', () => {
  it('values that live at the same time never overlap', () => {
    fc.assert(
      fc.property(fc.array(lifetime, { maxLength: 40, size: 'max' }), (values) => {
        const { offsets, total } = planMemory(values);
        values.forEach((one, i) => {
          expect(offsets[i] + one.size <= total).toBe(true);
          values.slice(0, i).forEach((other, k) => {
            const together = one.first <= other.last && other.first <= one.last;
            const apart = offsets[i] + one.size <= offsets[k] || offsets[k] + other.size <= offsets[i];
            expect(!together || apart).toBe(true);
          });
        });
      }),
    );
  });

  it('a chain needs its two largest neighbours, not all of its values', () => {
    const sizes = [10, 40, 30, 30, 10];
    const values = sizes.map((size, at) => ({ size, first: at, last: at + 1 }));
    expect(planMemory(values).total).toBe(70);
  });
});
