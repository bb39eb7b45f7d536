import { SCANS_BY_PARTS } from '../../src/compress/compress-layer.ts';
import { readWjz } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import { decodeCoefficients, encodeCoefficients } from '../../src/jpeg/index.ts';

/** The same model, coefficient by coefficient, in the scans that `compress --progressive` writes. */
export function writtenByParts(bytes: Uint8Array): Uint8Array {
  const file = readWjz(bytes);
  const jpegs = new Map(
    [...file.jpegs].map(([name, jpeg]): [string, Uint8Array] => [
      name,
      encodeCoefficients(decodeCoefficients(jpeg), { scans: SCANS_BY_PARTS }),
    ]),
  );
  return writeWjz({ ...file, jpegs });
}
