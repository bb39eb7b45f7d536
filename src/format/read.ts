import { Inflate } from 'fflate';
import { ALL_CODINGS } from '../jpeg/scans/all-codings.ts';
import type { JpegLimits } from '../jpeg/types.ts';
import { checkArgument, checkOptions, limitsOf, bytes as someBytes } from '../options/rules.ts';
import * as graphManifests from './graph-manifest.ts';
import { DEFAULT_LIMITS, resolveLimits, type WjzLimits } from './limits.ts';
import { readingPicture } from './picture/reading.ts';
import { readingWjz, type WjzFile } from './reading.ts';
import * as upgrade from './upgrade.ts';
import type { ZipEntry } from './zip.ts';
import { checkCrc, EntryContent, type Inflated, packedBytes } from './zip-content.ts';

/** Compressed bytes are inflated in pieces, so that one step cannot inflate much beyond the declared size. */
const PIECE = 4096;

export type { WjzLimits } from './limits.ts';
export {
  checkJpeg,
  checkTensors,
  MANIFEST_ENTRY,
  TENSORS_ENTRY,
  type WjzFile,
} from './reading.ts';

/**
 * Reads a model and checks it: a `.wjz` of version 1 or 2 as docs/wjz-format.md says, or one JPEG as docs/model-jpeg.md does. Its
 * first bytes tell which.
 *
 * @param source the whole file; it is copied, and the JPEGs of the result are views of the copy
 * @param limits replace single defaults (docs/limits.md)
 * @param jpegLimits limits of the JPEGs, whose headers are read here
 * @throws WjpegError `ZIP_…`, `MANIFEST_…`, `SAFETENSORS_…`, `JPEG_…` and `WJZ_…` for every violation
 */
export function readWjz(
  source: Uint8Array,
  limits: Partial<WjzLimits> = {},
  jpegLimits?: Partial<JpegLimits>,
): WjzFile {
  checkArgument('readWjz', 'source', source, someBytes);
  checkOptions('readWjz, limits', limits, limitsOf(DEFAULT_LIMITS).inner ?? {});
  // Sessions decode parts of it again later: the caller may have changed its bytes by then.
  const bytes = new Uint8Array(source);
  if (bytes[0] === 0xff) return readPicture(bytes, resolveLimits(limits), jpegLimits);
  const steps = readingWjz(bytes, resolveLimits(limits), jpegLimits);
  let step = steps.next();
  while (!step.done) {
    const { value } = step;
    step = steps.next(
      value === 'graph' ? graphManifests : value === 'upgrade' ? upgrade : readZipEntry(bytes, value),
    );
  }
  return step.value;
}

/** Reads a model that is one JPEG. */
function readPicture(
  bytes: Uint8Array,
  limits: WjzLimits,
  jpegLimits: Partial<JpegLimits> | undefined,
): WjzFile {
  const steps = readingPicture(bytes, limits, jpegLimits, true);
  let step = steps.next();
  while (!step.done) {
    const { value } = step;
    step = steps.next(
      value.kind === 'graph'
        ? graphManifests
        : value.kind === 'codings'
          ? ALL_CODINGS
          : inflate(value.deflated.packed, value.deflated.content),
    );
  }
  return step.value;
}

/**
 * The content of an entry: a view of the archive if stored, new memory of exactly the declared size if
 * deflated. Inflating stops at the first byte beyond that size. The CRC is checked, since fflate does not.
 */
export function readZipEntry(archive: Uint8Array, entry: ZipEntry): Uint8Array {
  const packed = packedBytes(archive, entry);
  return checkCrc(entry.method === 'stored' ? packed : inflate(packed, new EntryContent(entry)), entry);
}

function inflate(packed: Uint8Array, content: Inflated): Uint8Array {
  const inflater = new Inflate((chunk) => content.add(chunk));
  try {
    let at = 0;
    for (; at + PIECE < packed.length; at += PIECE) inflater.push(packed.subarray(at, at + PIECE));
    inflater.push(packed.subarray(at), true);
  } catch (cause) {
    throw content.failed(cause);
  }
  return content.finish();
}
