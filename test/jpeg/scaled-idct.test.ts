import { expect, test } from 'vitest';
import { ScaledInverseDct, scaledInverseDct } from '../../src/jpeg/pixels/scaled-idct.ts';
import { mulberry32 } from '../../src/random.ts';

test.each([1, 2, 3, 4, 5, 6, 7, 12, 16])(
  'blocks at %i/8: in WebAssembly the samples that JavaScript gives',
  (size) => {
    const random = mulberry32(size);
    const count = 37;
    const quantization = Uint16Array.from({ length: 64 }, () => 1 + Math.floor(60 * random()));
    const coefficients = new Int16Array(count * 64);
    for (let at = 0; at < coefficients.length; at++) {
      // Empty blocks, those of a DC alone, sparse and full ones, and values beyond all that samples have.
      const density = [0, 0, 0.05, 0.3, 1][Math.floor(at / 64) % 5];
      if (at % 64 === 0 ? at % 5 > 0 : random() < density)
        coefficients[at] = (random() - 0.5) * (random() < 0.01 ? 65535 : 60);
    }
    const fast = scaledInverseDct(count, quantization, size);
    expect(fast).not.toBeInstanceOf(ScaledInverseDct);
    expect(fast.run(coefficients)).toEqual(new ScaledInverseDct(count, quantization, size).run(coefficients));
  },
);
