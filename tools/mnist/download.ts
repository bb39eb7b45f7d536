import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { WjpegError } from '../../src/errors.ts';
import { writeFileAtomic } from '../../src/node/index.ts';
import { type DataFile, faultInFolder, MAX_PACKED_BYTES, packedFault } from './files.ts';

export interface DownloadOptions {
  readonly files: readonly DataFile[];
  readonly mirrors: readonly string[];
  readonly folder: string;
  /** A connection on which nothing comes for this long is given up, in milliseconds. */
  readonly idleTimeout?: number;
  readonly onFile?: (file: DataFile, outcome: Outcome) => void;
  /** `total` is undefined where the mirror does not say it. */
  readonly onProgress?: (file: DataFile, received: number, total: number | undefined) => void;
}

/** `faults`: what was wrong with the mirrors before the one that served, each with its host. */
export type Outcome =
  | { readonly kind: 'present' }
  | { readonly kind: 'fetched'; readonly host: string; readonly faults: readonly string[] };

/**
 * Fetches the files that the folder lacks, each from the first mirror that has it right. A file is written only once
 * its checksum is right, so that a run that was cut short goes on where it stopped.
 */
export async function downloadFiles(options: DownloadOptions): Promise<void> {
  const { files, mirrors, folder, onFile } = options;
  if (mirrors.length === 0)
    throw new WjpegError('misuse', 'DATA_MIRRORS', 'there is no mirror to fetch from');
  const unusable = mirrors.find((mirror) => !URL.canParse(mirror));
  if (unusable !== undefined) throw new WjpegError('misuse', 'DATA_MIRRORS', `not a URL: ${unusable}`);
  await mkdir(folder, { recursive: true });
  for (const file of files) {
    if ((await faultInFolder(file, folder)) === undefined) {
      onFile?.(file, { kind: 'present' });
      continue;
    }
    const { packed, ...outcome } = await fetchFromMirrors(file, options);
    await writeFileAtomic(join(folder, `${file.name}.gz`), packed);
    onFile?.(file, outcome);
  }
}

async function fetchFromMirrors(
  file: DataFile,
  options: DownloadOptions,
): Promise<Extract<Outcome, { kind: 'fetched' }> & { packed: Uint8Array }> {
  const faults: string[] = [];
  for (const mirror of options.mirrors) {
    const url = `${mirror.replace(/\/$/, '')}/${file.name}.gz`;
    const { host } = new URL(url);
    try {
      const packed = await fetchBytes(url, file, options);
      const fault = packedFault(file, packed);
      if (fault === undefined) return { kind: 'fetched', host, faults, packed };
      faults.push(`${host}: ${fault}`);
    } catch (error) {
      faults.push(`${host}: ${networkFault(error)}`);
    }
  }
  throw new WjpegError('unavailable', 'DATA_FETCH', `cannot fetch ${file.name}.gz: ${faults.join('; ')}`);
}

async function fetchBytes(
  url: string,
  file: DataFile,
  { idleTimeout = 30_000, onProgress }: DownloadOptions,
): Promise<Uint8Array> {
  const controller = new AbortController();
  const giveUp = () => controller.abort(new Error(`nothing came for ${idleTimeout / 1000} s`));
  let timer = setTimeout(giveUp, idleTimeout);
  try {
    const response = await fetch(url, { signal: controller.signal });
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
    const declared = response.headers.get('content-length');
    const total = declared === null ? undefined : Number(declared);
    const chunks: Uint8Array[] = [];
    let received = 0;
    for await (const chunk of response.body) {
      clearTimeout(timer);
      timer = setTimeout(giveUp, idleTimeout);
      received += chunk.length;
      if (received > MAX_PACKED_BYTES) throw new Error(`more than ${MAX_PACKED_BYTES} bytes`);
      chunks.push(chunk);
      onProgress?.(file, received, total);
    }
    return Buffer.concat(chunks);
  } finally {
    clearTimeout(timer);
    // Frees the connection where the body was not read to its end.
    controller.abort();
  }
}

/** Node's fetch says "fetch failed" and keeps the reason in `cause`. */
function networkFault(error: unknown): string {
  const { message, cause } = error as Error;
  if (!(cause instanceof Error)) return message;
  const { code } = cause as NodeJS.ErrnoException;
  return cause.message === '' && code !== undefined ? code : cause.message;
}
