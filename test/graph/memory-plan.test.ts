import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planMemory, planSlots } from '../../src/graph/memory-plan.ts';

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

  it('takes the lowest gap that is large enough, and values that touch are not apart in time', () => {
    // a fills 0…9 first; b and c lie behind it, then d fits into what c leaves.
    const values = [
      { size: 10, first: 0, last: 2 },
      { size: 8, first: 2, last: 4 },
      { size: 6, first: 0, last: 1 },
      { size: 5, first: 5, last: 6 },
      { size: 2, first: 1, last: 2 },
    ];
    expect(planMemory(values)).toEqual({ offsets: [0, 10, 10, 0, 18], total: 20 });
  });

  it('takes a gap that is filled to its end', () => {
    const values = [0, 1, 2].map((first) => ({ size: 10, first, last: first + 1 }));
    expect(planMemory(values)).toEqual({ offsets: [0, 10, 0], total: 20 });
  });

  it('of nothing: nothing', () => {
    expect(planMemory([])).toEqual({ offsets: [], total: 0 });
  });
});

describe('planSlots', () => {
  it('values that live at the same time have buffers of their own, each large enough', () => {
    fc.assert(
      fc.property(fc.array(lifetime, { maxLength: 40, size: 'max' }), (values) => {
        const { slots, sizes } = planSlots(values);
        expect(new Set(slots).size).toBe(sizes.length);
        values.forEach((one, i) => {
          expect(sizes[slots[i]] >= one.size).toBe(true);
          values.slice(0, i).forEach((other, k) => {
            const together = one.first <= other.last && other.first <= one.last;
            expect(!together || slots[i] !== slots[k]).toBe(true);
          });
        });
        // No more buffers than values live at once at some time.
        const most = Math.max(
          0,
          ...values.map(({ first }) => values.filter((v) => v.first <= first && first <= v.last).length),
        );
        expect(sizes.length).toBe(most);
      }),
    );
  });

  it('takes the free buffer whose size is nearest, whatever their order', () => {
    const [small, large] = [
      { size: 10, first: 0, last: 1 },
      { size: 100, first: 0, last: 1 },
    ];
    const later = (size: number) => ({ size, first: 2, last: 3 });
    expect(planSlots([small, large, later(90), later(12)])).toEqual({
      slots: [0, 1, 1, 0],
      sizes: [12, 100],
    });
    expect(planSlots([large, small, later(90), later(12)])).toEqual({
      slots: [0, 1, 0, 1],
      sizes: [100, 12],
    });
    expect(planSlots([small, large, later(20)])).toEqual({ slots: [0, 1, 0], sizes: [20, 100] });
  });

  it('goes by when values begin, not by the order in which they are given', () => {
    const values = [
      { size: 7, first: 4, last: 5 },
      { size: 7, first: 0, last: 3 },
      { size: 7, first: 3, last: 4 },
    ];
    expect(planSlots(values)).toEqual({ slots: [0, 0, 1], sizes: [7, 7] });
  });
});
