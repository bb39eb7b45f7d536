import type { ScanParameters } from '../markers/scan-header.ts';

/** No scan has coded this coefficient yet. */
const NOT_CODED = -1;

/** The relevant part of a scan; every `ScanHeader` qualifies. */
export interface OrderedScan extends ScanParameters {
  readonly components: readonly { readonly index: number; readonly frame: { readonly id: number } }[];
}

/**
 * Tracks which bits of which coefficients have been coded (T.81 G.1.1.1). Every bit must come once and in order;
 * libjpeg only warns otherwise, and continues with coefficients that depend on the decoder.
 */
export class Progression {
  /** One row per component, one column per coefficient (zig-zag order): the bit position Al reached so far. */
  private readonly positions: Int8Array[];

  constructor(components: number) {
    this.positions = Array.from({ length: components }, () => new Int8Array(64).fill(NOT_CODED));
  }

  /** Records a scan. Returns what is wrong if it is not allowed here, else undefined. */
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

  /** The first coefficient whose last bit was never coded, if any. */
  findIncomplete(): { readonly index: number; readonly k: number } | undefined {
    for (const [index, positions] of this.positions.entries()) {
      const k = positions.findIndex((position) => position !== 0);
      if (k >= 0) return { index, k };
    }
    return undefined;
  }
}
