import type { ErrorCode } from '../error-codes.ts';
import { WjpegError } from '../errors.ts';

interface Explanation {
  readonly code: ErrorCode;
  readonly what: string;
}

/** Common errors of the operating system, in words. */
const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  ENOENT: { code: 'FILE_NOT_FOUND', what: 'no such file or folder' },
  ENOTDIR: { code: 'FILE_NOT_FOUND', what: 'part of the path is not a folder' },
  EISDIR: { code: 'FILE_IS_FOLDER', what: 'it is a folder, not a file' },
  EACCES: { code: 'FILE_PERMISSION', what: 'permission denied' },
  EPERM: { code: 'FILE_PERMISSION', what: 'permission denied' },
  EROFS: { code: 'FILE_PERMISSION', what: 'the file system is read-only' },
  ENOSPC: { code: 'FILE_DISK_FULL', what: 'no space left on the disk' },
  EDQUOT: { code: 'FILE_DISK_FULL', what: 'the disk quota is used up' },
};

/** Of folders. */
const LISTING: Readonly<Record<string, Explanation>> = {
  ENOTDIR: { code: 'FILE_NOT_FOUND', what: 'it is not a folder' },
};

/** What the operating system said about `path`, as one clear line. Other errors are left as they are. */
export function explainFileError(error: unknown, action: 'read' | 'write' | 'list', path: string): unknown {
  if (error instanceof WjpegError || !(error instanceof Error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  const known = (action === 'list' && LISTING[code]) ||
    EXPLANATIONS[code] || { code: 'FILE_ERROR', what: `the operating system reports ${code}` };
  return new WjpegError('unavailable', known.code, `cannot ${action} ${path}: ${known.what}`, {
    cause: error,
  });
}
