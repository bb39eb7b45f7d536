import { WjpegError } from '../errors.ts';
import { DEFAULT_LIMITS as WJZ_LIMITS } from '../format/limits.ts';
import { FITS } from '../format/manifest.ts';
import { DEFAULT_LIMITS as PICTURE_LIMITS } from '../image/limits.ts';
import { DEFAULT_LIMITS as JPEG_LIMITS } from '../jpeg/limits.ts';
import {
  bytes,
  callback,
  checkOptions,
  flag,
  instance,
  limitsOf,
  listOf,
  number,
  type OptionRule,
  type OptionRules,
  oneOf,
  texts,
  whole,
} from '../options/rules.ts';
import { backendNames, MEMORY_MODES, PRECISIONS } from './backends/names.ts';
import type { ClassifyOptions, RunOptions, SessionOptions } from './options.ts';
import { PATHS } from './path.ts';
import type { LoadingOptions } from './watch.ts';

/** Threads that a session may have. */
export const MAX_THREADS = 64;

const LOADING: OptionRules<LoadingOptions> = {
  signal: instance('AbortSignal', (value) => 'aborted' in value && 'addEventListener' in value),
  timeout: {
    expected: 'milliseconds, more than 0 (Infinity for no limit)',
    accepts: (value) => typeof value === 'number' && value > 0,
  },
};

const ARCHITECTURE: OptionRule = {
  expected: 'the name of an architecture, a description, or an array of names of layers',
  accepts: (value) =>
    Array.isArray(value)
      ? texts.accepts(value)
      : typeof value === 'string' || (typeof value === 'object' && value !== null),
};

function sessionRules(): OptionRules<SessionOptions> {
  const backends: OptionRule = listOf('backends', backendNames(), 'auto');
  return {
    path: oneOf(...PATHS),
    backends,
    backend: backends,
    precision: oneOf(...PRECISIONS),
    memory: oneOf(...MEMORY_MODES),
    threads: whole(1, MAX_THREADS),
    dense: bytes,
    denseArchitecture: ARCHITECTURE,
    denseExternalData: callback,
    limits: limitsOf(WJZ_LIMITS),
    jpegLimits: limitsOf(JPEG_LIMITS),
    pictureLimits: limitsOf(PICTURE_LIMITS),
    progressive: flag,
    onProgress: callback,
    retries: whole(0),
    retryDelay: number(0),
    ...LOADING,
  };
}

const RUN: OptionRules<RunOptions> = {
  background: oneOf('auto', 'dark', 'light'),
  fit: oneOf(...FITS),
  minProbability: number(0, 1),
  ...LOADING,
};

/** @throws WjpegError `OPTION_UNKNOWN`, `OPTION_VALUE` */
export function checkSessionOptions(where: string, options: SessionOptions): void {
  checkOptions(where, options, sessionRules());
  if (options.backend === undefined || options.backends === undefined) return;
  throw new WjpegError(
    'misuse',
    'OPTION_VALUE',
    `${where}: options 'backend' and 'backends' are the same one`,
  );
}

/** @throws WjpegError `OPTION_UNKNOWN`, `OPTION_VALUE` */
export function checkClassifyOptions(options: ClassifyOptions): void {
  checkOptions('classify', options, { topK: whole(1), ...RUN } satisfies OptionRules<ClassifyOptions>);
}

/** @throws WjpegError `OPTION_UNKNOWN`, `OPTION_VALUE` */
export function checkRunOptions(where: string, options: RunOptions | undefined): void {
  if (options !== undefined) checkOptions(where, options, RUN);
}
