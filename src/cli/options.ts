import { WjpegError } from '../errors.ts';
import { FITS, type Fit } from '../format/manifest.ts';
import type { BackgroundOption } from '../image/background.ts';
import { DEFAULT_LIMITS as PICTURE_LIMITS } from '../image/limits.ts';
import type { BackendName, ExecutorOptions, MemoryMode, Precision } from '../runtime/backends/backend.ts';
import type { BackendPreference } from '../runtime/backends/choose.ts';
import { BACKEND_NAMES, MEMORY_MODES, PRECISIONS } from '../runtime/backends/names.ts';
import type { Path } from '../runtime/path.ts';

/** Larger pictures are not read at all. */
export const MAX_PICTURE_BYTES: number = 2 ** 28;

export type BackendChoice = BackendName | 'auto';

/** An option with a fixed set of values, as yargs takes it. */
interface ChoiceOption<T> {
  readonly choices: readonly T[];
  readonly default: T;
  readonly describe: string;
}

export const backendOption: ChoiceOption<BackendChoice> = {
  choices: ['auto', ...BACKEND_NAMES],
  default: 'auto',
  describe: 'Backend; auto picks the best available CPU backend',
};

export const precisionOption: ChoiceOption<Precision> = {
  choices: PRECISIONS,
  default: 'float32',
  describe: 'Arithmetic of weights: int16 is nearly exact; int8 is off by some percent',
};

export const memoryOption: ChoiceOption<MemoryMode> = {
  choices: MEMORY_MODES,
  default: 'speed',
  describe: 'Coefficients in memory: the fastest or the smallest layout, or only the JPEG',
};

/** More are refused where sessions are opened. */
export const MAX_THREADS = 64;

/** Refuses the path of the original weights without these. */
export function checkDensePath(path: string, dense: string | undefined): void {
  if (path === 'dense' && dense === undefined)
    throw new Error('--path dense runs the original network: name it with --dense');
}

export const threadsOption = {
  type: 'number' as const,
  default: 1,
  describe: 'Threads for large batches and very large linear layers; each may hold the weights',
};

/** What of a command's options says how a network is made ready. */
export function executorOptions({ precision, memory, threads }: ExecutorOptions): ExecutorOptions {
  return { precision, memory, threads };
}

/** A path as tables name it, with what it is computed in and on where that is not the default. */
export function describePath(path: Path, { precision, memory, threads }: ExecutorOptions): string {
  return [
    path,
    ...(precision === 'float32' ? [] : [precision]),
    ...(memory === 'speed' ? [] : [memory]),
    ...(threads === 1 ? [] : [`${threads} threads`]),
  ].join(', ');
}

export const backgroundOption: ChoiceOption<BackgroundOption> = {
  choices: ['auto', 'dark', 'light'],
  default: 'auto',
  describe: 'Background of the pictures',
};

/** How other pictures are brought to the size of those that the network learnt from. */
export function fitOption(otherwise: string): {
  readonly choices: readonly Fit[];
  readonly describe: string;
} {
  return {
    choices: FITS,
    describe: `How pictures are to be brought to the network's size (center-of-mass: as MNIST was made); if left out, ${otherwise}`,
  };
}

export const maxPixelsOption = {
  type: 'number' as const,
  default: PICTURE_LIMITS.maxPixels,
  describe: 'Refuse pictures with more pixels than this',
};

/** An error about a picture with the limit called as the option is. */
export function inOptions(error: WjpegError): WjpegError {
  if (error.code !== 'PICTURE_TOO_LARGE') return error;
  return new WjpegError(error.kind, error.code, error.message.replace('(maxPixels)', '(--max-pixels)'));
}

export const denseOption = {
  type: 'string' as const,
  describe: 'The original network: an ONNX model or a safetensors file',
};

export const jsonOption = { type: 'boolean' as const, default: false, describe: 'Print JSON' };

/** What a choice of `--backend` means. GPU backends are loaded here, when they are named. */
export async function preference(choice: BackendChoice): Promise<BackendPreference> {
  if (choice === 'auto') return 'auto';
  await import('../gpu.ts');
  return [choice];
}
