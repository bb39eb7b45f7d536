import type { JpegLimits } from '../jpeg/types.ts';
import { checkCrc, EntryContent, PIECE, packedBytes } from './entry-content.ts';
import { resolveLimits, type WjzLimits } from './limits.ts';
import { readingWjz, type WjzFile } from './reading.ts';
import type { ZipEntry } from './zip-entry.ts';

/**
 * `readWjz` without its own inflater: browsers and Node.js have one (`DecompressionStream`), so a page that only opens
 * models does not load another. Checks and errors are the same.
 */
export async function openWjz(
  bytes: Uint8Array,
  limits: Partial<WjzLimits> = {},
  jpegLimits?: Partial<JpegLimits>,
): Promise<WjzFile> {
  const steps = readingWjz(bytes, resolveLimits(limits), jpegLimits);
  let step = steps.next();
  while (!step.done) {
    const { value } = step;
    step = steps.next(
      value === 'graph'
        ? await import('./graph-manifest.ts')
        : value === 'upgrade'
          ? await import('./upgrade.ts')
          : await unpackEntry(bytes, value),
    );
  }
  return step.value;
}

/** The content of an entry, its CRC checked, as `readZipEntry` gives it. */
export async function unpackEntry(archive: Uint8Array, entry: ZipEntry): Promise<Uint8Array> {
  const packed = packedBytes(archive, entry);
  return checkCrc(entry.method === 'stored' ? packed : await inflate(packed, entry), entry);
}

async function inflate(packed: Uint8Array, entry: ZipEntry): Promise<Uint8Array> {
  const content = new EntryContent(entry);
  const reader = inPieces(packed).pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) content.add(part.value);
  } catch (cause) {
    // Stops inflating; the stream's own error adds nothing.
    reader.cancel().catch(() => {});
    throw content.failed(cause);
  }
  return content.finish();
}

/** Yields piece after piece, on demand. */
function inPieces(bytes: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, at + PIECE));
      else controller.close();
      at += PIECE;
    },
  });
}
