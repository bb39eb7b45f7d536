import { SequentialScan } from '../../../kernels/jpeg-huffman/kernels.ts';
import { ZIGZAG_TO_NATURAL } from '../dct/zigzag.ts';
import type { ScanHeader } from '../markers/scan-header.ts';
import type { SequentialTables } from '../scans/decode/sequential.ts';
import type { BlockTarget } from './targets.ts';

/**
 * Decodes a sequential Huffman-coded scan in WebAssembly if nothing is wrong with it, and says where the marker after it stands;
 * undefined if anything is: the decoder that knows what to do then is the one to read it, and what came is to be forgotten.
 *
 * @param targets one per component of the scan
 */
export function decodeSoundScan(
  bytes: Uint8Array,
  { components, dataOffset }: ScanHeader,
  restartInterval: number,
  targets: readonly BlockTarget[],
  codes: readonly SequentialTables[],
): number | undefined {
  const isInterleaved = components.length > 1;
  const [{ frame: first }] = components;
  const mcusPerRow = Math.ceil(first.blocksPerRow / (isInterleaved ? first.horizontalSampling : 1));
  const mcusPerColumn = Math.ceil(first.blocksPerColumn / (isInterleaved ? first.verticalSampling : 1));
  const layouts = components.map(({ frame }, index) => ({
    dc: codes[index].dc,
    ac: codes[index].ac,
    across: isInterleaved ? frame.horizontalSampling : 1,
    down: isInterleaved ? frame.verticalSampling : 1,
    dcOnly: targets[index].dcOnly,
  }));
  let scan: SequentialScan;
  try {
    scan = new SequentialScan(bytes, dataOffset, mcusPerRow, restartInterval, layouts, ZIGZAG_TO_NATURAL);
  } catch {
    // No WebAssembly (a page may forbid it), or no memory for it: the other decoder needs none.
    return undefined;
  }
  for (let mcuRow = 0; mcuRow < mcusPerColumn; mcuRow++) {
    const rows = scan.nextRow();
    if (rows === undefined) return undefined;
    for (let index = 0; index < targets.length; index++) {
      const target = targets[index];
      const { blocksPerRow, blocksPerColumn } = components[index].frame;
      const { across, down } = layouts[index];
      const size = target.dcOnly ? 1 : 64;
      for (let v = 0; v < down; v++) {
        const blockRow = mcuRow * down + v;
        if (blockRow >= blocksPerColumn) break;
        const start = v * mcusPerRow * across * size;
        target.row(rows[index].subarray(start, start + blocksPerRow * size), blockRow);
      }
    }
  }
  return scan.finish();
}
