import { expect, test } from 'vitest';
import { counted } from '../../kernels/average-pool/divisor.ts';
import { windowSpans } from '../../kernels/pool/spans.ts';

test('where a window lies is worked out as counting its elements one by one gives it', () => {
  for (const kernel of [1, 2, 3, 4])
    for (const stride of [1, 2, 3])
      for (const dilation of [1, 2, 3])
        for (const [before, after] of [
          [0, 0],
          [1, 0],
          [2, 3],
          [5, 1],
        ])
          for (const extent of [1, 2, 5, 7]) {
            const window = {
              kernel: [kernel, kernel],
              strides: [stride, stride],
              dilations: [dilation, dilation],
              pads: [before, before, after, after],
            };
            const spans = windowSpans(window, 1, extent, 6);
            for (let at = 0; at < 6; at++) {
              const places = Array.from({ length: kernel }, (_, k) => at * stride + k * dilation - before);
              const within = (low: number, high: number) =>
                places.filter((place) => place >= low && place < high);
              const onMap = within(0, extent);
              expect([...spans.subarray(2 * at, 2 * at + 2)]).toEqual([onMap[0] ?? 0, onMap.length]);
              expect(counted({ ...window, countIncludePad: false }, 1, extent, at)).toBe(onMap.length);
              expect(counted({ ...window, countIncludePad: true }, 1, extent, at)).toBe(
                within(-before, extent + after).length,
              );
            }
          }
});
