import { rmSync } from 'node:fs';
import {
  access,
  constants,
  type FileHandle,
  open,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { joinBytes } from '../bytes.ts';
import { WjpegError } from '../errors.ts';
import { explainFileError } from './file-errors.ts';

/**
 * Reads a whole file of at most `maxBytes` bytes. Works on pipes and devices too: the bytes actually read are counted.
 *
 * @throws `WjpegError` `FILE_…`, naming the file: not found, a folder, no permission, too large
 */
export async function readFileBytes(path: string, maxBytes: number): Promise<Uint8Array> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const stats = await file.stat();
    if (stats.isDirectory()) throw systemError('EISDIR');
    if (stats.size > maxBytes) throw tooLarge(path, `${stats.size} bytes`, maxBytes);
    return await collect(pieces(file, stats.size), path, maxBytes);
  } catch (error) {
    throw explainFileError(error, 'read', path);
  } finally {
    await file?.close();
  }
}

/** Bytes that are read at a time: at most, and of what has no size, as pipes. */
const PIECE = { max: 2 ** 30, unknown: 2 ** 16 };

/** A file to its end. Without a stream: Node.js takes milliseconds to load those, the first time. */
async function* pieces(file: FileHandle, size: number): AsyncGenerator<Uint8Array> {
  let rest = size;
  for (;;) {
    const room = new Uint8Array(Math.min(Math.max(rest, PIECE.unknown), PIECE.max));
    const { bytesRead } = await file.read(room);
    if (bytesRead === 0) return;
    rest -= bytesRead;
    yield room.subarray(0, bytesRead);
  }
}

/**
 * Reads standard input to its end, at most `maxBytes` bytes.
 *
 * @throws `WjpegError` `FILE_TOO_LARGE` beyond `maxBytes`, `FILE_ERROR` if reading fails
 */
export async function readStandardInput(maxBytes: number): Promise<Uint8Array> {
  try {
    return await collect(process.stdin, 'standard input', maxBytes);
  } catch (error) {
    throw explainFileError(error, 'read', 'standard input');
  }
}

/**
 * Writes a file completely or not at all: to a temporary file in the same folder, flushed to the disk,
 * then renamed over the target, and the folder flushed too. On failure the temporary file is removed and an older file
 * is unchanged. A link is followed; a device or pipe is written to directly.
 *
 * @throws `WjpegError` `FILE_…`, naming the file: no such folder, a folder, no permission, disk full
 */
export function writeFileAtomic(path: string, bytes: Uint8Array): Promise<void> {
  return writeFilesAtomic([[path, bytes]]);
}

/** The same for files that belong together: none takes its name before all are on the disk. */
export async function writeFilesAtomic(
  files: readonly (readonly [path: string, bytes: Uint8Array])[],
): Promise<void> {
  const ready: { path: string; target: string; temporary: string; forget: () => void }[] = [];
  let current = '';
  try {
    for (const [path, bytes] of files) {
      current = path;
      const existing = await stat(path).catch(ignoreMissing);
      if (existing?.isDirectory()) throw systemError('EISDIR');
      if (existing && !existing.isFile()) {
        await writeFile(path, bytes);
        continue;
      }
      const target = existing ? await realpath(path) : path;
      const temporary = join(dirname(target), `.wjpeg-${crypto.randomUUID()}.tmp`);
      ready.push({ path, target, temporary, forget: removeIfEnded(temporary) });
      await writeNew(temporary, bytes, existing?.mode);
    }
    for (const { path, target, temporary } of ready) {
      current = path;
      await rename(temporary, target);
      await flushFolder(dirname(target));
    }
  } catch (error) {
    // Half-written files are useless, and the first error is the one to report.
    for (const { temporary } of ready) await rm(temporary, { force: true }).catch(() => {});
    throw explainFileError(error, 'write', current);
  } finally {
    for (const { forget } of ready) forget();
  }
}

/** Fails as `writeFileAtomic` would, before hours of work are lost to a folder that is missing or read-only. */
export async function checkWritable(path: string): Promise<void> {
  try {
    const existing = await stat(path).catch(ignoreMissing);
    if (existing?.isDirectory()) throw systemError('EISDIR');
    if (existing?.isCharacterDevice() && existing.rdev === FULL_DEVICE) throw systemError('ENOSPC');
    // Opening a pipe would wait for its reader, and devices show what is written to them.
    if (existing && !existing.isFile()) return await access(path, constants.W_OK);
    const folder = dirname(existing ? await realpath(path) : path);
    await access(folder, constants.W_OK);
    await checkFolder(folder);
  } catch (error) {
    throw explainFileError(error, 'write', path);
  }
}

/** Linux's `/dev/full`, with which people try what a full disk does. */
const FULL_DEVICE = 0x107;

/** A disk that is full has no room for so many bytes. */
const PROBE_BYTES = 4096;

/** Some file systems allow files by their permissions, and refuse each: only one that is made tells. */
async function checkFolder(folder: string): Promise<void> {
  const temporary = join(folder, `.wjpeg-${crypto.randomUUID()}.tmp`);
  const forget = removeIfEnded(temporary);
  try {
    await writeFile(temporary, new Uint8Array(PROBE_BYTES), { flag: 'wx' });
  } finally {
    await rm(temporary, { force: true });
    forget();
  }
}

/** Writes a file that does not exist yet, and flushes it to the disk. */
async function writeNew(path: string, bytes: Uint8Array, mode?: number): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    if (mode !== undefined) await file.chmod(mode);
    await file.sync();
  } catch (error) {
    await file.close().catch(() => {});
    throw error;
  }
  await file.close();
}

/** So that a power failure does not undo the rename. The file is complete even if this fails. */
async function flushFolder(path: string): Promise<void> {
  // Windows opens no folders, and some network file systems do not flush them: then there is nothing to do.
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}

/** Ctrl-C, a closed terminal, a shutdown. */
const ENDING_SIGNALS = ['SIGINT', 'SIGHUP', 'SIGTERM'] as const;
/** Temporary files that are being written. */
const unfinished = new Set<string>();

/**
 * Removes a temporary file if the process is terminated while writing it; call the returned function once the file is
 * gone. Signals are not handled at other times: a handler would only run after long calculations.
 */
function removeIfEnded(temporary: string): () => void {
  if (unfinished.size === 0) for (const signal of ENDING_SIGNALS) process.on(signal, onSignal);
  unfinished.add(temporary);
  return () => {
    unfinished.delete(temporary);
    if (unfinished.size === 0) for (const signal of ENDING_SIGNALS) process.off(signal, onSignal);
  };
}

function onSignal(signal: NodeJS.Signals): void {
  for (const temporary of unfinished) rmSync(temporary, { force: true });
  // Without a listener the signal has its default effect. Any other listener decides what happens.
  if (process.listenerCount(signal) > 1) return;
  process.off(signal, onSignal);
  process.kill(process.pid, signal);
}

/** An error like the operating system's, for conditions detected beforehand. */
function systemError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}

async function collect(
  stream: AsyncIterable<Uint8Array>,
  name: string,
  maxBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(name, 'more', maxBytes);
    chunks.push(chunk);
  }
  return joinBytes(chunks);
}

function tooLarge(name: string, got: string, maxBytes: number): WjpegError {
  return new WjpegError(
    'limit',
    'FILE_TOO_LARGE',
    `${name} is too large: at most ${maxBytes} bytes, got ${got}`,
  );
}
