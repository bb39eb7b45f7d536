import { InverseDctRows } from '../../kernels/jpeg-pixels/kernels.ts';
import { inverseDctRowReference } from '../../kernels/jpeg-pixels/reference.ts';
import { PictureRows } from '../../kernels/picture-rows/kernels.ts';
import { coverage } from '../../src/image/resample.ts';
import { PlainRows } from '../../src/image/row-sums.ts';
import { mulberry32 } from '../../src/random.ts';
import type { KernelCase } from './kernel-case.ts';

const BLOCKS = 80;
/** Additions and multiplications of eight samples along an axis, by the kernel's algorithm (Loeffler, Ligtenberg and Moschytz). */
const LINE_OPERATIONS = 29 + 11;
const PIXELS = 4000;
const CHANNELS = 3;
const COLUMNS = 32;

/** Rows of pictures on their way into a network. Entropy decoders wait for their own branches: docs/lab/pictures.md. */
export const PICTURE_CASES: readonly KernelCase[] = [inverseDct(), rowSums()];

function inverseDct(): KernelCase {
  const random = mulberry32(7);
  const quantization = new Uint16Array(64).fill(8);
  const coefficients = Int16Array.from({ length: 64 * BLOCKS }, (_, at) =>
    at % 64 === 0 ? 100 * (random() - 0.5) : random() < 0.2 ? Math.round(10 * (random() - 0.5)) : 0,
  );
  return {
    kernel: 'jpeg-pixels',
    what: `${BLOCKS} blocks to 8 lines of ${8 * BLOCKS} samples`,
    work: { operations: (BLOCKS * 16 * LINE_OPERATIONS) / 4, bytes: BLOCKS * 64 * 3 },
    prepare: async () => {
      const rows = new InverseDctRows(BLOCKS, quantization);
      let given: Uint8Array;
      return {
        run: () => {
          given = rows.run(coefficients);
        },
        // One level.
        tolerance: 1 / 128,
        results: async () => ({ given, expected: inverseDctRowReference(coefficients, quantization) }),
      };
    },
  };
}

function rowSums(): KernelCase {
  const random = mulberry32(8);
  const samples = Uint8Array.from({ length: PIXELS * CHANNELS }, () => 256 * random());
  const columns = coverage(PIXELS, 0, PIXELS / COLUMNS, COLUMNS);
  return {
    kernel: 'picture-rows',
    what: `${PIXELS} pixels in colour to ${COLUMNS} sums`,
    // The row is copied in, then read.
    work: { bytes: 3 * PIXELS * CHANNELS, operations: (PIXELS * CHANNELS) / 4 },
    prepare: async () => {
      const [rows, plain] = [new PictureRows(PIXELS, CHANNELS, columns), new PlainRows(CHANNELS, columns)];
      return {
        run: () => {
          rows.set(samples);
          rows.sum();
        },
        tolerance: 1e-12,
        results: async () => {
          plain.set(samples);
          plain.sum();
          return { given: rows.line, expected: plain.line };
        },
      };
    },
  };
}
