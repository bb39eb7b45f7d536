import { naming } from '../errors.ts';
import { FITS, type Fit } from '../format/manifest.ts';
import { readWjz, type WjzFile } from '../format/read.ts';
import type { BackgroundOption } from '../image/background.ts';
import { DEFAULT_LIMITS as PICTURE_LIMITS } from '../image/limits.ts';
import { readFileBytes } from '../node/files.ts';
import type { BackendName, ExecutorOptions, MemoryMode, Precision } from '../runtime/backends/backend.ts';
import type { BackendPreference } from '../runtime/backends/choose.ts';
import { BACKEND_NAMES, MEMORY_MODES, PRECISIONS } from '../runtime/backends/names.ts';

/** Files larger than these are not read at all. */
export const MAX_MODEL_BYTES: number = 2 ** 30;
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
  describe: 'Arithmetic of the coefficient layers',
};

export const memoryOption: ChoiceOption<MemoryMode> = {
  choices: MEMORY_MODES,
  default: 'speed',
  describe: 'Coefficients in memory: the fastest or the smallest layout, or only the JPEG',
};

export const threadsOption = {
  type: 'number' as const,
  default: 1,
  describe: 'Number of threads for large batches',
};

/** What of a command's options says how a network is made ready. */
export function executorOptions({ precision, memory, threads }: ExecutorOptions): ExecutorOptions {
  return { precision, memory, threads };
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

export const denseOption = {
  type: 'string' as const,
  describe: 'The original weights, a safetensors file',
};

export const jsonOption = { type: 'boolean' as const, default: false, describe: 'Print JSON' };

/** What a choice of `--backend` means. GPU backends are loaded here, when they are named. */
export async function preference(choice: BackendChoice): Promise<BackendPreference> {
  if (choice === 'auto') return 'auto';
  await import('../gpu.ts');
  return [choice];
}

/** Reads a `.wjz` file; errors name the file. */
export async function readModel(path: string): Promise<WjzFile> {
  const bytes = await readFileBytes(path, MAX_MODEL_BYTES);
  return naming(path, () => readWjz(bytes));
}

/** Refuses a number that is not whole or lies outside `least`…`most`. */
export function checkWhole(
  name: string,
  value: number,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  const range = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`;
  throw new Error(`--${name} is ${value}, expected a whole number ${range}`);
}

/** Refuses a number outside `range`: `min` and `max` belong to it, `above` does not. */
export function checkNumber(
  name: string,
  value: number | undefined,
  range: { readonly min?: number; readonly above?: number; readonly max?: number } = {},
): void {
  if (value === undefined) return;
  const { min = -Infinity, above = -Infinity, max = Infinity } = range;
  if (Number.isFinite(value) && value >= min && value > above && value <= max) return;
  const expected =
    range.above !== undefined
      ? `above ${above}`
      : range.max !== undefined
        ? `from ${min} to ${max}`
        : range.min !== undefined
          ? `of ${min} or more`
          : '';
  throw new Error(`--${name} is ${value}, expected a number ${expected}`.trimEnd());
}

/** Bytes in each unit of {@link parseBytes}. */
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
};

/** An option that is a number of bytes: `12000`, `12k`, `12kB`, `1.5 MB`, `12KiB`. */
export function bytesOption(describe: string): {
  readonly type: 'string';
  readonly coerce: (text: unknown) => number | undefined;
  readonly describe: string;
} {
  return {
    type: 'string',
    // What is given more than once is refused where that is checked for every option.
    coerce: (text) => (typeof text === 'string' && text !== '' ? parseBytes(text) : (text as undefined)),
    describe: `${describe}; k, M, KiB, MiB as units`,
  };
}

/** A number of bytes with or without a unit; NaN for anything else. */
export function parseBytes(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?(?:e\d+)?) ?([kmg]i?|)b?$/i.exec(text.trim()) ?? [];
  return number === undefined ? NaN : Math.round(Number(number) * UNITS[unit.toLowerCase()]);
}
