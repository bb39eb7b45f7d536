import type { ScanParameters } from './scan-header.ts';

/** No scan has coded this coefficient yet. */
const NOT_CODED = -1;

/** What counts of a scan here; every `ScanHeader` will do. */
export interface OrderedScan extends ScanParameters {
  readonly components: readonly { readonly index: number; readonly frame: { readonly id: number } }[];
}

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

  /** Takes note of a scan. Returns what is wrong if it may not stand here, and undefined if it may. */
  add(scan: OrderedScan): string | undefined {
    const { spectralStart, spectralEnd, approximationHigh, approximationLow } = scan;
    for (const { index, frame } of scan.components) {
      const positions = this.positions[index];
      if (spectralStart > 0 && positions[0] === NOT_CODED) {
        return `component ${frame.id} has AC coefficients before its DC`;
      }
      for (let k = spectralStart; k <= spectralEnd; k++) {
        if (positions[k] !== (approximationHigh === 0 ? NOT_CODED : approximationHigh)) {
          return (
            `coefficient ${k} of component ${frame.id} ` +
            (positions[k] === NOT_CODED
              ? 'is refined before its first scan'
              : `is already coded down to bit ${positions[k]}`)
          );
        }
        positions[k] = approximationLow;
      }
    }
    return undefined;
  }

  /** What the scans have left out: the first coefficient that did not come down to its last bit, if there is one. */
  findIncomplete(): { readonly index: number; readonly k: number } | undefined {
    for (const [index, positions] of this.positions.entries()) {
      const k = positions.findIndex((position) => position !== 0);
      if (k >= 0) return { index, k };
    }
    return undefined;
  }
}
