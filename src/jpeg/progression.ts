import { WjpegError } from '../errors.ts';
import type { ScanHeader } from './scan-header.ts';

/** No scan has coded this coefficient yet. */
const NOT_CODED = -1;

/**
 * Which bits of which coefficients the scans have brought so far (T.81 G.1.1.1). Every bit comes once and in order;
 * libjpeg only warns when it does not, and goes on with coefficients that depend on the decoder.
 */
export class Progression {
  /** A component a row, a coefficient (zig-zag order) a column: the bit position Al that it has come to. */
  private readonly positions: Int8Array[];

  constructor(components: number) {
    this.positions = Array.from({ length: components }, () => new Int8Array(64).fill(NOT_CODED));
  }

  /** Takes note of a scan, or throws if it may not stand here. */
  add(scan: ScanHeader): void {
    for (const { index, frame } of scan.components) {
      const positions = this.positions[index];
      if (scan.spectralStart > 0 && positions[0] === NOT_CODED) {
        throw outOfOrder(scan, `component ${frame.id} has AC coefficients before its DC`);
      }
      for (let k = scan.spectralStart; k <= scan.spectralEnd; k++) {
        const expected = scan.approximationHigh === 0 ? NOT_CODED : scan.approximationHigh;
        if (positions[k] !== expected) {
          throw outOfOrder(
            scan,
            `coefficient ${k} of component ${frame.id} ` +
              (positions[k] === NOT_CODED
                ? 'is refined before its first scan'
                : `is already coded down to bit ${positions[k]}`),
          );
        }
        positions[k] = scan.approximationLow;
      }
    }
  }

  /**
   * The index of a component that no scan has brought, or -1. Absent AC scans and final bits are legal (T.81 Annex G
   * does not ask for all of them) and mean zeros.
   */
  findMissing(): number {
    return this.positions.findIndex((positions) => positions[0] === NOT_CODED);
  }
}

function outOfOrder(scan: ScanHeader, what: string): WjpegError {
  return new WjpegError('corrupt', 'JPEG_SCAN_ORDER', `JPEG scan at byte ${scan.dataOffset}: ${what}`, {
    offset: scan.dataOffset,
  });
}
