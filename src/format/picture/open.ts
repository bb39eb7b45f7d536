import { isArithmetic } from '../../jpeg/markers/frame-header.ts';
import type { Codings } from '../../jpeg/scans/codings.ts';
import * as progressive from '../../jpeg/scans/decode/progressive-coding.ts';
import type { JpegLimits, JpegProcess } from '../../jpeg/types.ts';
import { resolveLimits, type WjzLimits } from '../limits.ts';
import { inflate, type WjzFile } from '../reading.ts';
import { readingPicture } from './reading.ts';

/**
 * `readWjz` of a model that is one JPEG, with what browsers and Node.js have for inflating, and with no more decoders loaded than it
 * needs.
 *
 * @param isWhole whether it is complete; else it is the JPEG of its first scans, whose check value is not looked at
 */
export async function openPicture(
  bytes: Uint8Array,
  limits: Partial<WjzLimits> = {},
  jpegLimits?: Partial<JpegLimits>,
  isWhole = true,
): Promise<WjzFile> {
  const steps = readingPicture(bytes, resolveLimits(limits), jpegLimits, isWhole);
  let step = steps.next();
  while (!step.done) {
    const { value } = step;
    step = steps.next(
      value.kind === 'graph'
        ? await import('../graph-manifest.ts')
        : value.kind === 'codings'
          ? await codingsOf(value.process)
          : await inflate(value.deflated.packed, value.deflated.content),
    );
  }
  return step.value;
}

/** The reader decodes into whole planes by what progressive JPEGs take; arithmetic coding comes on demand. */
async function codingsOf(process: JpegProcess): Promise<Codings> {
  if (!isArithmetic(process)) return { progressive };
  return { progressive, arithmetic: await import('../../jpeg/scans/decode/arithmetic-coding.ts') };
}
