import { type ArithmeticConditioning, DEFAULT_CONDITIONING } from '../../entropy/arithmetic/conditioning.ts';
import { AcStatistics, DcStatistics } from '../../entropy/arithmetic/statistics.ts';
import { ArithmeticWriter } from '../../entropy/arithmetic/writer.ts';
import { ByteWriter } from '../../entropy/byte-writer.ts';
import { MARKER } from '../../markers/markers.ts';
import { SEQUENTIAL_SCAN } from '../../markers/scan-header.ts';
import {
  writeConditioning,
  writeImageHeader,
  writeRestartInterval,
  writeScanHeader,
} from '../../markers/segment-writer.ts';
import { SequentialArithmeticCoder } from './arithmetic-coder.ts';
import { chooseConditioning } from './conditioning-choice.ts';
import type { EncoderImage, LaidOutComponent } from './encoder-input.ts';
import { divideIntoScans, encodeScan } from './scan-encoder.ts';

/**
 * Sequential with arithmetic coding: SOF9. Statistics are shared as libjpeg does it: table 0 for Y, or the first and
 * last of four components, table 1 for the two between them.
 *
 * @param conditioning the content of a DAC segment, or 'best': whatever takes the fewest bytes, including the DAC
 *   segment
 */
export function encodeArithmetic(
  image: EncoderImage,
  components: readonly LaidOutComponent[],
  restartInterval: number,
  interleaved: boolean,
  conditioning: ArithmeticConditioning | 'best',
): Uint8Array {
  const tableOfComponent = components.map((_, index) => (index === 1 || index === 2 ? 1 : 0));
  const scans = divideIntoScans(components, interleaved);
  const tables = Math.max(...tableOfComponent) + 1;
  const write = (conditionings: readonly ArithmeticConditioning[]) =>
    writeStream(image, components, restartInterval, scans, tableOfComponent, conditionings);
  if (conditioning !== 'best') return write(new Array(tables).fill(conditioning));

  const standard = write(new Array(tables).fill(DEFAULT_CONDITIONING));
  const chosen = chooseConditioning(components, tableOfComponent, scans, restartInterval);
  if (chosen.every((each) => !differsInDc(each) && !differsInAc(each))) return standard;
  // The choice ignores the head of the DAC segment and rounding to whole bytes, so both are written and compared.
  const conditioned = write(chosen);
  return conditioned.length < standard.length ? conditioned : standard;
}

function writeStream(
  image: EncoderImage,
  components: readonly LaidOutComponent[],
  restartInterval: number,
  scans: readonly (readonly number[])[],
  tableOfComponent: readonly number[],
  conditionings: readonly ArithmeticConditioning[],
): Uint8Array {
  const output = new ByteWriter();
  writeImageHeader(output, MARKER.SOF9, image, components);
  writeConditioning(
    output,
    conditionings.flatMap((conditioning, identifier) => [
      ...(differsInDc(conditioning)
        ? [{ tableClass: 0, identifier, value: (conditioning.dcUpper << 4) | conditioning.dcLower } as const]
        : []),
      ...(differsInAc(conditioning)
        ? [{ tableClass: 1, identifier, value: conditioning.acThreshold } as const]
        : []),
    ]),
  );
  if (restartInterval > 0) writeRestartInterval(output, restartInterval);
  const segment = new ArithmeticWriter(output);
  const dc = conditionings.map((conditioning) => new DcStatistics(conditioning));
  const ac = conditionings.map((conditioning) => new AcStatistics(conditioning));
  for (const scan of scans) {
    const members = scan.map((index) => components[index]);
    const tables = scan.map((index) => tableOfComponent[index]);
    writeScanHeader(output, members, { dcTables: tables, acTables: tables }, SEQUENTIAL_SCAN);
    const coders = members.map(
      (component, index) =>
        new SequentialArithmeticCoder(component, dc[tables[index]], ac[tables[index]], segment),
    );
    encodeScan(members, coders, restartInterval, { output, segment });
  }
  output.marker(MARKER.EOI);
  return output.toUint8Array();
}

function differsInDc({ dcLower, dcUpper }: ArithmeticConditioning): boolean {
  return dcLower !== DEFAULT_CONDITIONING.dcLower || dcUpper !== DEFAULT_CONDITIONING.dcUpper;
}

function differsInAc({ acThreshold }: ArithmeticConditioning): boolean {
  return acThreshold !== DEFAULT_CONDITIONING.acThreshold;
}
